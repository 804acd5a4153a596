"""Absorbed effects, recovered level by level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from econ.errors import NotDefinedError
from econ.groups import Codes, Matrix
from econ.predictions.absorbed import Absorbed, Levels
from econ.predictions.reading import model_of
from econ.types import Fit

__all__ = ["fixed_effects"]

OPEN = 1e-6


def fixed_effects(fit: Fit) -> pd.DataFrame:
    r"""Absorbed effects: what the linear index of a level is above what its regressors and the offset explain.

    For unit and time effects, the solution :math:`\hat\alpha, \hat\gamma` of
    :math:`\hat\eta_{it} - x_{it}'\hat\beta = \hat\alpha_i + \hat\gamma_t`.

    Parameters
    ----------
    fit
        An estimation that absorbed effects.

    Returns
    -------
    DataFrame
        One row a level: effect (`unit`; `unit[x]` for slopes), level (its label; of a combination, a tuple), and
        estimate. With weights and in likelihoods, effects are those that go with the coefficients of the fit.

    Raises
    ------
    NotDefinedError
        If no effects were absorbed, or the estimator does not say what it expects of a single row.

    Notes
    -----
    Of several effects the one with the most levels carries the constant: all others sum to zero over the rows used,
    within each set of levels that rows connect, and so do slopes of the same variable. For two effects this settles
    all levels. Where it does not, as with three effects that are tangled or a variable that does not vary within a
    level, the estimates are one solution of several, and `attrs["remarks"]` says of how many levels.
    Effects of few rows are noise around the truth: consistent where the rows of a level grow.

    References
    ----------
    Abowd, Creecy and Kramarz (2002), Computing person and firm effects using linked longitudinal employer-employee
    data, on connected sets.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, fixed_effects
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 6, 5], "x": [0.0, 1, 2, 0, 1, 2], "firm": list("aaabbb")})
    >>> fixed_effects(OLS("y ~ x | firm").fit(data)).round(3).to_dict("list")
    {'effect': ['firm', 'firm'], 'level': ['a', 'b'], 'estimate': [1.083, 3.417]}
    """
    model = model_of(fit)
    if not model.absorbed.terms:
        raise NotDefinedError(f"{fit.spec!r} absorbed no effects; name some behind a bar, as in 'y ~ x | unit'")
    absorbed = model.absorbed
    found = _normalised(absorbed, tuple(own[:, None] for own in model.levels))
    names = np.repeat([effect.name for effect in absorbed.effects], absorbed.counts)
    labels = [label for place in range(len(found)) for label in absorbed.labels(place)]
    table = pd.DataFrame({"effect": names, "level": pd.Series(labels), "estimate": np.concatenate(found)[:, 0]})
    table.attrs["remarks"] = _remarks(absorbed)
    return table


def _normalised(absorbed: Absorbed, levels: Levels) -> Levels:
    """The solution in which all but the largest of the effects with the same variable sum to zero where connected."""
    moved = [own.copy() for own in levels]
    for slope in dict.fromkeys(term.slope for term in absorbed.terms):
        places = [place for place, term in enumerate(absorbed.terms) if term.slope == slope]
        main = max(places, key=lambda place: absorbed.effects[place].count)
        sets = _connected(absorbed, places)
        for place in set(places) - {main}:
            mean = _means(absorbed.effects[place].groups.sizes, sets[place], moved[place])
            moved[place] -= mean[sets[place]]
            moved[main] += mean[sets[main]]
    return tuple(moved)


def _connected(absorbed: Absorbed, places: list[int]) -> dict[int, Codes]:
    """(count,) of each effect: the set of each level."""
    if len(places) == 1:
        return {places[0]: np.zeros(absorbed.effects[places[0]].count, dtype=np.intp)}
    from scipy.sparse import coo_array  # noqa: PLC0415 - keeps the import of the package light
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    counts = [absorbed.effects[place].count for place in places]
    starts = np.cumsum([0, *counts])
    nodes = [absorbed.effects[place].codes + start for place, start in zip(places, starts, strict=False)]
    ends = np.concatenate(nodes[1:])
    edges = (np.ones(ends.size, dtype=bool), (np.tile(nodes[0], len(nodes) - 1), ends))
    sets = connected_components(coo_array(edges, shape=(starts[-1], starts[-1])), directed=False)[1]
    return dict(zip(places, np.split(sets.astype(np.intp), starts[1:-1]), strict=True))


def _means(sizes: Codes, sets: Codes, values: Matrix) -> Matrix:
    """(sets, q) means of levels within sets, by rows."""
    count = int(sets.max()) + 1
    sums = np.column_stack([np.bincount(sets, sizes * column, minlength=count) for column in values.T])
    rows = np.bincount(sets, sizes, minlength=count)
    return np.asarray(sums / np.maximum(rows, 1)[:, None])


def _remarks(absorbed: Absorbed) -> tuple[str, ...]:
    """Which effects have levels that the normalisation leaves open."""
    if absorbed.zeros is None:
        return ()
    remarks = []
    for effect, own, scale in zip(
        absorbed.effects, _normalised(absorbed, absorbed.zeros), absorbed.scales, strict=True
    ):
        open_ones = int((np.abs(own) * scale > OPEN).any(axis=1).sum())
        if open_ones:
            remarks.append(f"{effect.name}: one solution of several for {open_ones} of {effect.count} levels")
    return tuple(remarks)
