"""The errors of `econ`: one base class, one child for each phase of the work.

A message names the column, row or option that is wrong and says what to do about it.
"""

from __future__ import annotations

__all__ = [
    "BaselineError",
    "BuildError",
    "CollinearError",
    "ConvergenceError",
    "DataError",
    "EconError",
    "EmptySampleError",
    "FetchError",
    "FormulaError",
    "IdentificationError",
    "MissingColumnError",
    "NotDefinedError",
    "OptionError",
]


class EconError(Exception):
    """Base of every error that `econ` raises on purpose."""


class FormulaError(EconError):
    """A formula does not parse, or asks for what an estimator does not have."""


class OptionError(EconError):
    """An option of an estimator, covariance or command has a value that does not exist."""


class DataError(EconError):
    """A table, column or cell is not what it has to be."""


class MissingColumnError(DataError):
    """A table lacks a column that a formula, covariance or join names."""


class EmptySampleError(DataError):
    """No row is left to estimate on."""


class IdentificationError(EconError):
    """The data cannot tell the parameters apart, or cannot tell how certain they are."""


class CollinearError(IdentificationError):
    """A regressor is a combination of others or of the absorbed effects.

    Attributes
    ----------
    terms
        The regressors without which the others are identified.
    """

    def __init__(self, message: str, terms: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.terms = terms


class NotDefinedError(EconError):
    """A covariance or test needs a quantity that the fit does not have."""


class ConvergenceError(EconError):
    """An iterative estimator did not reach its tolerance."""


class BaselineError(EconError):
    """The stored coefficients cannot be read, or an update of them is refused."""


class BuildError(EconError):
    """An analysis of the report failed; the previous report is left as it was."""


class FetchError(EconError):
    """A provider of data did not answer, or answered with something else."""
