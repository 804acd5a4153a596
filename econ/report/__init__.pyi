from .figure import Figure as Figure
from .figure import drawing as drawing
from .path_figure import event_study_figure as event_study_figure
from .regression_table import Panel as Panel
from .regression_table import table as table
from .section import Section as Section
from .tables import Row as Row
from .tables import Table as Table
