"""Tests of structural coefficients that hold whether the instruments are strong or weak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from econ.errors import IdentificationError, OptionError
from econ.estimates import require_share
from econ.groups import Matrix, Vector
from econ.inference.reduced_forms import ROUNDING, ReducedForms, reduced_forms
from econ.inference.wald import distribution, wald_test
from econ.outcomes import Test
from econ.types import Covariance, Fit, require_covariance

__all__ = ["anderson_rubin"]

Interval = tuple[float, float]

FARTHEST = 1e12  # ends farther away, in units in which residuals are equally large, are infinite


def anderson_rubin(
    fit: Fit, covariance: Covariance, *, null: float | Sequence[float] = 0.0, level: float | None = 0.95
) -> Test:
    r"""Anderson-Rubin test of the coefficients of the endogenous regressors.

    If :math:`\beta = \beta_0`, the instruments do not explain :math:`y - X \beta_0`: the statistic is the F that
    their coefficients are zero in its regression on them and all that is exogenous. It holds its size however weak
    the instruments are; rejection can also mean that they are not valid.

    Parameters
    ----------
    fit
        Of `IV`.
    covariance
        How uncertainty is measured.
    null
        :math:`\beta_0`: one number, or one for each endogenous regressor.
    level
        Coverage of the confidence set; None for no set.

    Returns
    -------
    Test
        With one endogenous regressor, `confidence_set` holds the intervals of all values that are not rejected: none,
        one, several, or unbounded ones. Where it is empty, `remarks` says whether all values are rejected or
        the set is not computed, as with several endogenous regressors.

    Raises
    ------
    OptionError
        If `null` is not finite, has another length, or `level` is no share.
    NotDefinedError
        If the fit has no instruments.
    IdentificationError
        If the instruments' covariance is singular, as with more instruments than clusters, or the response has no
        residual.

    Notes
    -----
    The set is exact. The covariance of the coefficients of :math:`y - \beta x` is
    :math:`V(\beta) = V_{yy} - \beta (V_{yx} + V_{xy}) + \beta^2 V_{xx}`, since every covariance of this package is a
    quadratic form in the residuals. With :math:`g(\beta)` the coefficients and c the critical value,
    :math:`g' V^{-1} g = c` where :math:`c V(\beta) - g(\beta) g(\beta)'` is singular, so that all ends are among
    the 2l roots of a quadratic eigenvalue problem, and no grid is needed. Where a covariance of several ways is not
    positive definite, no value is rejected, and `remarks` says so.

    References
    ----------
    Anderson and Rubin (1949), Annals of Mathematical Statistics 20(1); Mikusheva (2010), Journal of Econometrics
    157(2), for the homoskedastic case; Andrews, Stock and Sun (2019), Annual Review of Economics 11;
    Tisseur and Meerbergen (2001), SIAM Review 43(2).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import IV, Classical, anderson_rubin
    >>> data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4], "d": [0.0, 1, 1, 2, 2], "z": [0.0, 0, 1, 1, 2]})
    >>> test = anderson_rubin(IV("y ~ 1 | d ~ z").fit(data), Classical(), level=0.8)
    >>> round(test.statistic, 3), [(round(low, 3), round(high, 3)) for low, high in test.confidence_set]
    (1.421, [(-1.931, 1.917)])
    """
    require_covariance(covariance)
    require_share("level", level, optional=True)
    forms = reduced_forms(fit)
    values = _values(null, len(forms.endogenous))
    test = wald_test(forms.on_instruments(np.array([1.0, *-values])), covariance, terms=forms.instruments)
    test = replace(
        test,
        title=", ".join(f"{name} = {value:g}" for name, value in zip(forms.endogenous, values, strict=True)),
        method=f"Anderson-Rubin, {test.method}",
    )
    return test if level is None else _with_set(test, forms, covariance, level)


def _values(null: float | Sequence[float], m: int) -> Vector:
    try:
        values = np.asarray(null, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise OptionError(f"null={null!r}: give one number, or {m} of them") from error
    if values.shape not in {(), (m,)} or not np.isfinite(values).all():
        raise OptionError(f"null={null!r}: give one finite number, or {m} of them, one an endogenous regressor")
    return np.broadcast_to(values, (m,))


def _with_set(test: Test, forms: ReducedForms, covariance: Covariance, level: float) -> Test:
    """The test with the set of the values that it does not reject, and what has to be said of it."""
    if len(forms.endogenous) > 1:
        remark = f"no confidence set: that of {len(forms.endogenous)} coefficients is no interval"
        return replace(test, remarks=(*test.remarks, remark))
    _require_residual(forms)
    u, x = forms.directions
    one, other, both = forms.uncertainties(covariance)
    if any(each.remarks for each in (test, one, other, both)):
        remark = "no confidence set: the covariance had to be made positive semi-definite"
        return replace(test, remarks=tuple(dict.fromkeys([*test.remarks, remark])))
    law = distribution(forms.on_instruments(x), covariance, other, np.eye(len(forms.instruments)))
    between = (both.matrix - one.matrix - other.matrix) / 2
    ratio = Ratio(forms.coefficients @ u, forms.coefficients @ x, one.matrix, between, other.matrix)
    found, defined = ratio.below(law.critical(level))
    ends = tuple((_end(low, forms), _end(high, forms)) for low, high in found)
    remarks = [] if defined else ["values at which the covariance is not positive definite are in the confidence set"]
    if not ends:
        remarks.append(f"the {level:.4g} confidence set is empty: at every value the instruments are rejected")
    return replace(test, confidence_set=ends, remarks=(*test.remarks, *remarks))


def _require_residual(forms: ReducedForms) -> None:
    u, response = forms.directions[0], forms.structural.formula.response
    if u @ forms.dispersion @ u <= ROUNDING * (forms.dispersion[0, 0] + np.sum(forms.coefficients[:, 0] ** 2)):
        raise IdentificationError(
            f"the regressors explain {response} without residual, so that its variance is unknown; leave out what "
            f"{response} was made of"
        )


def _end(t: float, forms: ReducedForms) -> float:
    """The coefficient that a place on the line of directions stands for."""
    return float(forms.estimate[0] + t * forms.directions[1][1])


@dataclass(frozen=True, eq=False)
class Ratio:
    """The statistic as a function of t: `g' V^-1 g` with `g = a - t b` and `V = A - 2 t B + t² C`."""

    a: Vector
    b: Vector
    A: Matrix
    B: Matrix
    C: Matrix

    def below(self, critical: float) -> tuple[tuple[Interval, ...], bool]:
        """Intervals in which the statistic is at most a value, or not defined; whether it is defined everywhere."""
        crossings = _roots(
            critical * self.A - np.outer(self.a, self.a),
            -2 * critical * self.B + np.outer(self.a, self.b) + np.outer(self.b, self.a),
            critical * self.C - np.outer(self.b, self.b),
        )
        breaks = np.unique(np.concatenate([crossings, _roots(self.A, -2 * self.B, self.C)]))
        edges = [-np.inf, *breaks, np.inf]
        states = [self._state(t, critical) for t in _within(breaks)]
        return _joined(edges, [state <= 0 for state in states]), min(states) >= 0

    def _state(self, t: float, critical: float) -> int:
        """1 where the statistic is above the value, 0 where it is not, -1 where V is not positive definite."""
        size = 1 + t * t
        V = (self.A - 2 * t * self.B + t * t * self.C) / size
        values, vectors = np.linalg.eigh(V)
        if values[0] <= 0:
            return -1
        statistic = np.sum((vectors.T @ (self.a - t * self.b)) ** 2 / values) / size
        return int(statistic > critical)


def _roots(M0: Matrix, M1: Matrix, M2: Matrix) -> Vector:
    """Real parts of the finite t at which `M0 + t M1 + t² M2` is singular.

    Those of complex roots are no crossings, but a break too many does no harm.
    """
    from scipy.linalg import eigvals  # noqa: PLC0415 - keeps the import of the package light

    one, none = np.eye(len(M0)), np.zeros_like(M0)
    top, bottom = eigvals(
        np.block([[none, one], [-M0, -M1]]), np.block([[one, none], [none, M2]]), homogeneous_eigvals=True
    )
    finite = np.abs(top) < FARTHEST * np.abs(bottom)
    return np.real(top[finite] / bottom[finite])


def _within(breaks: Vector) -> Vector:
    """A place before, between and after the breaks."""
    if not breaks.size:
        return np.zeros(1)
    beyond = 1 + breaks[-1] - breaks[0]
    return np.concatenate([[breaks[0] - beyond], (breaks[1:] + breaks[:-1]) / 2, [breaks[-1] + beyond]])


def _joined(edges: Sequence[float], inside: Sequence[bool]) -> tuple[Interval, ...]:
    """Intervals between edges, neighbours joined."""
    found: list[Interval] = []
    for low, high, kept in zip(edges[:-1], edges[1:], inside, strict=True):
        if kept and found and found[-1][1] == low:
            found[-1] = (found[-1][0], float(high))
        elif kept:
            found.append((float(low), float(high)))
    return tuple(found)
