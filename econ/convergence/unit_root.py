"""What a test of a single series is, and the pieces that several share."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Matrix, Vector
from econ.outcomes import Test

__all__ = [
    "CONSTANT",
    "STATIONARY",
    "UNIT_ROOT",
    "SeriesTest",
    "detrended",
    "require_errors",
    "require_terms",
    "series_values",
    "standardised",
    "terms_of",
]

UNIT_ROOT, STATIONARY = "a unit root", "stationarity"
CONSTANT = 1e-12  # of a series: changes that are rounding
EXACT = 1e7  # a statistic beyond which errors are rounding
LETTERS = {"none": "n", "constant": "c", "trend": "ct"}  # as statsmodels calls them


class SeriesTest(Protocol):
    """A frozen choice of test of one series; `null` is its hypothesis."""

    null: ClassVar[str]

    def of(self, series: Any) -> Test:
        """Test a series in order of time."""
        ...


def require_terms(terms: object, known: tuple[str, ...] = tuple(LETTERS)) -> None:
    """Stop at deterministic terms that do not exist.

    Raises
    ------
    OptionError
        With those that do.
    """
    if terms not in known:
        raise OptionError(f"terms={terms!r}; there are {', '.join(known)}")


def series_values(series: Any, least: int) -> Vector:
    """(T,) values of a series without gaps.

    Raises
    ------
    DataError, IdentificationError
        If it is no series of finite numbers, is constant, or too short.
    """
    try:
        y = np.asarray(series, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"a test of a series needs numbers: {error}") from error
    if y.ndim != 1:
        raise DataError(f"a test of a series needs one column, not an array of shape {y.shape}")
    wrong = np.flatnonzero(~np.isfinite(y))
    if wrong.size:
        labels = series.index if isinstance(series, pd.Series) else np.arange(y.size)
        raise DataError(
            f"the series is {y[wrong[0]]} at {labels[wrong[0]]!r} ({wrong.size} such values); a test of a series needs "
            "one without gaps"
        )
    if y.size < least:
        raise IdentificationError(f"the series has {y.size} values; this test with its terms and lags needs {least}")
    if isinstance(series, pd.Series) and not series.index.is_monotonic_increasing:
        raise DataError("the index of the series is not in order of time; sort it first, such as with sort_index()")
    if np.ptp(y) <= CONSTANT * np.abs(y).max():
        raise IdentificationError("the series never changes, and neither a unit root nor stationarity can be tested")
    return y


def standardised(y: Vector) -> Vector:
    """The series around zero in units of its standard deviation: a test with a constant does not depend on either."""
    centred = y - y.mean()
    return np.asarray(centred / np.sqrt(centred @ centred / y.size))


def require_errors(statistic: float) -> None:
    """Stop at a statistic of a regression that fits without error.

    Raises
    ------
    IdentificationError
        If it is not finite, or too large to be one.
    """
    if not abs(statistic) < EXACT:
        raise IdentificationError(
            "the regression of the test fits the series without error, as where it is a line or repeats itself; "
            "there is nothing to test"
        )


def terms_of(terms: str, n: int) -> Matrix:
    """(n, m) deterministic terms."""
    t = np.arange(1.0, n + 1)
    return np.column_stack(
        [t**power for power in range({"none": 0, "constant": 1, "trend": 2}[terms])] or [np.empty((n, 0))]
    )


def detrended(y: Matrix, Z: Matrix) -> Matrix:
    """Residuals of (T,) or (T, m) columns on the terms (T, q)."""
    if not Z.shape[1]:
        return y
    Q = np.linalg.qr(Z)[0]
    return np.asarray(y - Q @ (Q.T @ y))
