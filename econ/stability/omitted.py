r"""How strong an omitted variable would have to be (Cinelli and Hazlett 2020).

With :math:`R^2_D` the partial R² of the omitted variable with the treatment and :math:`R^2_Y` that with the outcome
given the treatment, a regression with it has

.. math:: |\hat\beta - \hat\beta^*| = \sqrt{R^2_Y R^2_D / (1 - R^2_D)} \, se \, \sqrt{df}, \qquad
   se^* = se \sqrt{(1 - R^2_Y) / (1 - R^2_D)} \sqrt{df / (df - 1)}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from econ.errors import NotDefinedError, OptionError
from econ.estimates import require_share
from econ.groups import Matrix
from econ.solve import weighted
from econ.stability.least_squares import require_least_squares
from econ.t_distribution import t_quantile
from econ.types import Fit

__all__ = ["Adjusted", "OmittedVariable", "omitted_variable"]


@dataclass(frozen=True)
class Adjusted:
    """The coefficient in a regression with the omitted variable: estimate, classical error, t and interval."""

    estimate: float
    se: float
    statistic: float
    low: float
    high: float


@dataclass(frozen=True, eq=False, repr=False)
class OmittedVariable:
    """Sensitivity of one coefficient of a least-squares regression to an omitted variable.

    Attributes
    ----------
    fit, term
        The regression and the coefficient.
    estimate, se, df
        Under classical errors, which are what the algebra is about.
    level
        Coverage of intervals, and one less the size of tests.
    """

    fit: Fit
    term: str
    estimate: float
    se: float
    df: float
    level: float

    @property
    def partial_r2(self) -> float:
        """Share of what is left of the outcome that the treatment explains.

        An omitted variable that explains all of the outcome's rest has to explain that share of the treatment's rest to
        take the estimate to zero.
        """
        square = (self.estimate / self.se) ** 2
        return float(square / (square + self.df))

    def robustness(self, share: float = 1.0) -> float:
        """Partial R² with both treatment and outcome that takes away this share of the estimate."""
        return self._robustness(share, 0.0)

    def robustness_of_test(self, share: float = 1.0) -> float:
        """Partial R² with both that makes the rest of the estimate insignificant."""
        _require_room(self.df)
        critical = float(t_quantile(np.array([self.df - 1]), 0.5 + self.level / 2)[0])
        return self._robustness(share, critical / np.sqrt(self.df - 1))

    def adjusted(self, r2_treatment: float, r2_outcome: float) -> Adjusted:
        """The coefficient beside an omitted variable of this strength, which pulls it to zero and may pull further.

        Parameters
        ----------
        r2_treatment, r2_outcome
            Partial R² of the omitted variable with the treatment, and with the outcome given the treatment.
        """
        numbers = all(isinstance(one, int | float) for one in (r2_treatment, r2_outcome))
        if not (numbers and 0 <= r2_treatment < 1 and 0 <= r2_outcome <= 1):
            raise OptionError(f"partial R² of {r2_treatment!r} and {r2_outcome!r}: give shares, the first below one")
        _require_room(self.df)
        estimate, se = (float(one) for one in self._moved(np.float64(r2_treatment), np.float64(r2_outcome)))
        margin = se * float(t_quantile(np.array([self.df - 1]), 0.5 + self.level / 2)[0])
        statistic = estimate / se if se > 0 else float("nan")
        return Adjusted(estimate, se, statistic, estimate - margin, estimate + margin)

    def bounds(self, benchmark: str | Sequence[str], multiples: Sequence[float] = (1.0, 2.0, 3.0)) -> pd.DataFrame:
        """What a variable would do that is so many times as strong as an observed one, or as several together.

        Parameters
        ----------
        benchmark
            A term of the regression, or several.
        multiples
            How many times as strong, with the treatment and with the outcome.

        Returns
        -------
        DataFrame
            One row a multiple: `multiple`, `r2_treatment`, `r2_outcome` (at most one), `estimate`, `se`, `statistic`,
            `low`, `high`; missing where a variable cannot be so strong.
        """
        names = [benchmark] if isinstance(benchmark, str) else list(benchmark)
        if not names or self.term in names:
            raise OptionError(f"benchmark={benchmark!r}: give other terms of the regression than {self.term!r}")
        places = [self.fit.position(name) for name in names]
        if not isinstance(multiples, Sequence) or not all(
            isinstance(one, int | float) and one > 0 for one in multiples
        ):
            raise OptionError(f"multiples={multiples!r}: give positive numbers in a row, such as (1.0, 2.0)")
        treatment, outcome = self._partial(places)
        rows = [self._bound(multiple, multiple, treatment, outcome) for multiple in multiples]
        return pd.DataFrame(
            rows, columns=["multiple", "r2_treatment", "r2_outcome", "estimate", "se", "statistic", "low", "high"]
        )

    def contours(self, most_treatment: float = 0.4, most_outcome: float = 0.4, steps: int = 41) -> pd.DataFrame:
        """The adjusted estimate and t over a grid of strengths, one row a pair: what a contour figure is drawn from."""
        _require_room(self.df)
        treatment, outcome = np.meshgrid(
            np.linspace(0, most_treatment, steps), np.linspace(0, most_outcome, steps), indexing="ij"
        )
        estimate, se = self._moved(treatment, outcome)
        with np.errstate(divide="ignore", invalid="ignore"):
            columns = {
                "r2_treatment": treatment,
                "r2_outcome": outcome,
                "estimate": estimate,
                "statistic": estimate / se,
            }
        return pd.DataFrame({name: column.ravel() for name, column in columns.items()})

    def __repr__(self) -> str:
        """The three numbers that a table shows."""
        return (
            f"{self.term} = {self.estimate:.4g}: partial R² {self.partial_r2:.3g}, "
            f"robustness value {self.robustness():.3g}, of the test {self.robustness_of_test():.3g}"
        )

    def _moved(self, treatment: Any, outcome: Any) -> tuple[Any, Any]:
        """Estimates and errors beside omitted variables of these strengths."""
        left = 1 - treatment
        bias = np.sqrt(outcome * treatment / left) * self.se * np.sqrt(self.df)
        se = self.se * np.sqrt((1 - outcome) / left) * np.sqrt(self.df / (self.df - 1))
        return np.sign(self.estimate) * (abs(self.estimate) - bias), se

    def _robustness(self, share: float, critical: float) -> float:
        if not share > 0:
            raise OptionError(f"share={share!r}: give a positive share of the estimate, such as 1.0")
        f = share * abs(self.estimate / self.se) / np.sqrt(self.df)
        gap = f - critical
        if gap <= 0:
            return 0.0
        if critical > 0 and f > 1 / critical:
            return float((f**2 - critical**2) / (1 + f**2))
        return float(2 / (1 + np.sqrt(1 + 4 / gap**2)))

    def _partial(self, places: Sequence[int]) -> tuple[float, float]:
        """Partial R² of some terms with the treatment given the others, and with the outcome given all."""
        hat = self.fit.hat
        assert hat is not None
        here = self.fit.position(self.term)
        whole = hat.errors + hat.X @ self.fit.params
        others = [place for place in range(len(self.fit.names)) if place not in {here, *places}]
        rest = [place for place in range(len(self.fit.names)) if place != here]
        full = self._left(hat.X[:, here], hat.X[:, rest])
        without = self._left(hat.X[:, here], hat.X[:, others])
        fewer = self._left(whole, hat.X[:, [here, *others]])
        most = float(hat.errors @ weighted(hat.w, hat.errors))
        return 1 - full / without, 1 - most / fewer

    def _left(self, values: Matrix, X: Matrix) -> float:
        """Sum of squares that a regression leaves."""
        assert self.fit.hat is not None
        half = np.ones(len(values)) if self.fit.hat.w is None else np.sqrt(self.fit.hat.w)
        Q, _ = np.linalg.qr(half[:, None] * X)
        left = half * values
        left = left - Q @ (Q.T @ left)
        return float(left @ left)

    def _bound(self, kd: float, ky: float, treatment: float, outcome: float) -> list[float]:
        """A row of bounds: Cinelli and Hazlett (2020), section 4.4."""
        r2_treatment = kd * treatment / (1 - treatment)
        square = kd * treatment**2 / ((1 - kd * treatment) * (1 - treatment)) if kd * treatment < 1 else np.inf
        if not (r2_treatment < 1 and square < 1):
            return [kd, *[np.nan] * 7]
        eta = (np.sqrt(ky) + np.sqrt(square)) / np.sqrt(1 - square)
        r2_outcome = min(1.0, eta**2 * outcome / (1 - outcome))
        found = self.adjusted(r2_treatment, r2_outcome)
        return [kd, r2_treatment, r2_outcome, found.estimate, found.se, found.statistic, found.low, found.high]


def omitted_variable(fit: Fit, term: str, *, level: float = 0.95) -> OmittedVariable:
    """Ask how strong an omitted variable has to be to overturn a coefficient.

    Parameters
    ----------
    fit
        Of least squares, absorbed effects included.
    term
        The coefficient.
    level
        Coverage of intervals, and one less the size of tests.

    Raises
    ------
    NotDefinedError
        If the estimator is no least squares, or there is no such term.

    Notes
    -----
    What it takes to move the estimate is algebra and holds under any errors. Intervals and the robustness of the test
    are those of classical errors; intervals have the degrees of freedom of the regression with the omitted variable.

    References
    ----------
    Cinelli and Hazlett (2020), Journal of the Royal Statistical Society B 82(1).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import OLS
    >>> from econ.stability import omitted_variable
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame(rng.normal(size=(300, 3)), columns=["x", "w", "e"])
    >>> data["y"] = 0.3 * data["x"] + data["w"] + data["e"]
    >>> found = omitted_variable(OLS("y ~ x + w").fit(data), "x")
    >>> round(found.robustness(), 2), found.bounds("w")["estimate"].round(2).tolist()
    (0.23, [0.23, 0.22, 0.21])
    """
    require_share("level", level)
    position = fit.position(term)
    require_least_squares(fit, "omitted-variable bias is that algebra")
    se = float(np.sqrt(np.asarray(fit.classical)[position, position]))
    return OmittedVariable(fit, term, float(fit.params[position]), se, float(fit.df), level)


def _require_room(df: float) -> None:
    if df <= 1:
        raise NotDefinedError(f"with {df:g} degrees of freedom no further variable fits into the regression")
