"""Abnormal returns of events from a table of returns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from econ.errors import DataError, OptionError
from econ.groups import Codes, Matrix
from econ.markets.abnormal import Abnormal, whole
from econ.markets.contamination import overlapping
from econ.markets.events import Closes, days_of, event_table, own_days_of, require_apart
from econ.markets.models import MODELS, expected_returns
from econ.markets.study import AbnormalReturns
from econ.markets.tables import aligned, returns_table

__all__ = ["abnormal_returns"]

CALENDARS = ("table", "asset")
FEWEST = 30  # returns of an estimation window
Span = tuple[int, int]


def abnormal_returns(
    returns: pd.DataFrame | pd.Series,
    market: pd.DataFrame | pd.Series | None,
    events: Any,
    *,
    model: str = "market",
    estimation: Span = (-250, -31),
    window: Span = (-10, 10),
    closed: str = "next",
    close: Closes = None,
    calendar: str = "table",
    market_lag: int = 0,
    fewest: int = FEWEST,
) -> AbnormalReturns:
    """Abnormal returns around events: returns less those that a model expects from the time before.

    Parameters
    ----------
    returns
        Dates by assets; a series for a single asset. Missing where there is no return.
    market
        Returns of the market on the same dates; a table of factors for `model="factor"`; None for `model="mean"`.
        Returns that are never negative are refused as prices; factors only if they also exceed 1 on most days, so that
        a riskless rate as a share may be one.
    events
        A date (for all assets), a list of dates, pairs of asset and date, a table with the columns `asset` and `date`,
        or a series or mapping from asset to its date or dates.
    model
        `mean`: the mean of the estimation window. `market`: a constant and the market. `market_adjusted`: the market.
        `factor`: a constant and the factors. `garch`: `market` (or `mean`, without one) with GARCH(1,1) variances.
    estimation, window
        First and last trading day, from the event, of the estimation window and of the event window, both included.
    closed
        Where the day of an event is no trading day (see `calendar`): the `next` or `previous` one, or `refuse`.
    close
        When markets close, for events with a time zone: one for all assets or one each. News after the close counts for
        the next day: what breaks in New York at noon is a matter of the next day in Tokyo.
    calendar
        Trading days are the rows of the table (`table`), or the days on which an asset has a return (`asset`).
    market_lag
        Sessions by which the market comes late: 1 where it closes after the assets, as New York's for assets in Tokyo.
        They are counted on the market's own days, those on which it has a return, also where the assets are closed; a
        day on which it is closed itself has the last session before it for 1, the one before that for 2.
    fewest
        Returns that an estimation window has to have.

    Returns
    -------
    AbnormalReturns
        `ar`, `car`, `bhar`, `average`, `tests`, `test(first, last)`, `path()`, `contamination`, `remarks`.

    Raises
    ------
    OptionError
        If an option has no meaning.
    DataError
        If a table holds prices or no dates, an asset is unknown, an event lies outside of the returns, its windows
        reach beyond them, its estimation window has too few returns, or two events of an asset count for one day.
    IdentificationError
        If the market or factors do not vary in an estimation window, or the returns are constant there or equal to the
        market.

    References
    ----------
    Campbell, Lo and MacKinlay (1997), The Econometrics of Financial Markets, chapter 4; MacKinlay (1997), Journal
    of Economic Literature 35(1).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.markets import abnormal_returns
    >>> rng = np.random.default_rng(0)
    >>> days = pd.bdate_range("2001-01-01", periods=300)
    >>> market = pd.Series(rng.normal(0, 0.01, 300), index=days)
    >>> returns = pd.DataFrame({one: 0.9 * market + rng.normal(0, 0.01, 300) for one in "ABCDEF"})
    >>> returns.iloc[270] += 0.05
    >>> study = abnormal_returns(returns, market, days[270], window=(-1, 1))
    >>> study.average["caar"].round(2).tolist()
    [-0.0, 0.05, 0.04]
    """
    _require_options(model, calendar, market_lag, fewest)
    estimation, window = _spans(estimation, window)
    table = returns_table(returns)
    factors = _factors(model, market, table, market_lag)
    found = event_table(events, table.columns, close)
    assert isinstance(table.index, pd.DatetimeIndex)
    rows = days_of(found, table.index, closed) if calendar == "table" else own_days_of(found, table, closed)
    require_apart(found, rows, table.index)
    assets = table.columns.get_indexer(found["asset"])
    before, inside = (_rows(table, assets, rows, span, calendar) for span in (estimation, window))
    _require_inside(found, table, inside, window)
    values = table.to_numpy()
    taken = [np.where(one >= 0, values[one, assets[:, None]], np.nan) for one in (before, inside)]
    X, Z = (np.where((one >= 0)[:, :, None], factors[one], np.nan) for one in (before, inside))
    _require_enough(found, taken[0], X, fewest, estimation)
    labels = pd.Index([f"{one.asset} {one.date.date()}" for one in found.itertuples()], name="event")
    expected = expected_returns(model, taken[0], taken[1], X, Z, names=labels)
    abnormal = Abnormal(expected, taken[1], np.arange(window[0], window[1] + 1), inside, before)
    days = table.index[inside[:, -window[0]]] if window[0] <= 0 <= window[1] else table.index[rows]
    described = found.assign(day=days, returns=expected.count.astype(int), sd=expected.sd).set_index(labels)
    places = rows if calendar == "table" else np.isfinite(values).cumsum(axis=0)[rows, assets]
    return AbnormalReturns(
        events=described,
        abnormal=abnormal,
        model=f"model {model}, estimated on days {estimation[0]} to {estimation[1]}",
        contamination=overlapping(labels, assets, places, estimation, window),
    )


def _require_options(model: str, calendar: str, lag: int, fewest: int) -> None:
    for name, value, known in (("model", model, MODELS), ("calendar", calendar, CALENDARS)):
        if value not in known:
            raise OptionError(f"no {name} {value!r}; there are {', '.join(known)}")
    if not whole(lag) or lag < 0:
        raise OptionError(f"market_lag={lag!r}: give a whole number of days, zero or more")
    if not whole(fewest) or fewest < 5:  # noqa: PLR2004
        raise OptionError(f"fewest={fewest!r}: give a whole number of returns, five or more")


def _spans(estimation: Span, window: Span) -> tuple[Span, Span]:
    for name, span in (("estimation", estimation), ("window", window)):
        pair = isinstance(span, tuple) and len(span) == 2 and all(whole(day) for day in span)  # noqa: PLR2004
        if not pair or span[0] > span[1]:
            raise OptionError(f"{name}={span!r}: give the first and the last day from the event, such as (-10, 10)")
    if estimation[1] >= window[0]:
        raise OptionError(
            f"the estimation window ends on day {estimation[1]}, not before the event window begins on day "
            f"{window[0]}: what is expected has to come from before; end it earlier"
        )
    return (int(estimation[0]), int(estimation[1])), (int(window[0]), int(window[1]))


def _factors(model: str, market: Any, table: pd.DataFrame, lag: int) -> Matrix:
    """(days, f) the market or the factors on the dates of the returns."""
    if model == "mean":
        if market is not None:
            raise OptionError("model='mean' takes no market; give None, or another model")
        return np.zeros((len(table), 0))
    if market is None:
        if model == "garch":
            return np.zeros((len(table), 0))
        raise OptionError(f"model={model!r} needs a market; give its returns, or model='mean'")
    found = aligned(market, table, lag, "market", rates=model == "factor")
    if model != "factor" and found.shape[1] != 1:
        raise OptionError(f"model={model!r} takes one market, not {found.shape[1]}; use model='factor'")
    return np.asarray(found.to_numpy(), dtype=np.float64)


def _rows(table: pd.DataFrame, assets: Codes, rows: Codes, span: Span, calendar: str) -> Codes:
    """(N, days) row of each day of a window; -1 outside of the table."""
    offsets = np.arange(span[0], span[1] + 1)
    if calendar == "table":
        found = rows[:, None] + offsets
        return np.where((found >= 0) & (found < len(table)), found, -1)
    known = np.isfinite(table.to_numpy())
    found = np.full((rows.size, offsets.size), -1)
    for n, (asset, row) in enumerate(zip(assets, rows, strict=True)):
        own = np.flatnonzero(known[:, asset])
        places = np.searchsorted(own, row) + offsets
        inside = (places >= 0) & (places < own.size)
        found[n, inside] = own[places[inside]]
    return found


def _require_inside(events: pd.DataFrame, table: pd.DataFrame, rows: Codes, window: Span) -> None:
    outside = np.flatnonzero((rows < 0).any(axis=1))
    if outside.size:
        one = events.iloc[outside[0]]
        raise DataError(
            f"the event window of {one['asset']!r} on {one['date'].date()}, days {window[0]} to {window[1]}, reaches "
            f"beyond the returns ({table.index[0].date()} to {table.index[-1].date()}; {outside.size} such events); "
            "shorten window=, leave the event out, or bring longer returns"
        )


def _require_enough(events: pd.DataFrame, before: Matrix, X: Matrix, fewest: int, estimation: Span) -> None:
    count = (np.isfinite(before) & np.isfinite(X).all(axis=2)).sum(axis=1)
    short = np.flatnonzero(count < max(fewest, X.shape[2] + 3))
    if short.size:
        one = events.iloc[short[0]]
        raise DataError(
            f"the estimation window of {one['asset']!r} on {one['date'].date()}, days {estimation[0]} to "
            f"{estimation[1]}, has {count[short[0]]} returns, {fewest} are needed ({short.size} such events); leave "
            "the event out, bring earlier returns, move the window, or lower fewest="
        )
