"""The first treated period of each unit, from a column that says when units are treated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from econ.design import numeric
from econ.design.table import as_frame
from econ.errors import DataError, MissingColumnError, OptionError
from econ.event_study.clock import clock
from econ.panels import shown
from econ.sample import listed

__all__ = ["first_treated"]

AFTER = ("refuse", "stay")


def first_treated(data: Any, treatment: str, *, unit: str, time: str, after: str = "refuse") -> pd.Series:
    """(n,) the first period in which the unit of each row is treated; missing where it never is.

    Parameters
    ----------
    data
        A table of pandas, polars or Arrow.
    treatment
        Column of zeros and ones, or of booleans: whether a unit is treated in a period.
    unit, time
        Columns of units and periods.
    after
        What to do with treatments that switch off: `refuse`, or `stay`: the unit counts as treated from its first
        treatment on, so that effects are those of having entered it. (A column of the first period after the treatment
        goes to the estimators as `ends`.)

    Raises
    ------
    MissingColumnError, DataError, OptionError
        If a column is missing, the treatment is not zero or one, or one that switches off is refused.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.event_study import first_treated
    >>> data = pd.DataFrame({"unit": list("aabb"), "year": [1, 2, 1, 2], "d": [0, 1, 0, 0]})
    >>> first_treated(data, "d", unit="unit", time="year").tolist()
    [2.0, 2.0, nan, nan]
    """
    if after not in AFTER:
        raise OptionError(f"no after {after!r}; there are {', '.join(AFTER)}")
    frame = as_frame(data)
    missing = [name for name in (treatment, unit, time) if name not in frame.columns]
    if missing:
        raise MissingColumnError(f"no column {listed(missing)}; the table has {listed(frame.columns)}")
    for name in (unit, time):
        if frame[name].isna().any():
            row = frame.index[int(np.argmax(frame[name].isna().to_numpy()))]
            raise DataError(f"column {name!r}, row {shown(row)} is missing; drop the row, or fill it in")
    d = numeric(frame[treatment])
    odd = ~np.isin(d, (0.0, 1.0))
    if odd.any():
        row = frame.index[np.flatnonzero(odd)[0]]
        raise DataError(
            f"column {treatment!r}, row {shown(row)}: a treatment is zero or one in every row; put exposure into a "
            "column of its own and name it as exposure="
        )
    treated = pd.Series(d > 0, index=frame.index)
    numbers = pd.Series(clock(frame[time])[1], index=frame.index)
    first = numbers.where(treated).groupby(frame[unit]).transform("min")
    if after == "refuse":
        _require_staying(frame, treated, numbers > first, (treatment, unit, time))
    begins = frame[time].where(treated & (numbers == first))
    return begins.groupby(frame[unit]).transform("first").rename(f"first {treatment}")


def _require_staying(frame: pd.DataFrame, treated: pd.Series, later: pd.Series, names: tuple[str, str, str]) -> None:
    treatment, unit, time = names
    off = np.flatnonzero((later & ~treated).to_numpy())
    if off.size:
        who, when = (frame[name].iloc[off[0]] for name in (unit, time))
        raise DataError(
            f"{unit} {shown(who)} is treated and then not any more in {time} {shown(when)} (column "
            f"{treatment!r}); say after='stay' for the effect of having entered treatment, or leave these rows out"
        )
