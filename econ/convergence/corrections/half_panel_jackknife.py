"""Half-panel jackknife."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from econ.convergence.persistence import DynamicFit
from econ.errors import EconError, IdentificationError
from econ.groups import Mask, Matrix, Vector
from econ.scores import Stacked
from econ.types import Fit

__all__ = ["HalfPanelJackknife"]

LEAST = 4  # periods, two in each half


@dataclass(frozen=True)
class HalfPanelJackknife:
    r"""Twice the estimate less the mean of those of both halves of the periods, :math:`2\hat\theta - \bar\theta_{1/2}`.

    All coefficients are corrected, whatever makes the bias of order 1/T, as long as it is the same in both halves. With
    an odd number of periods, both ways of halving are averaged.

    Raises
    ------
    IdentificationError
        From `of`, if there are fewer than four periods, or a half cannot be estimated.

    References
    ----------
    Dhaene and Jochmans (2015), Review of Economic Studies 82(3), eq. 2.3 and section 3.1.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.convergence import BetaConvergence, HalfPanelJackknife
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"unit": np.repeat(range(30), 12), "year": np.tile(range(12), 30)})
    >>> data["y"] = np.exp(rng.normal(size=360))
    >>> spec = BetaConvergence("y", unit="unit", time="year", span=1, effects=("unit",),
    ...                        correction=HalfPanelJackknife())
    >>> round(float(spec.regression(data).params[0]), 1)  # the truth is -1
    -1.0
    """

    def of(self, dynamic: DynamicFit) -> Fit:
        """The regression with its bias removed."""
        dynamic.counts  # noqa: B018 - stops where there are no unit effects
        periods = np.unique(dynamic.spell)
        if periods.size < LEAST:
            raise IdentificationError(
                f"{periods.size} spells leave halves of one; a half-panel jackknife needs {LEAST}"
            )
        cuts = {periods[periods.size // 2], periods[(periods.size + 1) // 2]}
        halves = [half for cut in sorted(cuts) for half in (dynamic.spell < cut, dynamic.spell >= cut)]
        found = [_half(dynamic.fit, half) for half in halves]
        params = 2 * dynamic.fit.params - np.mean([one for one, _ in found], axis=0)
        influence = 2 * dynamic.fit.influence - np.mean([psi for _, psi in found], axis=0)
        k = params.size
        return replace(
            dynamic.fit,
            params=params,
            scores=Stacked(influence),
            bread=np.eye(k),
            classical=None,
            hat=None,
            design=None,
            derived=True,
        )


def _half(fit: Fit, half: Mask) -> tuple[Vector, Matrix]:
    """Estimates on some of the rows, and the influence (n, k) of all."""
    table = fit.sample.data.iloc[fit.sample.rows[half]]
    try:
        part = fit.spec.fit(table)
    except EconError as error:
        raise IdentificationError(f"half of the periods cannot be estimated: {error}") from error
    if part.names != fit.names:
        raise IdentificationError(f"half of the periods identifies {part.names}, all of them {fit.names}")
    influence = np.zeros((fit.nobs, len(fit.names)))
    influence[np.flatnonzero(half)[part.sample.rows]] = part.influence
    return part.params, influence
