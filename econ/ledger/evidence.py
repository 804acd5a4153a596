"""One concept of one hypothesis: the estimate, and all that says how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from econ.errors import EconError, OptionError
from econ.estimates import ROUNDING, Estimates, NotEstimable
from econ.inference.clustered import Clustered
from econ.inference.wild import wild_bootstrap
from econ.ledger.verdicts import Verdict, together, verdict
from econ.stability.attempts import REFUSALS
from econ.stability.curves.curve import specification_curve
from econ.stability.curves.grid import Specifications
from econ.stability.deletion import leave_one_out
from econ.types import Covariance, Estimator, Fit

__all__ = ["EXACT", "Evidence", "Trial", "examine", "is_exact", "overall"]

EXACT = "the outcome is the same in all of these rows, or the regression fits it exactly"

Tested = Callable[[Fit], float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """How one concept is put to the test.

    Parameters
    ----------
    concept
        What stands for the hypothesis here.
    covers
        Which rescues, creditors and years that is.
    spec, data
        The regression, and its table; or, with `fit`, how the fit is made otherwise.
    term
        The coefficient.
    predicted
        +1 or -1: the sign that the hypothesis claims.
    covariance
        How uncertainty is measured.
    grid
        Other reasonable specifications, estimated on the same table; None for none.
    by
        Column of the units that are left out one by one; None for rows.
    p_value
        From the fit to a p-value fit for few clusters; None for the wild cluster bootstrap, or, where the covariance
        is not clustered, for the t test.
    method
        What `p_value` does, in words.
    fit
        From the table to a fit whose term is not a coefficient of `spec`, such as a combination.
    """

    concept: str
    covers: str
    spec: Estimator
    data: pd.DataFrame
    term: str
    predicted: int
    covariance: Covariance
    grid: Specifications | None = None
    by: str | None = None
    p_value: Tested | None = None
    method: str = ""
    fit: Callable[[pd.DataFrame], Fit] | None = None

    def __post_init__(self) -> None:
        if self.predicted not in {-1, 1}:
            raise OptionError(f"predicted={self.predicted!r}: a hypothesis claims a sign, +1 or -1")
        if self.p_value is not None and not self.method:
            raise OptionError("say in `method` what `p_value` does")


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a trial found.

    Attributes
    ----------
    trial
        How it was made.
    estimates
        Of the regression, or why there are none.
    p_value, method
        For few clusters, and how; missing where there is none.
    specifications, share
        Number of specifications that could be estimated, and the share whose estimate has the sign of this one.
    influential, without, turned
        The unit without which the estimate moves most, the estimate without it, and the number of units whose removal
        turns the sign.
    """

    trial: Trial
    estimates: Estimates | NotEstimable
    p_value: float = np.nan
    method: str = ""
    specifications: int = 0
    share: float = np.nan
    influential: str = ""
    without: float = np.nan
    turned: int = 0

    @property
    def row(self) -> pd.Series | None:
        """Estimate, error and interval; None where there are none."""
        return None if isinstance(self.estimates, NotEstimable) else self.estimates.row(self.trial.term)

    @property
    def verdict(self) -> Verdict:
        """By the rule of `econ.ledger.verdicts`; errors that cannot be trusted test nothing."""
        if self.row is None or not np.isfinite(self.p_value):
            return Verdict.UNTESTABLE
        return verdict(
            agrees=bool(np.sign(self.row["estimate"]) == self.trial.predicted),
            p_value=self.p_value,
            share=self.share,
            turned=self.turned > 0,
        )

    @property
    def reason(self) -> str:
        """Why it cannot be tested; empty where it can."""
        if isinstance(self.estimates, NotEstimable):
            return self.estimates.reason
        if self.verdict is not Verdict.UNTESTABLE:
            return ""
        return self.method if self.method != self.trial.method else f"{self.method} gives no p-value"

    def at(self, p_value: float) -> Verdict:
        """The verdict had the p-value been another, such as one for several tests."""
        return self.verdict if self.reason else replace(self, p_value=p_value).verdict


