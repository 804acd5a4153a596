"""Events: which asset, which day, and what to do where the day is closed or the news came after the close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from econ.errors import DataError, OptionError
from econ.groups import Codes
from econ.sample import listed

__all__ = ["Close", "days_of", "event_table", "own_days_of", "require_apart"]

RULES = ("next", "previous", "refuse")


@dataclass(frozen=True)
class Close:
    """When a market closes: news after that count for its next trading day.

    Parameters
    ----------
    at
        Time of the day, such as `15:00`.
    zone
        Time zone, such as `Asia/Tokyo`.

    Raises
    ------
    OptionError
        If there is no such time or zone, or the time has an offset.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.markets import Close
    >>> noon = pd.Timestamp("1998-06-17 08:00", tz="America/New_York")  # 21:00 in Tokyo
    >>> Close("15:00", "Asia/Tokyo").day(noon).date().isoformat()
    '1998-06-18'
    >>> Close("16:00", "America/New_York").day(noon).date().isoformat()
    '1998-06-17'
    """

    at: str
    zone: str

    def __post_init__(self) -> None:
        try:
            local = time.fromisoformat(self.at).tzinfo is None
            ZoneInfo(self.zone)
        except (ValueError, TypeError, ZoneInfoNotFoundError) as error:
            raise OptionError(
                f"Close({self.at!r}, {self.zone!r}): give a time and a zone, such as '15:00', 'Asia/Tokyo'"
            ) from error
        if not local:
            raise OptionError(f"Close({self.at!r}, {self.zone!r}): give the time in the zone, without an offset")

    def day(self, moment: pd.Timestamp) -> pd.Timestamp:
        """The first day whose close comes at or after a moment with a time zone.

        Raises
        ------
        DataError
            If the moment has none.
        """
        if moment.tzinfo is None:
            raise DataError(f"{moment} has no time zone; give it one, such as moment.tz_localize('America/New_York')")
        local = pd.Timestamp(moment).tz_convert(self.zone)
        day = local.tz_localize(None).normalize()
        return day + pd.Timedelta(days=1) if local.time() > time.fromisoformat(self.at) else day


Closes = Close | Mapping[str, Close] | None


def event_table(events: Any, assets: pd.Index, close: Closes) -> pd.DataFrame:
    """One row an event: asset, date (the day it counts for, before the rule for closed days).

    Raises
    ------
    OptionError
        If `close` is none.
    DataError
        If an event is no pair of a known asset and a date, or comes twice.
    """
    _require_closes(close)
    pairs = _pairs(events, assets)
    if not pairs:
        raise DataError("there are no events; give a date for all assets, or pairs of an asset and a date")
    unknown = [asset for asset, _ in pairs if asset not in assets]
    if unknown:
        raise DataError(f"no returns of {listed(sorted(set(map(str, unknown))))}; there are {listed(assets)}")
    table = pd.DataFrame({"asset": [asset for asset, _ in pairs], "date": [_day(*pair, close) for pair in pairs]})
    twice = table[table.duplicated()]
    if len(twice):
        first = twice.iloc[0]
        raise DataError(f"the event of {first['asset']!r} on {first['date'].date()} is given more than once; drop one")
    return table


def _require_closes(close: Any) -> None:
    for one in close.values() if isinstance(close, Mapping) else [close]:
        if one is not None and not isinstance(one, Close):
            at = one if isinstance(one, str) else "16:00"
            raise OptionError(
                f"close={close!r}: give the time with its zone, as in close=Close({at!r}, 'America/New_York'), or a "
                "mapping from assets to such"
            )


def _pairs(events: Any, assets: pd.Index) -> list[tuple[Any, Any]]:
    if isinstance(events, pd.DataFrame):
        missing = [name for name in ("asset", "date") if name not in events.columns]
        if missing:
            raise DataError(f"the table of events lacks {listed(missing)}; it needs the columns 'asset' and 'date'")
        return list(zip(events["asset"].tolist(), events["date"].tolist(), strict=True))
    if isinstance(events, pd.Series | Mapping):
        return [(asset, date) for asset, found in events.items() for date in _several(found)]
    if isinstance(events, str | np.datetime64 | int | np.integer) or hasattr(events, "isoformat"):
        return [(asset, events) for asset in assets]
    if isinstance(events, Iterable):
        found = list(events)
        if all(isinstance(one, tuple | list) and len(one) == 2 for one in found):  # noqa: PLR2004
            return [(asset, date) for asset, date in found]
        return [(asset, date) for date in found for asset in assets]
    raise DataError(f"events={events!r}: give a date, a list of dates, pairs of asset and date, or a table of both")


def _several(found: Any) -> list[Any]:
    return list(found) if isinstance(found, Iterable) and not isinstance(found, str) else [found]


def _day(asset: Any, date: Any, close: Closes) -> pd.Timestamp:
    """The day for which an event counts."""
    if isinstance(date, int | float | np.number) and not pd.isna(date):
        raise DataError(f"event of {asset!r}: {date} is a number; write a date, such as '{_likely(date)}'")
    try:
        moment = pd.Timestamp(date)
    except (TypeError, ValueError) as error:
        raise DataError(f"event of {asset!r}: {date!r} is no date; write it as '1998-06-17'") from error
    if moment is pd.NaT:
        raise DataError(f"event of {asset!r}: the date is missing; drop the event")
    if moment.tz is None:
        return moment.normalize()
    mine = close.get(asset) if isinstance(close, Mapping) else close
    if mine is None:
        raise DataError(
            f"event of {asset!r}: {moment} has a time zone, and nothing says when the asset's market closes; give "
            "close=Close('15:00', 'Asia/Tokyo'), or dates without a zone"
        )
    return mine.day(moment)


def _likely(number: Any) -> str:
    """The date that a number such as 19980617 means."""
    try:
        return calendar_date.fromisoformat(str(number)).isoformat()
    except ValueError:
        return "1998-06-17"


def days_of(table: pd.DataFrame, index: pd.DatetimeIndex, closed: str) -> Codes:
    """(N,) row of the trading day of each event.

    Raises
    ------
    OptionError, DataError
        If there is no such rule, an event lies before or after all returns, or on a closed day that is refused.
    """
    if closed not in RULES:
        raise OptionError(f"no rule {closed!r} for closed days; there are {', '.join(RULES)}")
    dates = pd.DatetimeIndex(table["date"])
    for which, when, end in (
        (dates < index[0], "before the first", index[0]),
        (dates > index[-1], "after the last", index[-1]),
    ):
        if which.any():
            first = table[which].iloc[0]
            raise DataError(
                f"the event of {first['asset']!r} on {first['date'].date()} lies {when} return of {end.date()} "
                f"({int(which.sum())} such events); leave it out, or bring longer returns"
            )
    found = index.searchsorted(dates, side="left" if closed != "previous" else "right") - (closed == "previous")
    off = np.flatnonzero(index[found] != dates)
    if off.size and closed == "refuse":
        first = table.iloc[off[0]]
        raise DataError(
            f"the event of {first['asset']!r} on {first['date'].date()} is on a day without returns ({off.size} such "
            "events); choose closed='next' or closed='previous'"
        )
    return np.asarray(found, dtype=np.intp)


def own_days_of(table: pd.DataFrame, returns: pd.DataFrame, closed: str) -> Codes:
    """(N,) row of the trading day of each event where those of an asset are the days on which it has a return.

    Raises
    ------
    OptionError, DataError
        As `days_of`, or if an asset has no returns at all.
    """
    found = np.empty(len(table), dtype=np.intp)
    for asset, places in table.groupby("asset", sort=False).indices.items():
        own = np.flatnonzero(np.isfinite(returns[asset].to_numpy()))
        if not own.size:
            raise DataError(f"{asset!r} has no returns at all; leave its events out")
        index = pd.DatetimeIndex(returns.index[own])
        found[places] = own[days_of(table.iloc[places], index, closed)]
    return found


def require_apart(table: pd.DataFrame, rows: Codes, index: pd.DatetimeIndex) -> None:
    """Refuses events of one asset that count for the same trading day.

    Raises
    ------
    DataError
        If there are such.
    """
    days = table.assign(row=rows)
    again = np.flatnonzero(days.duplicated(["asset", "row"]))
    if again.size:
        late = days.iloc[again[0]]
        early = days[(days["asset"] == late["asset"]) & (days["row"] == late["row"])].iloc[0]
        raise DataError(
            f"the events of {late['asset']!r} on {early['date'].date()} and {late['date'].date()} both count for "
            f"{index[late['row']].date()} ({again.size} such events); drop one, or choose another rule with closed="
        )
