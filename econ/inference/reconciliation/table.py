"""What other programs print for a regression, beside what this package prints, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ.errors import NotDefinedError, OptionError
from econ.groups import Matrix, Vector
from econ.inference.classical import Classical
from econ.inference.clustered import Clustered
from econ.inference.reconciliation import python, r, stata
from econ.inference.reconciliation.causes import causes, distribution, rows_of
from econ.inference.reconciliation.ours import rule_of
from econ.inference.reconciliation.regression import Regression, regression_of
from econ.inference.reconciliation.rules import Rule
from econ.inference.white import White
from econ.types import Covariance, Fit, Uncertainty

__all__ = ["Reconciliation", "reconcile"]

RULES: dict[type, tuple[Rule, ...]] = {
    Classical: (*stata.CLASSICAL, *r.CLASSICAL, *python.CLASSICAL),
    White: (*stata.WHITE, *r.WHITE, *python.WHITE),
    Clustered: (*stata.CLUSTERED, *r.CLUSTERED, *python.CLUSTERED),
}
EQUAL = 1e-9
NOT_OFFERED = "not offered"
HEAD = ("program", "se", "factor", "tests", "cause", "call")


@dataclass(frozen=True, eq=False, repr=False)
class Reconciliation:
    """Standard errors of one regression as several programs print them.

    Attributes
    ----------
    title
        The regression and the covariance.
    table
        One row a call and term: program, call, term, se, factor (the program's standard error over ours), df
        (infinite for the normal), distribution, cause. The first rows are ours. Where a program does not
        offer the covariance, the numbers are missing and the cause says why.
    """

    title: str
    table: pd.DataFrame

    def __repr__(self) -> str:
        """One line a call, its standard errors side by side."""
        keys = ["program", "call", "distribution", "cause"]
        groups = self.table.groupby(keys, sort=False, dropna=False)
        lines = [_line(key, rows) for key, rows in groups]
        widths = [max(len(line[place]) for line in [HEAD, *lines]) for place in range(len(HEAD) - 1)]
        names = ", ".join(dict.fromkeys(self.table["term"]))
        body = ["  ".join([*map(str.ljust, line, widths), line[-1]]) for line in [HEAD, *lines]]
        return "\n".join([f"{self.title}: standard errors of {names}", *body])


def reconcile(fit: Fit, covariance: Covariance, *, terms: Sequence[str] | None = None) -> Reconciliation:
    r"""Why other programs print other standard errors for the same least-squares regression.

    Every program forms :math:`m(n, K) \sum_c g_c S_c S_c'` from the same sums of influences :math:`S_c`; they
    differ in the rows n, in what they count as parameters K, in the factors m and g, and in the distribution of t.

    Parameters
    ----------
    fit
        Of `OLS`, with absorbed effects or without.
    covariance
        `Classical()`, `White(...)` or `Clustered(...)`.
    terms
        The terms to show; None for all.

    Raises
    ------
    NotDefinedError
        If the fit is of another estimator, absorbs slopes or has frequency weights; if the covariance is another one;
        or if there is no such term.
    OptionError
        If a term is named twice.

    Notes
    -----
    Numbers are computed from the conventions of the programs, which are not run. Conventions were compared with
    output of R (sandwich, clubSandwich, plm, estimatr), statsmodels 0.15, linearmodels 7.1 and pyfixest 0.60, and with
    published output of Stata and fixest. Programs that keep singletons count more rows, levels and clusters;
    everything else is the same. Stata's panel variable, and the first index of the others, is the first effect.

    References
    ----------
    Zeileis, Köll and Graham (2020), Journal of Statistical Software 95(1); Correia (2015), Singletons, cluster-robust
    standard errors and fixed effects; Cameron and Miller (2015), Journal of Human Resources 50(2).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Clustered, reconcile
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 4, 7, 9], "x": [0.0, 1, 2, 2, 4, 5, 7, 7], "g": list("aabbccdd")})
    >>> table = reconcile(OLS("y ~ x | g").fit(data), Clustered("g")).table
    >>> areg = table[table["program"] == "Stata areg"].iloc[0]
    >>> float(areg["factor"].round(4)), areg["cause"]
    (1.4142, 'K = 5, not 2: counts every level of the effects')
    """
    ours = rule_of(covariance)
    regression = regression_of(fit, getattr(covariance, "columns", ()))
    chosen = _positions(fit, terms)
    uncertainty = covariance.of(fit)
    rules = [rule for rule in RULES[type(covariance)] if all(one.holds(regression) for one in rule.only)]
    first = _of_ours(ours, uncertainty)
    lines = [first, *(_printed(rule, ours, regression, uncertainty.df) for rule in rules)]
    parts = [_frame(line, first, fit.names, chosen) for line in _once(lines)]
    title = f"{type(fit.spec).__name__} {fit.spec.formula}, {uncertainty.label}"
    return Reconciliation(title, pd.concat(parts, ignore_index=True))


def _positions(fit: Fit, terms: Sequence[str] | None) -> list[int]:
    if terms is not None and (isinstance(terms, str) or not len(terms) or len(set(terms)) < len(terms)):
        raise OptionError(f"terms={terms!r}: give a list of terms, each once, or None for all")
    return [fit.position(term) for term in (fit.names if terms is None else terms)]


@dataclass(frozen=True, eq=False)
class _Printed:
    """What a program prints: (k,) standard errors and degrees of freedom."""

    program: str
    call: str
    se: Vector
    df: float | Vector
    cause: str


def _of_ours(ours: Rule, uncertainty: Uncertainty) -> _Printed:
    return _Printed(ours.program, ours.call, np.sqrt(np.diag(uncertainty.matrix)), uncertainty.df, "")


def _printed(rule: Rule, ours: Rule, regression: Regression, our_df: float | Vector) -> _Printed:
    call = rule.call.format_map(regression.texts)
    try:
        matrix, df = _computed(rule, regression)
        why = causes(rule, ours, regression, df, our_df)
    except NotDefinedError as error:
        return _Printed(rule.program, call, np.full(len(regression.fit.names), np.nan), np.nan, str(error))
    variances = np.diag(matrix)
    return _Printed(rule.program, call, np.sqrt(np.where(variances >= 0, variances, np.nan)), df, why)


def _once(lines: list[_Printed]) -> list[_Printed]:
    """The lines, but what a program does not offer only once for each reason."""
    keys = [(line.program, line.cause if line.cause.startswith(NOT_OFFERED) else line.call) for line in lines]
    return [line for place, line in enumerate(lines) if keys[place] not in keys[:place]]


def _computed(rule: Rule, regression: Regression) -> tuple[Matrix, float | Vector]:
    """Covariance and degrees of freedom under a rule."""
    for need in rule.needs:
        if not need.holds(regression):
            raise NotDefinedError(f"{NOT_OFFERED}: {need.words}")
    rows = rows_of(rule, regression)
    K = rule.K.number(rows)
    matrix = rule.factor.value(rows.n, K) * rule.meat.matrix(regression, rows, K)
    if np.isnan(matrix).any():
        raise NotDefinedError(f"not defined: {rule.meat.words} with K = {K}")
    return rule.repair.repaired(matrix), rule.law.df(regression, rows)


def _frame(printed: _Printed, ours: _Printed, names: tuple[str, ...], chosen: list[int]) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = printed.se / ours.se
    return pd.DataFrame(
        {
            "program": printed.program,
            "call": printed.call,
            "term": [names[place] for place in chosen],
            "se": printed.se[chosen],
            "factor": factor[chosen],
            "df": np.broadcast_to(printed.df, printed.se.shape)[chosen],
            "distribution": "" if np.isnan(printed.df).all() else distribution(printed.df),
            "cause": printed.cause,
        }
    )


def _line(key: tuple[str, ...], rows: pd.DataFrame) -> tuple[str, ...]:
    program, call, law, cause = key
    low, high = rows["factor"].min(), rows["factor"].max()
    factor = "" if np.isnan(low) else f"{low:.4f}" if high - low < EQUAL else f"{low:.4f} to {high:.4f}"
    se = "" if np.isnan(low) else " ".join(f"{one:.4g}" for one in rows["se"])
    return program, se, factor, law, cause, call
