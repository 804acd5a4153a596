"""Events of one asset that lie in the windows of each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from econ.groups import Codes

__all__ = ["overlapping"]

Span = tuple[int, int]


def overlapping(labels: pd.Index, assets: Codes, rows: Codes, estimation: Span, window: Span) -> pd.DataFrame:
    """One row a pair of events of one asset with common days: event, other, where, days.

    Parameters
    ----------
    labels
        (N,) names of the events.
    assets, rows
        (N,) asset, and trading day.
    estimation, window
        First and last day of the windows of an event.
    """
    apart = rows[None, :] - rows[:, None]  # the other event, from this one
    same = (assets[:, None] == assets) & ~np.eye(rows.size, dtype=bool)
    found = []
    for where, span in (("estimation", estimation), ("window", window)):
        first = np.maximum(span[0], apart + window[0])
        last = np.minimum(span[1], apart + window[1])
        days = np.where(same, np.maximum(last - first + 1, 0), 0)
        for event, other in np.argwhere(days > 0):
            found.append((labels[event], labels[other], where, int(days[event, other])))
    return pd.DataFrame(found, columns=["event", "other", "where", "days"])
