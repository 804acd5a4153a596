"""Ranks within events, over days."""

from __future__ import annotations

import numpy as np

from econ.groups import Matrix, Vector
from econ.markets.outcome import Outcome, normal, undefined

__all__ = ["rank_test", "ranks"]


def ranks(values: Matrix) -> tuple[Matrix, Vector]:
    """(N, D) ranks of each row's days over one more than their number, ties averaged, and (N,) that number."""
    order = np.argsort(values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    count = np.isfinite(values).sum(axis=1)
    D = values.shape[1]
    new = np.ones((len(values), D), dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    place = np.broadcast_to(np.arange(D), values.shape)
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    end = np.where(np.append(new[:, 1:], np.ones((len(values), 1), dtype=bool), axis=1), place, D)
    last = np.minimum.accumulate(end[:, ::-1], axis=1)[:, ::-1]
    found = np.empty(values.shape)
    np.put_along_axis(found, order, (first + last) / 2 + 1, axis=1)
    return np.where(np.isfinite(values), found / (1 + count[:, None]), np.nan), count.astype(np.float64)


def rank_test(before: Matrix, inside: Matrix, columns: slice) -> Outcome:
    """Corrado's test that mean ranks of some days of the event window are those of all days.

    With N_t events on day t and the root of N_t times the distance of their mean rank from one half as the value of
    the day, the sum of the window over its standard deviation by the squares of all days, standard normal. Days
    on which no event has a return do not count.
    """
    K, _ = ranks(np.concatenate([before, inside], axis=1))
    n = np.isfinite(K).sum(axis=0)
    with np.errstate(invalid="ignore"):
        day = np.where(n > 0, np.nansum(K - 0.5, axis=0) / np.sqrt(np.maximum(n, 1)), np.nan)
    chosen = day[before.shape[1] :][columns]
    chosen = chosen[np.isfinite(chosen)]
    used = np.isfinite(day)
    spread = float(np.sqrt(np.nansum(day**2) / used.sum()))
    if not chosen.size or not spread > 0:
        return undefined()
    return normal(chosen.sum() / (np.sqrt(chosen.size) * spread))
