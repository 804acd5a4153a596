from .evidence import Evidence as Evidence
from .evidence import Trial as Trial
from .evidence import examine as examine
from .evidence import overall as overall
from .hypothesis import Hypothesis as Hypothesis
from .verdicts import Verdict as Verdict
from .verdicts import together as together
