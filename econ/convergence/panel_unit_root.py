"""What a test of many series together is, and the table of series it takes."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from econ.convergence.unit_root import series_values
from econ.errors import DataError, IdentificationError
from econ.groups import Matrix
from econ.outcomes import Test

__all__ = ["PanelTest", "panel_values"]


class PanelTest(Protocol):
    """A frozen choice of test of N series over the same T periods; `null` is its hypothesis."""

    null: ClassVar[str]

    def of(self, panel: Any) -> Test:
        """Test a panel, a row a period in order of time and a column a series."""
        ...


def panel_values(panel: Any, least: int) -> Matrix:
    """(T, N) values without gaps.

    Raises
    ------
    DataError, IdentificationError
        If there is one series, one is constant or has gaps, or they are too short; the message names the series.
    """
    try:
        frame = panel if isinstance(panel, pd.DataFrame) else pd.DataFrame(np.asarray(panel))
    except ValueError as error:
        raise DataError(f"a panel test needs a table, a row a period and a column a series: {error}") from error
    if frame.shape[1] < 2:  # noqa: PLR2004
        raise IdentificationError(f"there is {frame.shape[1]} series; a panel test needs two or more")
    columns = []
    for name in frame.columns:
        try:
            columns.append(series_values(frame[name], least))
        except (DataError, IdentificationError) as error:
            raise type(error)(f"series {name!r}: {error}") from error
    return np.column_stack(columns)
