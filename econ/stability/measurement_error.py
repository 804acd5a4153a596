"""What error in the measurement of a regressor does to its coefficient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.design.columns import numeric
from econ.errors import DataError, IdentificationError, NotDefinedError, OptionError
from econ.estimates import ROUNDING, require_whole
from econ.groups import Vector
from econ.stability.attempts import REFUSALS
from econ.stability.least_squares import require_least_squares
from econ.types import Covariance, Fit, require_covariance

__all__ = ["ErrorsInVariables", "Simex", "errors_in_variables", "simex"]

LAMBDAS = (0.5, 1.0, 1.5, 2.0)
DEGREES = {"linear": 1, "quadratic": 2}


@dataclass(frozen=True, eq=False, repr=False)
class ErrorsInVariables:
    r"""What the coefficient of a badly measured regressor can be, in a regression by least squares.

    With classical error of reliability :math:`\rho = var(x^*) / var(x)`, all other regressors being right,
    :math:`plim \hat\beta = \beta (\rho - R^2) / (1 - R^2)`, where :math:`R^2` is that of x on the others.

    Attributes
    ----------
    estimate
        By least squares.
    reverse
        From the regression of the regressor on the outcome: the estimate over the squared partial correlation.
    r2
        Of the regressor on the others, absorbed effects included, about its mean.
    """

    term: str
    estimate: float
    reverse: float
    r2: float

    @property
    def bounds(self) -> tuple[float, float]:
        """Bounds on the coefficient for any amount of classical error: least squares and reverse regression."""
        return min(self.estimate, self.reverse), max(self.estimate, self.reverse)

    def corrected(self, reliability: float) -> float:
        """The coefficient if a share of the regressor's variance is not error.

        Raises
        ------
        OptionError
            If the reliability is not above the variance that the other regressors explain, and at most one.
        """
        if isinstance(reliability, bool | str) or not self.r2 < reliability <= 1:
            raise OptionError(
                f"reliability={reliability!r}: the others explain {self.r2:.3f} of the variance of {self.term}, which "
                "cannot be error; give a share above that, and at most 1"
            )
        return self.estimate * (1 - self.r2) / (reliability - self.r2)

    def __repr__(self) -> str:
        """Bounds."""
        low, high = self.bounds
        return f"<{self.term}: {self.estimate:.4g}; between {low:.4g} and {high:.4g} under any classical error>"


def errors_in_variables(fit: Fit, term: str) -> ErrorsInVariables:
    """Bounds on the coefficient of a regressor measured with classical error.

    Parameters
    ----------
    fit
        Of least squares, absorbed effects included.
    term
        The regressor; the others are taken as measured without error.

    Raises
    ------
    NotDefinedError
        If the estimator is no least squares, or has no such term.
    IdentificationError
        If outcome and regressor are not related at all, so that there is no reverse regression.

    References
    ----------
    Frisch (1934), Statistical Confluence Analysis; Klepper and Leamer (1984), Econometrica 52(1).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS
    >>> from econ.stability import errors_in_variables
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> errors_in_variables(OLS("y ~ x").fit(data), "x")
    <x: 0.8; between 0.8 and 1.25 under any classical error>
    """
    hat = require_least_squares(fit, "bounds by reverse regression are those of least squares")
    position = fit.position(term)
    if np.ptp(hat.X[:, position]) == 0:
        raise NotDefinedError(f"{term} does not vary: there is no error to measure in it")
    w = np.ones(fit.nobs) if hat.w is None else hat.w
    coefficients, estimate = fit.params, float(fit.params[position])
    x = hat.X[:, position]
    others = np.delete(hat.X, position, axis=1)
    root = np.sqrt(w)[:, None]
    left = x - others @ np.linalg.lstsq(root * others, root[:, 0] * x, rcond=None)[0]
    y = hat.errors + hat.X @ coefficients
    explained, total = estimate * float(left @ (w * y)), float(np.sum(w * hat.errors**2))
    partial = explained / (explained + total) if explained > 0 else 0.0
    if not partial > ROUNDING**2:
        raise IdentificationError(f"{term} and the outcome are not related at all: there is no reverse regression")
    raw = x if fit.design is None else fit.design.X[:, position]
    spread = float(np.sum(w * (raw - np.average(raw, weights=w)) ** 2))
    return ErrorsInVariables(term, estimate, estimate / partial, 1 - float(left @ (w * left)) / spread)


@dataclass(frozen=True, eq=False, repr=False)
class Simex:
    """Estimates under added error, from which that without error is extrapolated.

    Attributes
    ----------
    term, naive
        The coefficient, and its estimate from the data as they are.
    curve
        One row a multiple of the error variance that was added (`added`, 0 first): the mean `estimate`, the mean
        sampling `variance`, the variance `between` draws, and the number of `draws` that could be estimated.
    """

    term: str
    naive: float
    curve: pd.DataFrame

    def extrapolated(self, how: str = "quadratic") -> float:
        """The coefficient without error: the curve at minus one.

        Raises
        ------
        OptionError
            If `how` is neither linear, quadratic nor rational.
        """
        return _extrapolated(self.curve["added"].to_numpy(), self.curve["estimate"].to_numpy(), how)

    @cached_property
    def se(self) -> float:
        """Standard error of the quadratic extrapolation; missing where the extrapolated variance is negative."""
        own = (self.curve["variance"] - self.curve["between"]).to_numpy()
        variance = _extrapolated(self.curve["added"].to_numpy(), own, "quadratic")
        return float(np.sqrt(variance)) if variance > 0 else float("nan")

    def __repr__(self) -> str:
        """Estimates by extrapolation, and the curve."""
        found = ", ".join(f"{how} {self.extrapolated(how):.4g}" for how in (*DEGREES, "rational"))
        return f"{self.term}: {self.naive:.4g} as measured; without error {found}\n{self.curve.to_string(index=False)}"


def simex(
    fit: Fit,
    term: str,
    covariance: Covariance,
    *,
    sd: float | str,
    lambdas: Sequence[float] = LAMBDAS,
    reps: int = 200,
    seed: int = 0,
) -> Simex:
    r"""Simulation and extrapolation: add more error, see what it does, and go back to none.

    Normal errors with variance :math:`\lambda \sigma_i^2` are added to the regressor and the specification is estimated
    again; the mean estimates over :math:`\lambda` are extrapolated to :math:`\lambda = -1`. It works for any estimator
    that can be estimated again. The variance is extrapolated from the mean variance less that between draws.

    Parameters
    ----------
    fit, term
        What was estimated, and the regressor with error: a column that stands alone as a term.
    covariance
        How the sampling uncertainty is measured.
    sd
        Standard deviation of the error, or a column of one for each row.
    lambdas
        Multiples of the error variance that are added.
    reps, seed
        Draws for each, and the seed of the generator.

    Raises
    ------
    OptionError, DataError, NotDefinedError
        If an option makes no sense, the term is no column, or the fit cannot be estimated again.
    IdentificationError
        If half of the draws cannot be estimated.

    References
    ----------
    Cook and Stefanski (1994), Journal of the American Statistical Association 89(428); Stefanski and Cook (1995), same
    journal 90(432); Carroll, Ruppert, Stefanski and Crainiceanu (2006), Measurement Error in Nonlinear Models, ch. 5.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import OLS, White
    >>> from econ.stability import simex
    >>> rng = np.random.default_rng(0)
    >>> true = rng.normal(size=2_000)
    >>> data = pd.DataFrame({"y": true + rng.normal(size=2_000), "x": true + 0.5 * rng.normal(size=2_000)})
    >>> found = simex(OLS("y ~ x").fit(data), "x", White(), sd=0.5, reps=20)
    >>> round(found.naive, 1), round(found.extrapolated("rational"), 1)
    (0.8, 1.0)
    """
    require_covariance(covariance)
    require_whole("reps", reps, least=2)
    sigma = _error(fit, term, sd)
    require_whole("seed", seed)
    _require_multiples(lambdas)
    data = fit.sample.table
    row = fit.inference(covariance).row(term)
    curve = [(0.0, float(row["estimate"]), float(row["se"] ** 2), 0.0, 1)]
    streams = np.random.SeedSequence(seed).spawn(len(lambdas))
    for added, stream in zip(lambdas, streams, strict=True):
        rng = np.random.default_rng(stream)
        noisy = (data.assign(**{term: data[term] + np.sqrt(added) * sigma * rng.normal(size=len(data))})
                 for _ in range(reps))  # fmt: skip
        curve.append((float(added), *_drawn(fit, term, covariance, noisy, reps)))
    names = ["added", "estimate", "variance", "between", "draws"]
    return Simex(term, float(row["estimate"]), pd.DataFrame(curve, columns=names))


def _require_multiples(lambdas: object) -> None:
    """At least two different ones, so that there is a curve to extrapolate."""
    if (
        not isinstance(lambdas, tuple | list)
        or any(isinstance(one, bool) or not isinstance(one, int | float) or not 0 < one < np.inf for one in lambdas)
        or len(set(lambdas)) < 2  # noqa: PLR2004
    ):
        raise OptionError(f"lambdas={lambdas!r}: give two or more different multiples above 0, such as {LAMBDAS}")


def _error(fit: Fit, term: str, sd: float | str) -> Vector:
    """Standard deviations of the error in all rows of the table; zero where a row that is not used has none."""
    fit.position(term)
    if not fit.repeatable or fit.sample.units is not None:
        raise NotDefinedError("this fit cannot be estimated again on other values of its regressors")
    if term not in fit.sample.data.columns:
        raise NotDefinedError(f"{term!r} is no column; error is added to a column that stands alone as a term")
    if isinstance(sd, str):
        used = numeric(fit.sample.column(sd))
        if not np.isfinite(used).all() or (used < 0).any():
            raise DataError(f"column {sd!r} has to hold finite standard deviations of the error, none below 0")
        return np.nan_to_num(numeric(fit.sample.table[sd]), nan=0.0, posinf=0.0, neginf=0.0)
    if isinstance(sd, bool) or not isinstance(sd, int | float) or not 0 < sd < np.inf:
        raise OptionError(f"sd={sd!r}: give a standard deviation above 0, or a column of them")
    return np.full(len(fit.sample.table), float(sd))


def _drawn(fit: Fit, term: str, covariance: Covariance, noisy: object, reps: int) -> tuple[float, float, float, int]:
    """Mean estimate, mean variance, variance between draws, and number of draws."""
    found = []
    for table in noisy:  # type: ignore[attr-defined]
        try:
            row = fit.spec.fit(table).inference(covariance).row(term)
        except REFUSALS:
            continue
        found.append((float(row["estimate"]), float(row["se"] ** 2)))
    if len(found) < max(reps / 2, 2):
        raise IdentificationError(f"only {len(found)} of {reps} draws with more error can be estimated")
    table = np.array(found)
    return float(table[:, 0].mean()), float(table[:, 1].mean()), float(table[:, 0].var(ddof=1)), len(found)


def _extrapolated(added: Vector, values: Vector, how: str) -> float:
    if how in DEGREES:
        return float(np.polyval(np.polyfit(added, values, DEGREES[how]), -1.0))
    if how != "rational":
        raise OptionError(f"no extrapolation {how!r}; there are {', '.join((*DEGREES, 'rational'))}")
    return _rational(added, values)


def _rational(added: Vector, values: Vector) -> float:
    """The curve a + b / (c + added) at -1, which is exact for least squares with one regressor."""
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - keeps the import of the package light

    def fitted(c: float) -> tuple[Vector, float]:
        X = np.column_stack([np.ones_like(added), 1 / (c + added)])
        coefficients, *_ = np.linalg.lstsq(X, values, rcond=None)
        return np.asarray(coefficients), float(np.sum((values - X @ coefficients) ** 2))

    target: Callable[[float], float] = lambda log: fitted(1 + np.exp(log))[1]  # noqa: E731
    grid = np.linspace(-7, 7, 57)
    best = float(grid[np.argmin([target(one) for one in grid])])
    log = minimize_scalar(target, bounds=(best - 0.25, best + 0.25), method="bounded", options={"xatol": 1e-10}).x
    c = 1 + float(np.exp(log))
    (a, b), _ = fitted(c)
    return float(a + b / (c - 1))
