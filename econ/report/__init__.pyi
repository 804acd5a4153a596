from .figure import Figure as Figure
from .figure import drawing as drawing
from .regression_table import Panel as Panel
from .regression_table import table as table
from .section import Section as Section
from .table import Row as Row
from .table import Table as Table
