"""A number for each period as a fit: its terms are periods, its rows those of the panel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from econ.convergence.cube import Cube
from econ.groups import Matrix, Vector
from econ.scores import Stacked
from econ.types import Estimator, Fit

__all__ = ["influence_fit", "period_fit"]


def period_fit(spec: Estimator, cube: Cube, numbers: Vector, influence: Vector) -> Fit:
    """A fit with one parameter a period.

    Parameters
    ----------
    spec, cube
        The estimator, and the rows it was estimated on.
    numbers
        (T,) estimates.
    influence
        (n,) influence of each row on the estimate of its period.
    """
    table = np.zeros((influence.size, numbers.size))
    table[np.arange(influence.size), cube.times.codes] = influence
    return influence_fit(spec, cube, [str(label) for label in cube.time_labels], numbers, table)


def influence_fit(spec: Estimator, cube: Cube, names: Sequence[str], params: Vector, influence: Matrix) -> Fit:
    """A fit of estimates with the influence (n, k) of each row, without residuals; t has N - 1 degrees of freedom."""
    n, k = influence.shape
    return Fit(
        spec=spec,
        names=tuple(names),
        params=np.asarray(params, dtype=np.float64),
        scores=Stacked(influence),
        bread=np.eye(k),
        rank=k,
        df=float(cube.units.count - 1),
        effects=(),
        sample=cube.sample,
        residuals=np.zeros(n),
        fitted=np.zeros(n),
        classical=None,
        hat=None,
        statistics={"units": float(cube.units.count), "periods": float(cube.times.count)},
    )
