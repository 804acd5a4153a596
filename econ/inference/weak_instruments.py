"""How strongly instruments move the endogenous regressors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from econ.errors import NotDefinedError
from econ.estimates import Estimates
from econ.groups import Matrix, Vector
from econ.inference.classical import Classical
from econ.inference.effective_f import EffectiveF, effective_f
from econ.inference.reduced_forms import ReducedForms, reduced_forms, require_residuals
from econ.inference.wald import wald_test
from econ.outcomes import Test
from econ.sample import listed
from econ.types import Covariance, Fit, require_covariance

__all__ = ["FirstStage", "Stage", "first_stage"]


@dataclass(frozen=True, eq=False, repr=False)
class Stage:
    """The first stage of one endogenous regressor.

    Attributes
    ----------
    estimates
        Of the regression on exogenous regressors and instruments.
    excluded
        F that the coefficients of the instruments are zero.
    partial_r2
        Share of what the exogenous regressors leave that the instruments explain.
    effective
        The effective F with its critical values; None with several endogenous regressors.
    conditional
        F of Sanderson and Windmeijer: what the instruments move beside the other endogenous regressors. None with one.
    """

    estimates: Estimates
    excluded: Test
    partial_r2: float
    effective: EffectiveF | None
    conditional: Test | None

    def __repr__(self) -> str:
        """What a reader asks first, one fact a line."""
        lines = [
            f"{self.estimates.formula}",
            f"F of the instruments: {_told(self.excluded)}",
            f"partial R²: {self.partial_r2:.4g}",
        ]
        if self.conditional is not None:
            lines.append(f"conditional F: {_told(self.conditional)}")
        if self.effective is not None:
            bounds = ", ".join(f"{value:.4g} ({tau:.0%})" for tau, value in self.effective.critical.items())
            lines += [f"effective F: {self.effective.statistic:.4g}", f"needed for a bias of at most: {bounds}"]
        return "\n".join(lines)


@dataclass(frozen=True, eq=False, repr=False)
class FirstStage:
    """The strength of instruments under one covariance.

    Attributes
    ----------
    stages
        First stages by endogenous regressor.
    rank
        The rk Wald F of Kleibergen and Paap that the instruments do not move all endogenous regressors apart from
        each other; under `Classical()` that of Cragg and Donald. None with one of them, where it is `excluded`.
    """

    stages: Mapping[str, Stage]
    rank: Test | None

    def __repr__(self) -> str:
        """The stages one after the other, and the rank."""
        parts = [repr(stage) for stage in self.stages.values()]
        if self.rank is not None:
            parts.append(f"{self.rank.title}: {_told(self.rank)}")
        labels = dict.fromkeys(stage.estimates.label for stage in self.stages.values())
        return "\n\n".join([*parts, f"method: {', '.join(labels)}"])


def first_stage(fit: Fit, covariance: Covariance, *, endogenous: str | None = None) -> FirstStage:
    r"""How strongly the instruments move each endogenous regressor.

    The first stage :math:`x_j = W \gamma_j + Z \pi_j + v_j` under any covariance, the F that :math:`\pi_j = 0`, and

    - with one endogenous regressor the effective F of Montiel Olea and Pflueger,
      :math:`\hat\pi' Z'Z \hat\pi / \mathrm{tr}(\hat V Z'Z)` with :math:`\hat V` the covariance of :math:`\hat\pi` and
      exogenous regressors taken out of Z, beside the values that it exceeds with probability 5 % where the bias of
      two-stage least squares is a share τ of the worst case;
    - with m of them the conditional F of Sanderson and Windmeijer for each, and the rk Wald F of Kleibergen and Paap.

    Parameters
    ----------
    fit
        Of `IV`.
    covariance
        How uncertainty is measured; the same as for the estimates.
    endogenous
        One endogenous regressor; None for all.

    Returns
    -------
    FirstStage
        `stages[name]` with `estimates`, `excluded`, `partial_r2`, `effective` and `conditional`; `rank`.

    Raises
    ------
    NotDefinedError
        If the fit has no instruments, or there is no such endogenous regressor.
    IdentificationError
        If the instruments' covariance is singular, as with more instruments than clusters, or they explain an
        endogenous regressor without residual.

    Notes
    -----
    Small-sample factors count the parameters of the first stage. `critical` uses the worst ratio of bias and
    benchmark for the estimated covariance, as Stata's `weakivtest`; `conservative` bounds that ratio by one. The rk
    Wald F is divided by the number of instruments as in Stata's `ivreg2`, for comparison with the tables of Stock and
    Yogo, which hold under `Classical()` alone; its p-value is that of l - m + 1 restrictions. The conditional F tests
    the l - m + 1 combinations of coefficients that do not depend on the estimated part of the other endogenous
    regressors. Under `Classical()` that is the published F; `ivreg2` tests all l coefficients under robust covariances
    as well and rejects too often there.

    References
    ----------
    Montiel Olea and Pflueger (2013), Journal of Business & Economic Statistics 31(3);
    Kleibergen and Paap (2006), Journal of Econometrics 133(1); Cragg and Donald (1993), Econometric Theory 9(2);
    Sanderson and Windmeijer (2016), Journal of Econometrics 190(2).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import IV, Classical, first_stage
    >>> data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4], "d": [0.0, 1, 1, 2, 2], "z": [0.0, 0, 1, 1, 2]})
    >>> stage = first_stage(IV("y ~ 1 | d ~ z").fit(data), Classical()).stages["d"]
    >>> round(stage.excluded.statistic, 3), round(stage.effective.statistic, 3), round(stage.partial_r2, 3)
    (4.84, 4.84, 0.617)
    """
    require_covariance(covariance)
    forms = reduced_forms(fit)
    if endogenous is not None and endogenous not in forms.endogenous:
        raise NotDefinedError(f"no endogenous regressor {endogenous!r}; there are {listed(forms.endogenous)}")
    require_residuals(forms)
    chosen = forms.endogenous if endogenous is None else (endogenous,)
    rank = _rank(forms, covariance) if len(forms.endogenous) > 1 else None
    return FirstStage({name: _stage(forms, covariance, name) for name in chosen}, rank)


def _stage(forms: ReducedForms, covariance: Covariance, name: str) -> Stage:
    place = 1 + forms.endogenous.index(name)
    weights = np.eye(1 + len(forms.endogenous))[place]
    alone = len(forms.endogenous) == 1
    explained, left = float(np.sum(forms.coefficients[:, place] ** 2)), float(forms.dispersion[place, place])
    return Stage(
        estimates=forms.fit(weights).inference(covariance),
        excluded=wald_test(forms.on_instruments(weights), covariance, terms=forms.instruments),
        partial_r2=explained / (explained + left),
        effective=effective_f(forms, covariance) if alone else None,
        conditional=None if alone else _conditional(forms, covariance, place),
    )


def _conditional(forms: ReducedForms, covariance: Covariance, place: int) -> Test:
    """Wald test in the reduced form of a regressor less what two-stage least squares makes of the others."""
    P = forms.coefficients
    others = [other for other in range(1, P.shape[1]) if other != place]
    weights = np.eye(P.shape[1])[place]
    weights[others] = -np.linalg.lstsq(P[:, others], P[:, place])[0]
    test = _apart(forms, covariance, weights, P[:, others])
    title = f"the instruments do not move {forms.endogenous[place - 1]} beside the other endogenous regressors"
    return replace(test, title=title, method=f"Sanderson-Windmeijer, {test.method}")


def _rank(forms: ReducedForms, covariance: Covariance) -> Test:
    """F that the instruments do not move the combination of endogenous regressors that they move least."""
    m, count = len(forms.endogenous), len(forms.instruments)
    lower = np.linalg.cholesky(forms.dispersion[1:, 1:])
    U, _, right = np.linalg.svd(np.linalg.solve(lower, forms.coefficients[:, 1:].T).T)
    weights = np.concatenate([[0.0], np.linalg.solve(lower.T, right[-1])])
    test = _apart(forms, covariance, weights, U[:, : m - 1])
    kind = "Cragg-Donald F" if isinstance(covariance, Classical) else "Kleibergen-Paap rk Wald F"
    return replace(
        test,
        title=f"the first stages of {listed(forms.endogenous)} have rank {m - 1}",
        statistic=test.statistic * (count - m + 1) / count,
        method=f"{kind} of {count} instruments, {test.method}",
    )


def _apart(forms: ReducedForms, covariance: Covariance, weights: Vector, taken: Matrix) -> Test:
    """Wald test of a combination's coefficients of the orthonormal instruments, across some directions (l, .)."""
    basis = np.linalg.qr(taken, mode="complete")[0][:, taken.shape[1] :]
    return wald_test(forms.on_instruments(weights), covariance, weights=basis.T @ forms.root)


def _told(test: Test) -> str:
    df = " and ".join(f"{one:.4g}" for one in test.df)
    return f"{test.statistic:.4g} with {df} degrees of freedom, p-value {test.p_value:.4g}"
