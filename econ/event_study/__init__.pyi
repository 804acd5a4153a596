from .callaway_santanna import CallawaySantAnna as CallawaySantAnna
from .imputation import Imputation as Imputation
from .local_projection import LocalProjection as LocalProjection
from .stacked import Stacked as Stacked
from .sun_abraham import SunAbraham as SunAbraham
from .twfe import TWFE as TWFE
