from .attempt import attempt as attempt
from .baseline import read_baseline as read_baseline
from .baseline import record as record
from .compare import Finding as Finding
from .compare import compare as compare
