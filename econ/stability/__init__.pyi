from .attempts import attempt as attempt
from .baseline import read_baseline as read_baseline
from .baseline import record as record
from .comparison import Finding as Finding
from .comparison import compare as compare
