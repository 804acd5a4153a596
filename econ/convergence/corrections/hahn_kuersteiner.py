"""Bias correction of Hahn and Kuersteiner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.convergence.persistence import DynamicFit
from econ.types import Fit

__all__ = ["HahnKuersteiner"]


@dataclass(frozen=True)
class HahnKuersteiner:
    r"""The bias of order 1/T is removed: :math:`\hat\rho + (1 + \hat\rho) / T`.

    For stationary panels in which T is not small; what is left is of order 1/T². T is the mean number of spells of a
    unit. Coefficients of controls are left as they are.

    References
    ----------
    Hahn and Kuersteiner (2002), Econometrica 70(4), theorem 2.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.convergence import BetaConvergence, HahnKuersteiner
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"unit": np.repeat(range(30), 12), "year": np.tile(range(12), 30)})
    >>> data["y"] = np.exp(rng.normal(size=360))
    >>> spec = BetaConvergence("y", unit="unit", time="year", span=1, effects=("unit",), correction=HahnKuersteiner())
    >>> round(float(spec.regression(data).params[0]), 1)  # the truth is -1
    -1.0
    """

    def of(self, dynamic: DynamicFit) -> Fit:
        """The regression with its bias removed."""
        T = float(dynamic.consecutive.mean())
        slopes = np.zeros(len(dynamic.fit.names))
        slopes[dynamic.place] = 1.0
        return dynamic.moved(dynamic.rho + (1 + dynamic.rho) / T, slopes, 1 + 1 / T)
