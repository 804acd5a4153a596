"""Whether regressors that are instrumented had to be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from econ.inference.reduced_forms import ReducedForms, reduced_forms, require_residuals, written
from econ.inference.wald import wald_test
from econ.linear import linear_fit
from econ.outcomes import Test
from econ.solve import weighted_least_squares
from econ.types import Covariance, Estimator, Fit, require_covariance

__all__ = ["endogeneity_test"]


@dataclass(frozen=True)
class ControlFunction:
    """Least squares of the response on all regressors and the residuals of their first stages.

    Attributes
    ----------
    structural
        The estimator with instruments.
    formula
        What is regressed on what.
    """

    structural: Estimator
    formula: str

    def fit(self, data: Any) -> Fit:
        """Estimate on a table."""
        return _control_function(reduced_forms(self.structural.fit(data)))


def endogeneity_test(fit: Fit, covariance: Covariance) -> Test:
    r"""Wu-Hausman test that the endogenous regressors are exogenous.

    The residuals of their first stages are added to the regression by least squares; under the hypothesis their
    coefficients are zero, :math:`y = W\gamma + X\beta + \hat V \rho + e` with :math:`\rho = 0`. The F of
    :math:`\rho` is robust to whatever the covariance is. Rejection says that least squares is biased, if the
    instruments are valid.

    Parameters
    ----------
    fit
        Of `IV`.
    covariance
        How uncertainty is measured.

    Raises
    ------
    NotDefinedError
        If the fit has no instruments.
    IdentificationError
        If the instruments explain an endogenous regressor without residual.

    Notes
    -----
    That the residuals are estimated does not matter under the hypothesis. Small-sample factors count them as
    parameters. The test has little power where the instruments are weak.

    References
    ----------
    Wu (1973), Econometrica 41(4); Hausman (1978), Econometrica 46(6); Wooldridge (1995), in Advances in
    Econometrics and Quantitative Economics.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import IV, Classical, endogeneity_test
    >>> data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4], "d": [0.0, 1, 1, 2, 2], "z": [0.0, 0, 1, 1, 2]})
    >>> round(endogeneity_test(IV("y ~ 1 | d ~ z").fit(data), Classical()).p_value, 3)
    0.133
    """
    require_covariance(covariance)
    forms = reduced_forms(fit)
    regression = _control_function(forms)
    test = wald_test(regression, covariance, terms=regression.names[-len(forms.endogenous) :])
    return replace(test, title=f"{', '.join(forms.endogenous)} exogenous", method=f"Wu-Hausman, {test.method}")


def _control_function(forms: ReducedForms) -> Fit:
    require_residuals(forms)
    design = forms.structural
    residuals = tuple(f"residual({name})" for name in forms.endogenous)
    design = replace(
        design,
        names=(*design.names, *residuals),
        table=np.asfortranarray(np.column_stack([design.table, forms.residuals[:, 1:]])),
        endogenous=0,
        instruments=(),
        Z=np.empty((design.nobs, 0)),
    )
    more = " + ".join([design.formula.endogenous, *residuals])
    spec = ControlFunction(forms.spec, written(design.formula, design.formula.response, more))
    return linear_fit(spec, design, weighted_least_squares(design, design.y, design.w))
