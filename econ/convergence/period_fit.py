"""A number for each period as a fit: its terms are periods, its rows those of the panel."""

from __future__ import annotations

import numpy as np

from econ.convergence.cube import Cube
from econ.convergence.zeros import Multiplicative, replacements
from econ.from_influence import from_influence
from econ.groups import Vector
from econ.scores import Sparse
from econ.types import Estimator, Fit

__all__ = ["period_fit"]


def period_fit(
    spec: Estimator, cube: Cube, numbers: Vector, influence: Vector, *, zeros: Multiplicative | None = None
) -> Fit:
    """A fit with one parameter a period; t has N - 1 degrees of freedom where rows are independent.

    Parameters
    ----------
    spec, cube
        The estimator, and the rows it was estimated on.
    numbers
        (T,) estimates.
    influence
        (n,) influence of each row on the estimate of its period.
    zeros
        The rule by which shares of zero were replaced, which the statistics count.
    """
    n = influence.size
    return from_influence(
        spec,
        cube.sample,
        [str(label) for label in cube.time_labels],
        numbers,
        Sparse(np.arange(n), cube.times.codes, influence, (n, numbers.size)),
        df=float(cube.units.count - 1),
        statistics={"units": float(cube.units.count)} | replacements(cube.values, zeros),
    )
