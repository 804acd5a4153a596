"""Tables of returns: dates by assets, checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from econ.design import numeric
from econ.errors import DataError, EmptySampleError, OptionError
from econ.panels import shown

__all__ = ["aligned", "returns_from_prices", "returns_table"]

KINDS = ("log", "simple")
ENOUGH = 30  # returns that are never negative are prices
RATE = 1.0  # factors that are never negative, such as a riskless rate, are prices if they exceed it on most days


def returns_from_prices(prices: pd.DataFrame | pd.Series, *, kind: str = "log") -> pd.DataFrame | pd.Series:
    """Returns of assets from their prices, from one row to the next in which each has a price.

    Parameters
    ----------
    prices
        Dates by assets, above zero; missing where there is no price.
    kind
        `log`: change of the logarithm; `simple`: relative change.

    Raises
    ------
    OptionError, DataError
        If there is no such kind, or a price is not above zero.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.markets import returns_from_prices
    >>> prices = pd.Series([100.0, 110.0, None, 121.0], index=pd.bdate_range("2001-01-01", periods=4))
    >>> returns_from_prices(prices, kind="simple").round(3).tolist()
    [nan, 0.1, nan, 0.1]
    """
    if kind not in KINDS:
        raise OptionError(f"no kind {kind!r} of returns; there are {', '.join(KINDS)}")
    table = _frame(prices, "prices")
    for name in table.columns:
        low = table[name].min()
        if low <= 0:
            row = table[name].idxmin()
            raise DataError(f"prices of {name!r}: {low:g} on {_day(row)}; a price is above zero")
    changes = pd.DataFrame({name: _changes(table[name], kind) for name in table.columns}, index=table.index)
    return changes if isinstance(prices, pd.DataFrame) else changes.iloc[:, 0].rename(prices.name)


def _changes(prices: pd.Series, kind: str) -> pd.Series:
    known = prices.dropna()
    found = np.log(known).diff() if kind == "log" else known.pct_change()
    return found.reindex(prices.index)


def returns_table(returns: Any, what: str = "returns", *, rates: bool = False) -> pd.DataFrame:
    """Dates by assets as numbers.

    Parameters
    ----------
    returns
        Dates by assets, or a series.
    what
        Their name in errors.
    rates
        Whether they may be rates, which are never negative, but small: then only what exceeds 1 on most days is prices.

    Raises
    ------
    DataError
        If it is no table of numbers by date in order, or holds prices.
    """
    table = _frame(returns, what)
    for name in table.columns:
        known = table[name].dropna()
        if _looks_like_prices(known, rates=rates):
            also = "; divide a rate in per cent by 100" if rates else ""
            raise DataError(
                f"{what} of {name!r} are never negative in {len(known)} days: these look like prices; turn them into "
                f"returns with econ.markets.returns_from_prices{also}"
            )
    return table


def _looks_like_prices(known: pd.Series, *, rates: bool) -> bool:
    if len(known) < ENOUGH or (known < 0).any() or not known.any():
        return False
    return not rates or bool((known > RATE).mean() > 1 / 2)


def _frame(values: Any, what: str) -> pd.DataFrame:
    if isinstance(values, pd.Series):
        values = values.to_frame(values.name if values.name is not None else what)
    if not isinstance(values, pd.DataFrame):
        raise DataError(f"{what} have to be a pandas DataFrame of dates by assets, not {_type(values)}")
    if values.empty:
        raise EmptySampleError(f"the table of {what} has no rows or no columns")
    index = _dates(values.index, what)
    twice = values.columns[values.columns.duplicated()]
    if len(twice):
        raise DataError(f"{what}: column {twice[0]!r} stands more than once; rename or drop the copies")
    table = pd.DataFrame({name: numeric(values[name].reset_index(drop=True)) for name in values.columns})
    wrong = np.isinf(table.to_numpy())
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise DataError(f"{what} of {table.columns[column]!r} on {_day(index[row])} are infinite; correct or drop them")
    return table.set_axis(index, axis=0)


def _dates(index: pd.Index, what: str) -> pd.DatetimeIndex:
    if pd.api.types.is_numeric_dtype(index):
        raise DataError(f"the index of {what} has to be dates, not numbers; use set_index on the column of dates")
    try:
        index = pd.DatetimeIndex(pd.to_datetime(index))
    except (TypeError, ValueError) as error:
        raise DataError(
            f"the index of {what} has to be dates: {error}; use set_index on the column of dates"
        ) from error
    if index.hasnans:
        raise DataError(f"the index of {what} has missing dates; drop these rows")
    if index.tz is not None:
        index = _without_zone(index, what)
    index = index.normalize()
    if not index.is_unique:
        again = index[index.duplicated()][0]
        raise DataError(f"{what}: {_day(again)} stands more than once; keep one row a day")
    if not index.is_monotonic_increasing:
        raise DataError(f"{what}: the dates are not in order; use sort_index()")
    return index


def _without_zone(index: pd.DatetimeIndex, what: str) -> pd.DatetimeIndex:
    local = index.tz_localize(None)
    odd = np.flatnonzero(local != local.normalize())
    if odd.size:
        raise DataError(
            f"the index of {what} has the zone {index.tz} and times other than midnight, such as {index[odd[0]]}, so "
            "that its days may be those of another zone; use index.tz_convert(zone) with the zone in which all times "
            "are midnight, or index.tz_localize(None) if the days are right as they stand"
        )
    return local


def aligned(market: Any, returns: pd.DataFrame, lag: int, what: str, *, rates: bool = False) -> pd.DataFrame:
    """A market, or factors, on the dates of the returns, `lag` of its own sessions late.

    Raises
    ------
    DataError
        If they share no date.
    """
    table = returns_table(market, what, rates=rates)
    common = returns.index.intersection(table.index)
    if not len(common):
        raise DataError(
            f"{what} and returns share no date: one runs from {_day(table.index[0])} to {_day(table.index[-1])}, the "
            f"other from {_day(returns.index[0])} to {_day(returns.index[-1])}"
        )
    return _late(table, returns.index, lag) if lag else table.reindex(returns.index)


def _late(table: pd.DataFrame, index: pd.Index, lag: int) -> pd.DataFrame:
    """The value `lag` sessions, days with a value, before each day; days after the last session count as sessions."""
    known = table.dropna(how="all")
    beyond = index[index > known.index[-1]] if len(known) else index
    sessions = known.reindex(known.index.append(beyond))
    place = sessions.index.searchsorted(index) - lag
    values = np.where((place >= 0)[:, None], sessions.to_numpy()[np.maximum(place, 0)], np.nan)
    return pd.DataFrame(values, index=index, columns=table.columns)


def _type(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _day(date: Any) -> str:
    return str(date.date()) if isinstance(date, pd.Timestamp) else shown(date)