def examine(trial: Trial) -> Evidence:
    """Estimate, test with few clusters in mind, vary the specification, and leave single units out.

    Parameters
    ----------
    trial
        What is to be done.

    Returns
    -------
    Evidence
        Where the data allow no estimate or no test, it says why.

    Raises
    ------
    EconError
        What is wrong with the trial itself, such as a column that is not there.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import OLS, Clustered
    >>> from econ.ledger import Trial, examine
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"x": rng.normal(size=120), "g": np.repeat(range(12), 10)})
    >>> data["y"] = data["x"] + rng.normal(size=120)
    >>> found = examine(Trial(concept="x", covers="all", spec=OLS("y ~ x"), data=data, term="x", predicted=1,
    ...                       covariance=Clustered("g"), by="g"))
    >>> found.verdict.value, found.turned  # fragile, since there is no other specification
    ('fragile support', 0)
    """
    try:
        fit = trial.spec.fit(trial.data) if trial.fit is None else trial.fit(trial.data)
        estimates = fit.inference(trial.covariance)
        estimates.row(trial.term)
    except REFUSALS as error:
        return Evidence(trial, NotEstimable(type(trial.spec).__name__, trial.spec.formula, str(error)))
    p_value, method = _tested(trial, fit, estimates)
    specifications, share = _varied(trial, fit)
    return Evidence(trial, estimates, p_value, method, specifications, share, *_left_out(trial, fit))


def is_exact(fit: Fit) -> bool:
    """Whether a regression leaves nothing over, as where the outcome is the same in all rows."""
    return not fit.derived and bool(np.abs(fit.residuals).max() <= ROUNDING * max(np.abs(fit.fitted).max(), 1.0))


def overall(evidence: Sequence[Evidence]) -> Verdict:
    """The verdict on a hypothesis: `together` of its evidence, with p-values for as many tests as it has (Holm).

    Parameters
    ----------
    evidence
        Of each concept or part; those that cannot be tested do not count.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6(2).
    """
    tested = sorted((one for one in evidence if not one.reason), key=lambda one: one.p_value)
    verdicts, adjusted = [], 0.0
    for place, one in enumerate(tested):
        adjusted = max(adjusted, min((len(tested) - place) * one.p_value, 1.0))
        verdicts.append(one.at(adjusted))
    return together(verdicts)


def _tested(trial: Trial, fit: Fit, estimates: Estimates) -> tuple[float, str]:
    if estimates.remarks:
        return np.nan, "; ".join(estimates.remarks)
    if is_exact(fit):
        return np.nan, EXACT
    try:
        if trial.p_value is not None:
            return trial.p_value(fit), trial.method
        if isinstance(trial.covariance, Clustered) and not fit.derived:
            found = wild_bootstrap(fit, trial.term, trial.covariance, level=None)
            return found.p_value, "wild cluster bootstrap"
    except EconError as error:
        return np.nan, str(error)
    return float(estimates.row(trial.term)["p_value"]), "t test"


def _varied(trial: Trial, fit: Fit) -> tuple[int, float]:
    """Number of specifications, and the share with the sign of the estimate."""
    if trial.grid is None:
        return 0, np.nan
    found = specification_curve(trial.grid, trial.data).numbers["estimate"].dropna()
    sign = np.sign(fit.params[fit.position(trial.term)])
    return len(found), float((np.sign(found) == sign).mean()) if len(found) else np.nan


def _left_out(trial: Trial, fit: Fit) -> tuple[str, float, int]:
    """The most influential unit, the estimate without it, and how many units turn the sign."""
    if fit.derived:
        return _again(trial, fit)
    found = leave_one_out(fit, trial.term, trial.covariance, by=trial.by)
    estimate = fit.params[fit.position(trial.term)]
    ranked = found.ranked
    turned = int((np.sign(found.estimates) == -np.sign(estimate)).sum())
    return str(ranked.index[0]), float(ranked["estimate"].iloc[0]), turned


def _again(trial: Trial, fit: Fit) -> tuple[str, float, int]:
    """The same by making the fit again without each unit, where it is no regression by itself."""
    if trial.fit is None or trial.by is None:
        return "", np.nan, 0
    place = fit.position(trial.term)
    estimates = {}
    for unit in trial.data[trial.by].drop_duplicates():
        try:
            estimates[str(unit)] = float(trial.fit(trial.data[trial.data[trial.by] != unit]).params[place])
        except REFUSALS:
            continue
    if not estimates:
        return "", np.nan, 0
    moved = pd.Series(estimates)
    first = str((moved - fit.params[place]).abs().idxmax())
    return first, estimates[first], int((np.sign(moved) == -np.sign(fit.params[place])).sum())
