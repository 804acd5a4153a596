r"""Selection on unobservables in proportion to that on observables (Oster 2019).

With :math:`\mathring\beta, \mathring R` of the short and :math:`\tilde\beta, \tilde R` of the long regression,
:math:`A = \mathring\beta - \tilde\beta`, :math:`S = (\tilde R - \mathring R) \sigma_{yy}`,
as :math:`U = (R_{max} - \tilde R) \sigma_{yy}`, and :math:`\sigma_{xx}`, :math:`\tau_x` the variances of the treatment
given the short and the long regression's other columns, the bias :math:`\nu = \tilde\beta - \beta` solves

.. math:: (\delta - 1) \tau_x (\sigma_{xx} - \tau_x) \nu^3 + (\delta - 2) \tau_x \sigma_{xx} A \nu^2
   + (\delta U (\sigma_{xx} - \tau_x) - S \tau_x - \sigma_{xx} \tau_x A^2) \nu + \delta U \sigma_{xx} A = 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from econ.design import Design
from econ.errors import DataError, IdentificationError, NotDefinedError, OptionError
from econ.estimates import require_share, require_whole
from econ.groups import Codes, Groups, Vector
from econ.solve import weighted, weighted_least_squares
from econ.stability.least_squares import require_least_squares
from econ.stability.resampling import resampled
from econ.types import Fit

__all__ = ["Oster", "OsterInterval", "oster"]

REAL = 1e-7  # size of the imaginary part of a root that is rounding
HEADROOM = 1.3


@dataclass(frozen=True)
class OsterInterval:
    """Quantiles of a bootstrap by groups.

    Attributes
    ----------
    delta, bound
        Intervals of δ and of the bias-adjusted estimate.
    draws, undefined
        Draws, and how many of them have no bound.
    """

    delta: tuple[float, float]
    bound: tuple[float, float]
    draws: int
    undefined: int


@dataclass(frozen=True, eq=False, repr=False)
class Oster:
    """How much selection on unobservables it takes.

    Attributes
    ----------
    short, long
        Regressions without and with the controls.
    term
        The treatment.
    r2_max
        R² of a regression with the unobservables too.
    beta_short, beta_long, r2_short, r2_long, sigma_yy, sigma_xx, tau_x
        What the formulas are made of.
    """

    short: Fit
    long: Fit
    term: str
    r2_max: float
    beta_short: float
    beta_long: float
    r2_short: float
    r2_long: float
    sigma_yy: float
    sigma_xx: float
    tau_x: float

    @property
    def delta(self) -> float:
        """Selection on unobservables, relative to that on observables, that explains the whole estimate."""
        return self.delta_for(0.0)

    def delta_for(self, beta: float) -> float:
        """Relative selection under which the true coefficient is `beta`."""
        nu, A, S, U = self._parts(beta)
        gap = self.sigma_xx - self.tau_x
        top = nu * self.tau_x * (S + self.sigma_xx * A**2 + 2 * self.sigma_xx * A * nu + gap * nu**2)
        bottom = (self.sigma_xx * A + gap * nu) * (U + self.tau_x * nu**2)
        return float(top / bottom) if bottom else float("inf")

    def roots(self, delta: float = 1.0) -> tuple[float, ...]:
        """Every coefficient that a relative selection allows, in order."""
        _, A, S, U = self._parts(0.0)
        sx, tau = self.sigma_xx, self.tau_x
        polynomial = np.array(
            [
                (delta - 1) * tau * (sx - tau),
                (delta - 2) * tau * sx * A,
                delta * U * (sx - tau) - S * tau - sx * tau * A**2,
                delta * U * sx * A,
            ]
        )
        scale = np.sqrt(self.sigma_yy / sx)
        scaled = polynomial * scale ** np.arange(3, -1, -1)
        found = np.roots(np.where(np.abs(scaled) > np.finfo(float).eps * np.abs(scaled).max(), scaled, 0.0)) * scale
        real = found[np.abs(found.imag) <= REAL * np.maximum(np.abs(found), scale * REAL)].real
        return tuple(sorted((self.beta_long - real).tolist()))

    def bound(self, delta: float = 1.0) -> float:
        """The coefficient under a relative selection.

        Of the roots that do not turn the sign of the treatment's covariance with what is observed (Oster's Assumption
        3), the one nearest to the long regression's estimate; missing where there is none.
        """
        towards = np.sign(delta * (self.beta_short - self.beta_long))
        allowed = [root for root in self.roots(delta) if np.sign(self.beta_long - root) in {towards, 0.0}]
        return min(allowed, key=lambda root: abs(root - self.beta_long), default=float("nan"))

    @property
    def identified_set(self) -> tuple[float, float]:
        """From the estimate with controls to the bound under equal selection."""
        low, high = sorted((self.beta_long, self.bound()))
        return low, high

    def interval(self, by: str | None = None, *, reps: int = 999, seed: int = 0, level: float = 0.95) -> OsterInterval:
        """Bootstrap δ and the bound, by rows or by whole groups.

        Parameters
        ----------
        by
            Column of groups that are drawn as a whole; None for rows.
        reps, seed, level
            Draws, the seed and the coverage.
        """
        require_whole("reps", reps, least=1)
        require_whole("seed", seed)
        require_share("level", level)
        n = self.long.nobs
        groups = Groups("row", np.arange(n), n) if by is None else self.long.groups(by)
        found = resampled(groups, reps, seed, lambda copies: np.array(self._again(copies[groups.codes])))
        usable = found[np.isfinite(found).all(axis=1)]
        if not len(usable):
            raise NotDefinedError(f"none of {reps} draws of {groups.name} has a bound; draw by other groups")
        ends = [(1 - level) / 2, (1 + level) / 2]
        delta, bound = np.quantile(usable, ends, axis=0).T.tolist()
        return OsterInterval(tuple(delta), tuple(bound), reps, reps - len(usable))

    def __repr__(self) -> str:
        """Both questions and their answers."""
        return (
            f"{self.term}: {self.beta_short:.4g} without and {self.beta_long:.4g} with controls "
            f"(R² {self.r2_short:.3f}, {self.r2_long:.3f}); zero at δ = {self.delta:.4g}, {self.bound():.4g} at δ = 1, "
            f"with R² max {self.r2_max:.3f}"
        )

    def _parts(self, beta: float) -> tuple[float, float, float, float]:
        return (
            self.beta_long - beta,
            self.beta_short - self.beta_long,
            (self.r2_long - self.r2_short) * self.sigma_yy,
            (self.r2_max - self.r2_long) * self.sigma_yy,
        )

    def _again(self, copies: Codes) -> tuple[float, float]:
        """δ and the bound where each row is there so many times; R² max keeps its ratio to that of the long one."""
        assert self.short.design is not None
        assert self.long.design is not None
        try:
            (beta_short, r2_short, sigma_xx, _), (beta_long, r2_long, tau_x, sigma_yy) = (
                _numbers(design, self.term, copies) for design in (self.short.design, self.long.design)
            )
        except IdentificationError:
            return float("nan"), float("nan")
        largest = min(1.0, self.r2_max / self.r2_long * r2_long)
        if not r2_long < largest:
            return float("nan"), float("nan")
        found = replace(
            self,
            r2_max=largest,
            beta_short=beta_short,
            beta_long=beta_long,
            r2_short=r2_short,
            r2_long=r2_long,
            sigma_yy=sigma_yy,
            sigma_xx=sigma_xx,
            tau_x=tau_x,
        )
        return found.delta, found.bound()


def _numbers(design: Design, term: str, copies: Codes) -> tuple[float, float, float, float]:
    """Estimate, R², and squares of the treatment given the rest and of the response, with copies of rows as weights."""
    keep = copies > 0
    w = (copies if design.w is None else copies * design.w)[keep].astype(np.float64)
    effects = tuple(effect.take(keep) for effect in design.effects)
    fewer = replace(design, table=np.asfortranarray(design.table[keep]), w=w, effects=effects)
    solved = weighted_least_squares(fewer, fewer.y, w)
    gaps = fewer.y - np.average(fewer.y, weights=w)
    total, rest = float(gaps @ (w * gaps)), float(solved.residuals @ (w * solved.residuals))
    if not total > 0:
        raise IdentificationError(f"{design.formula.response} is the same in all rows that were drawn")
    place = design.names.index(term)
    given = float(1 / np.square(solved.root[place]).sum())
    return float(solved.params[place]), 1 - rest / total, given, total


def oster(short: Fit, long: Fit, term: str, *, r2_max: float | None = None) -> Oster:
    """Bounds on a coefficient under selection on unobservables in proportion to that on observables.

    Parameters
    ----------
    short, long
        Regressions of the same response on the same rows by least squares, without and with the controls. What both
        have in common, absorbed effects included, is not among the observables that selection is compared with.
    term
        The treatment.
    r2_max
        R² with the unobservables too, above that of the long regression; None for 1.3 times that, at most one.

    Raises
    ------
    OptionError, DataError, NotDefinedError
        If the regressions do not fit each other, or R² max is no such share.

    References
    ----------
    Oster (2019), Journal of Business & Economic Statistics 37(2), Propositions 1 to 3 and section 3.4.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import OLS
    >>> from econ.stability import oster
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame(rng.normal(size=(300, 3)), columns=["x", "w", "e"])
    >>> data["x"] += data["w"]
    >>> data["y"] = data["x"] + data["w"] + data["e"]
    >>> found = oster(OLS("y ~ x").fit(data), OLS("y ~ x + w").fit(data), "x", r2_max=0.9)
    >>> round(found.delta, 2), round(found.bound(), 2)
    (1.47, 0.6)
    """
    _require(short, long, term)
    sigma_yy = _variance(long, long.fitted + long.residuals)
    largest = min(1.0, HEADROOM * long.statistics["r2"]) if r2_max is None else r2_max
    if not isinstance(largest, float | int) or not long.statistics["r2"] < largest <= 1:
        raise OptionError(
            f"r2_max={largest!r}: give a share above R² of the long regression, {long.statistics['r2']:.4f}"
        )
    return Oster(
        short=short,
        long=long,
        term=term,
        r2_max=float(largest),
        beta_short=float(short.params[short.position(term)]),
        beta_long=float(long.params[long.position(term)]),
        r2_short=short.statistics["r2"],
        r2_long=long.statistics["r2"],
        sigma_yy=sigma_yy,
        sigma_xx=_given(short, term),
        tau_x=_given(long, term),
    )


def _require(short: Fit, long: Fit, term: str) -> None:
    for fit in (short, long):
        fit.position(term)
        require_least_squares(fit, "Oster's bounds are for that")
    if not short.sample.labels.equals(long.sample.labels):
        raise DataError(
            f"the short regression has {short.nobs} rows, the long one {long.nobs}, and not the same; keep "
            "those that are complete in all controls"
        )
    assert short.design is not None
    assert long.design is not None
    columns = [[one.y, one.X[:, one.names.index(term)], one.weights] for one in (short.design, long.design)]
    for what, left, right in zip(("response", "treatment", "weights"), *columns, strict=True):
        if not np.array_equal(left, right):
            raise DataError(f"the two regressions do not have the same {what}")
    lost = set(short.names) - set(long.names) - {"Intercept"}
    lost |= {effect.name for effect in short.effects} - {effect.name for effect in long.effects}
    if lost:
        raise OptionError(f"{', '.join(sorted(lost))} is in the short regression only; the long one has to have it too")


def _variance(fit: Fit, values: Vector) -> float:
    assert fit.hat is not None
    gaps = values - np.average(values, weights=fit.hat.w)
    return float(gaps @ weighted(fit.hat.w, gaps))


def _given(fit: Fit, term: str) -> float:
    """Sum of squares of a regressor given all others."""
    assert fit.hat is not None
    return float(1 / np.square(fit.hat.root[fit.position(term)]).sum())
