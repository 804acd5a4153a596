"""Filter of Hodrick and Prescott."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.errors import IdentificationError, OptionError
from econ.groups import Matrix

__all__ = ["HodrickPrescott"]

LEAST = 4  # periods


@dataclass(frozen=True)
class HodrickPrescott:
    r"""The smooth path that minimises :math:`\sum (y_t - g_t)^2 + \lambda \sum (\Delta^2 g_t)^2`.

    Parameters
    ----------
    smoothing
        :math:`\lambda`: 400 for annual data in the literature on clubs, 6.25 or 100 in that on business cycles, 1600
        for quarters.

    Raises
    ------
    OptionError
        If it is below zero.

    References
    ----------
    Hodrick and Prescott (1997), Journal of Money, Credit and Banking 29(1).

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import HodrickPrescott
    >>> HodrickPrescott(400).of(np.array([[1.0], [2.0], [3.0], [4.0]])).round(9).ravel().tolist()
    [1.0, 2.0, 3.0, 4.0]
    """

    smoothing: float = 400.0

    def __post_init__(self) -> None:
        if (
            not isinstance(self.smoothing, int | float | np.number)
            or isinstance(self.smoothing, bool)
            or not 0 <= self.smoothing < np.inf
        ):
            raise OptionError(f"smoothing={self.smoothing!r}: give a number of zero or more, such as 400")

    def of(self, values: Matrix) -> Matrix:
        """(T, N) trends of the columns of (T, N) values."""
        from scipy.linalg import solveh_banded  # noqa: PLC0415 - keeps the import of the package light

        T = len(values)
        if T < LEAST:
            raise IdentificationError(f"{T} periods have no Hodrick-Prescott trend; it needs {LEAST} or more")
        bands = np.zeros((3, T))
        for i, (a, b, c) in enumerate([(1.0, -2.0, 1.0)] * (T - 2)):
            bands[2, i : i + 3] += np.array([a, b, c]) ** 2
            bands[1, i + 1 : i + 3] += [a * b, b * c]
            bands[0, i + 2] += a * c
        bands *= self.smoothing
        bands[2] += 1
        try:
            return np.asarray(solveh_banded(bands, values))
        except np.linalg.LinAlgError as error:
            raise OptionError(f"smoothing={self.smoothing:g} is too large to be computed; give less") from error
