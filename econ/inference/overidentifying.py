"""Whether more instruments than are needed agree with each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import chdtrc

from econ.errors import IdentificationError
from econ.groups import Vector
from econ.inference.classical import Classical
from econ.inference.reduced_forms import ReducedForms, reduced_forms
from econ.inference.wald import distribution, quadratic_form
from econ.outcomes import Test
from econ.scores import Product
from econ.solve import LeastSquares, weighted
from econ.types import Covariance, Fit, require_covariance

__all__ = ["overidentification_test"]


def overidentification_test(fit: Fit, covariance: Covariance) -> Test:
    r"""Test that the instruments in excess all lead to the same coefficients.

    :math:`J = \min_\beta g(\beta)' \hat S^{-1} g(\beta)` with the moments :math:`g = Z'W(y - X\beta)`, exogenous
    regressors and effects taken out, and :math:`\hat S` their covariance at the residuals of two-stage least squares:
    Hansen's J of two-step GMM, chi-squared with as many degrees of freedom as there are instruments in excess. Under
    `Classical()` it is Sargan's test, n times the R² of the residuals on the instruments.

    Parameters
    ----------
    fit
        Of `IV`, with more instruments than endogenous regressors.
    covariance
        How uncertainty is measured: `White("HC0")` and `Clustered(..., correction="CR0")` for the J that other
        programs print; small-sample factors divide it.

    Returns
    -------
    Test
        `details` has the p-value of J / q by F with the covariance's degrees of freedom, for few clusters.

    Raises
    ------
    NotDefinedError
        If the fit has no instruments.
    IdentificationError
        If none of them is in excess, or their covariance is singular.

    Notes
    -----
    The minimum is J of the l - m combinations of the reduced form of y that the endogenous regressors do not enter, so
    that no second step is estimated. Under `White("HC0")` J equals Wooldridge's robust score test. It has no power
    against instruments that are invalid in the same way.

    References
    ----------
    Sargan (1958), Econometrica 26(3); Hansen (1982), Econometrica 50(4); Wooldridge (1995), in Advances in
    Econometrics and Quantitative Economics; Parente and Santos Silva (2012), Economics Letters 115(2).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import IV, Classical, overidentification_test
    >>> data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4], "d": [0.0, 1, 1, 2, 2], "z": [0.0, 0, 1, 1, 2],
    ...                      "v": [0.0, 1, 0, 1, 0]})
    >>> round(overidentification_test(IV("y ~ 1 | d ~ z + v").fit(data), Classical()).statistic, 3)
    3.756
    """
    require_covariance(covariance)
    forms = reduced_forms(fit)
    P, q = forms.coefficients, len(forms.instruments) - len(forms.endogenous)
    if not q:
        raise IdentificationError(
            f"{len(forms.instruments)} instruments for {len(forms.endogenous)} endogenous regressors: none is in excess"
        )
    R = np.linalg.qr(P[:, 1:], mode="complete")[0][:, -q:].T @ forms.root
    restricted = _restricted(forms, fit.residuals)
    uncertainty = covariance.of(restricted)
    J = quadratic_form(R @ restricted.params, R @ uncertainty.matrix @ R.T)
    law = distribution(restricted, covariance, uncertainty, R)
    kind = "Sargan's test" if isinstance(covariance, Classical) else "Hansen's J"
    return Test(
        title="all instruments lead to the same coefficients",
        statistic=J,
        df=(float(q),),
        p_value=float(chdtrc(q, J)),
        method=f"{kind}, {uncertainty.label}",
        details={f"p-value of F({q}, {law.df:.4g})": law.p_value(J)},
        remarks=uncertainty.remarks,
    )


def _restricted(forms: ReducedForms, e: Vector) -> Fit:
    """The reduced form of y with the structural residuals in place of its own, the variance not adjusted."""
    fit = forms.fit(np.eye(1 + len(forms.endogenous))[0])
    solved: LeastSquares = forms.solved[0]
    signal = weighted(solved.w, e)
    last = np.eye(len(fit.names))[-len(forms.instruments) :]
    under = replace(
        fit,
        scores=Product(solved.X, signal),
        residuals=e,
        classical=solved.inverse * float(e @ signal) / fit.nobs,
        hat=replace(solved, residuals=e),
    )
    return under.combine(last, forms.instruments)
