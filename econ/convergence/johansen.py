"""How many relations tie series with unit roots together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from econ.convergence.panel_unit_root import panel_values
from econ.convergence.unit_root import detrended, require_terms, terms_of
from econ.errors import IdentificationError
from econ.estimates import require_whole

__all__ = ["Johansen"]

DEPENDENT = 1e-9
MOST = 12  # series of which statsmodels has critical values
TERMS = {"none": -1, "constant": 0}
LEVELS = ("90", "95", "99")


@dataclass(frozen=True)
class Johansen:
    """Johansen's trace and largest-eigenvalue tests, by statsmodels.

    Log-ratio coordinates of D parts that converge in the long run have as many relations as there are coordinates less
    common trends; with none, each goes its own way.

    Parameters
    ----------
    terms
        `none` or `constant` (outside the relations, so that levels may have a trend).
    lags
        Lagged differences of the vector autoregression.

    Returns
    -------
    DataFrame
        From `of(panel)`, one row a rank: rank, trace, trace_90, trace_95, trace_99, largest, largest_90, largest_95,
        largest_99, eigenvalue. A statistic above its critical value rejects that there are at most `rank` relations.

    Raises
    ------
    OptionError, DataError, IdentificationError
        If an option has no meaning; from `of`, if a series has gaps, there are more than twelve, or too few periods.

    References
    ----------
    Johansen (1991), Econometrica 59(6).

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import Johansen
    >>> rng = np.random.default_rng(0)
    >>> walk = np.cumsum(rng.normal(size=200))
    >>> table = Johansen().of(np.column_stack([walk, walk + rng.normal(size=200)]))
    >>> (table["trace"] > table["trace_95"]).tolist()
    [True, False]
    """

    terms: str = "constant"
    lags: int = field(default=1, kw_only=True)

    def __post_init__(self) -> None:
        require_terms(self.terms, tuple(TERMS))
        require_whole("lags", self.lags)

    def of(self, panel: Any) -> pd.DataFrame:
        """Test a panel, a row a period and a column a series."""
        from statsmodels.tsa.vector_ar.vecm import coint_johansen  # noqa: PLC0415 - slow, for this test only

        Y = panel_values(panel, 8)
        T, N = Y.shape
        if N > MOST:
            raise IdentificationError(f"{N} series; there are critical values for {MOST} at most")
        if T - self.lags - 1 <= N * (self.lags + 1) + 1:
            raise IdentificationError(f"{T} periods are too few for {N} series with {self.lags} lags")
        if np.linalg.matrix_rank(detrended(Y, terms_of("trend", T)) / np.ptp(Y, axis=0), tol=DEPENDENT) < N:
            raise IdentificationError(
                "the series are lines or combinations of each other, as centred log-ratios and gaps to the average "
                "are; leave one out"
            )
        found = coint_johansen(Y, TERMS[self.terms], self.lags)
        columns = {"rank": range(N), "trace": found.lr1}
        columns |= {f"trace_{level}": found.cvt[:, j] for j, level in enumerate(LEVELS)}
        columns |= {"largest": found.lr2}
        columns |= {f"largest_{level}": found.cvm[:, j] for j, level in enumerate(LEVELS)}
        return pd.DataFrame(columns | {"eigenvalue": found.eig})
