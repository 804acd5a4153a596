"""Filter of Hamilton."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from econ.errors import IdentificationError
from econ.estimates import require_whole
from econ.groups import Matrix

__all__ = ["Hamilton"]


@dataclass(frozen=True)
class Hamilton:
    """What was to be expected some periods ahead: least squares of y on a constant and its values then.

    The first `horizon + lags - 1` periods have no trend and are left out.

    Parameters
    ----------
    horizon
        Periods ahead; two years in Hamilton's advice.
    lags
        Values that the forecast is made of: one year of them in Hamilton's advice.

    Raises
    ------
    OptionError
        If one is no whole number of one or more.

    References
    ----------
    Hamilton (2018), Review of Economics and Statistics 100(5), eq. 19.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import Hamilton
    >>> Hamilton(horizon=1, lags=1).of(np.arange(5.0)[:, None]).round(9).ravel().tolist()
    [1.0, 2.0, 3.0, 4.0]
    """

    horizon: int = field(default=2, kw_only=True)
    lags: int = field(default=1, kw_only=True)

    def __post_init__(self) -> None:
        require_whole("horizon", self.horizon, least=1)
        require_whole("lags", self.lags, least=1)

    def of(self, values: Matrix) -> Matrix:
        """(T - horizon - lags + 1, N) trends of the columns of (T, N) values."""
        T, first = len(values), self.horizon + self.lags - 1
        if T - first <= self.lags + 1:
            raise IdentificationError(
                f"{T} periods are too few for a Hamilton trend with horizon={self.horizon} and lags={self.lags}"
            )
        return np.column_stack([self._trend(y) for y in values.T])

    def _trend(self, y: Matrix) -> Matrix:
        first = self.horizon + self.lags - 1
        lagged = [y[self.lags - 1 - j : y.size - self.horizon - j] for j in range(self.lags)]
        X = np.column_stack([np.ones(y.size - first), *lagged])
        return np.asarray(X @ np.linalg.lstsq(X, y[first:], rcond=None)[0])
