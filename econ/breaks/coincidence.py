"""Whether estimated breaks fall near dates that are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pandas as pd

from econ.breaks.bai_perron import Breaks
from econ.errors import DataError, NotDefinedError, OptionError
from econ.estimates import require_whole
from econ.groups import Codes, Vector
from econ.outcomes import Test

__all__ = ["Coincidence"]

EXACT = 200_000  # sets of dates that are enumerated


@dataclass(frozen=True)
class Coincidence:
    """A permutation test of whether breaks lie nearer to dated events than dates at random would.

    The statistic is the mean distance, in periods, from each break to the nearest event. Under the hypothesis, the
    breaks are any set of dates of the sample that keeps the least width of a segment, all equally likely; all sets are
    enumerated where they are few, else drawn. It says nothing of causes: events are not spread at random either.

    Parameters
    ----------
    draws
        Sets that are drawn where there are more than can be enumerated.
    seed
        Of the draws.

    References
    ----------
    Good (2005), Permutation, Parametric, and Bootstrap Tests of Hypotheses, chapter 3.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.breaks import BaiPerron, Coincidence
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"year": range(1950, 2010), "y": rng.normal(size=60)})
    >>> data.loc[data["year"] >= 1980, "y"] += 3
    >>> breaks = BaiPerron("y ~ 1", time="year").find(data)
    >>> round(Coincidence().of(breaks, [1979, 1999]).p_value, 3)  # 6 of 43 dates lie as near
    0.14
    """

    draws: int = field(default=99_999, kw_only=True)
    seed: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        require_whole("draws", self.draws, least=1)
        require_whole("seed", self.seed)

    def of(self, breaks: Breaks, events: Sequence[Any]) -> Test:
        """Test the estimated breaks against events, given as periods of the column of time, or as dates within them.

        Raises
        ------
        NotDefinedError, DataError, OptionError
            If there is no break, no event, or an event is no period of that kind.
        """
        if not breaks.starts.size:
            raise NotDefinedError("no break was found, and so none can coincide with an event")
        if not isinstance(events, Sequence | np.ndarray | pd.Index | pd.Series) or isinstance(events, str):
            raise OptionError(f"events={events!r}: give a list of periods")
        if pd.isna(pd.Series(list(events), dtype=object)).any():
            raise DataError("an event has no date; leave it out")
        if not len(events):
            raise DataError("there is no event; give the dates of one or more")
        places, outside = _places(breaks, events)
        nearest = _nearest(places, breaks.series.nobs)
        width = breaks.series.width(breaks.spec.trim)
        found = float(nearest[breaks.starts].mean())
        share, how = self._share(nearest, breaks.starts.size, width, found)
        return Test(
            title="breaks lie no nearer to the events than dates at random",
            statistic=found,
            df=(),
            p_value=share,
            method=f"mean distance in periods from each of {breaks.starts.size} breaks to the nearest of "
            f"{len(places)} events; {how}",
            details={"mean distance of dates at random": float(nearest[width : nearest.size - width + 1].mean())},
            remarks=(f"{outside} events lie outside the sample and are left out",) if outside else (),
        )

    def _share(self, nearest: Vector, count: int, width: int, found: float) -> tuple[float, str]:
        """Share of sets of dates that lie as near, and how it was found."""
        spare = nearest.size - (count + 1) * width  # rows beyond the least in each segment
        sets = comb(spare + count, count)
        if sets <= EXACT:
            means = nearest[_all_sets(spare, count, width)].mean(axis=1)
            return float((means <= found + 1e-12).mean()), f"all {sets:,} sets of dates"
        generator = np.random.default_rng(self.seed)
        cuts = np.array([np.sort(generator.choice(spare + count, count, replace=False)) for _ in range(self.draws)])
        drawn = cuts - np.arange(count) + width * np.arange(1, count + 1)
        near = int((nearest[drawn].mean(axis=1) <= found + 1e-12).sum())
        return (1 + near) / (1 + self.draws), f"{self.draws:,} random sets of dates"


def _places(breaks: Breaks, events: Sequence[Any]) -> tuple[Codes, int]:
    """Places in the series of the periods that events fall into, and how many lie outside."""
    found = breaks.series.places(list(events))
    inside = [place for place in found if place is not None]
    if not inside:
        raise DataError(f"none of the {len(events)} events lies within the sample")
    return np.array(inside, dtype=np.intp), len(found) - len(inside)


def _nearest(places: Codes, n: int) -> Vector:
    """(n,) distance of each place to the nearest event."""
    return np.asarray(np.abs(np.arange(n)[:, None] - places).min(axis=1).astype(np.float64))


def _all_sets(spare: int, count: int, width: int) -> Codes:
    """(sets, count) places of the first rows after each break, segments at least `width` long."""
    cuts = np.array(list(combinations(range(spare + count), count)), dtype=np.intp)
    return np.asarray(cuts - np.arange(count) + width * np.arange(1, count + 1))
