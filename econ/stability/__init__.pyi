from .attempts import attempt as attempt
from .baseline import read_baseline as read_baseline
from .baseline import write_baseline as write_baseline
from .comparison import Comparison as Comparison
from .comparison import Finding as Finding
from .comparison import compare as compare
from .records import Margins as Margins
from .records import record as record
