r"""Controls chosen by the Lasso, twice.

The Lasso minimises :math:`n^{-1} \sum_i (y_i - x_i'b)^2 + (\lambda / n) \sum_j \psi_j |b_j|` with the penalty
:math:`\lambda = 2 c \sqrt n \, \Phi^{-1}(1 - \gamma / (2 p))` and loadings :math:`\psi_j` that estimate the standard
deviation of the scores, so that with high probability what does not matter stays out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from econ.absorb import Layout, absorber
from econ.design import INTERCEPT, Design, build
from econ.design.terms import evaluate
from econ.errors import ConvergenceError, FormulaError, IdentificationError, OptionError
from econ.estimates import require_share, require_whole
from econ.estimators.ols import OLS
from econ.formula import parse, quoted, split
from econ.groups import Groups, Mask, Matrix, Vector
from econ.stability.curves.family import without_effects
from econ.types import Fit

__all__ = ["DoubleSelection", "Selected", "double_selection", "lasso"]

SLACK = 1.1  # c of Belloni, Chernozhukov and Hansen
CORRELATED = 5  # controls whose residuals the loadings begin with
SWEEPS, CONVERGED = 100_000, 1e-12


@dataclass(frozen=True)
class Selected:
    """Controls that the Lasso keeps in one equation.

    Attributes
    ----------
    variable
        The response of the equation.
    controls
        Those kept.
    settled
        Whether the loadings came to rest; if not, they alternate between several selections.
    rounds
        How often the Lasso was solved.
    """

    variable: str
    controls: tuple[str, ...]
    settled: bool
    rounds: int


@dataclass(frozen=True, eq=False, repr=False)
class DoubleSelection:
    """The selections and the regression on what they keep.

    Attributes
    ----------
    equations
        The outcome's, then one for each treatment.
    controls
        What any of them keeps, in the order given.
    penalty
        λ.
    fit
        The regression on treatments and kept controls, on the rows that are complete in all candidates; it takes every
        covariance, and kept columns of categories are columns of its table.
    """

    equations: tuple[Selected, ...]
    controls: tuple[str, ...]
    penalty: float
    fit: Fit

    def __repr__(self) -> str:
        """What each equation keeps."""
        lines = [
            f"{one.variable}: {', '.join(one.controls) or 'none'}{'' if one.settled else ' (does not settle)'}"
            for one in self.equations
        ]
        return "\n".join([*lines, repr(self.fit)])


def double_selection(
    formula: str,
    data: Any,
    controls: tuple[str, ...],
    *,
    cluster: str | None = None,
    homoskedastic: bool = False,
    gamma: float | None = None,
    rounds: int = 15,
) -> DoubleSelection:
    """Choose controls by what explains the outcome and by what explains the treatments, then regress on both.

    Parameters
    ----------
    formula
        `y ~ d` or `y ~ d1 + d2 | unit`: the treatments, and effects that are always absorbed.
    data
        A table of pandas, polars or Arrow; rows that are complete in all candidates are used.
    controls
        Candidates: terms of a formula.
    cluster
        Column of clusters within which scores depend on each other; None for independent rows.
    homoskedastic
        Whether loadings are those of errors with one variance.
    gamma
        Probability that something irrelevant is kept; None for 0.1 / log n, with the number of clusters for n.
    rounds
        Most rounds of Lasso and loadings.

    Raises
    ------
    FormulaError, DataError, OptionError, IdentificationError
        With the column or term.

    Notes
    -----
    Loadings begin with the residuals of a regression on the five controls most correlated with the response, and are
    made anew from the residuals of a regression on what is kept until the same are kept. Other starts may come to rest
    elsewhere; `settled` says if a selection alternates. Errors of the last regression may be of any kind.

    References
    ----------
    Belloni, Chen, Chernozhukov and Hansen (2012), Econometrica 80(6); Belloni, Chernozhukov and Hansen (2014),
    Review of Economic Studies 81(2); Belloni, Chernozhukov, Hansen and Kozbur (2016), Journal of Business &
    Economic Statistics 34(4), for clusters.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.stability import double_selection
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame(rng.normal(size=(200, 22)), columns=["d", "y", *(f"x{j}" for j in range(20))])
    >>> data["d"] += data["x0"]
    >>> data["y"] += data["d"] + data["x0"] + data["x1"]
    >>> double_selection("y ~ d", data, tuple(f"x{j}" for j in range(20))).controls
    ('x0', 'x1')
    """
    require_whole("rounds", rounds, least=1)
    require_share("gamma", gamma, optional=True)
    if not isinstance(controls, tuple) or not controls:
        raise OptionError(f"controls={controls!r}: give a tuple of candidates, such as ('x1', 'log(x2)')")
    parsed = parse(formula)
    if parsed.instruments:
        raise FormulaError(f"{formula!r}: double selection takes no instruments")
    effects = "".join([" | ", " + ".join(effect.name for effect in parsed.effects)]) if parsed.effects else ""
    treatments = parsed.regressors
    whole = f"{parsed.response} ~ {treatments} + {' + '.join(controls)}{effects}"
    design = build(whole, data, others=(cluster,) if cluster else ())
    if not design.intercept or (design.effects and INTERCEPT in design.names):
        raise FormulaError(f"{whole!r}: double selection takes a constant out; keep it, or absorb constants too")
    names = [name for name in evaluate(treatments, design.sample)[0] if name != INTERCEPT]
    _require_apart(treatments, controls)
    candidates = [name for name in design.names if name not in {INTERCEPT, *names}]
    lassos = _Equations(design, candidates, cluster=cluster, homoskedastic=homoskedastic, gamma=gamma, rounds=rounds)
    equations = tuple(lassos.selected(name) for name in (parsed.response, *names))
    kept = tuple(one for one in candidates if any(one in equation.controls for equation in equations))
    table = design.sample.table.iloc[design.sample.rows]
    made = {one: design.X[:, design.names.index(one)] for one in kept if one not in table.columns}
    spec = OLS(f"{parsed.response} ~ {' + '.join([treatments, *map(quoted, kept)])}{effects}")
    return DoubleSelection(equations, kept, lassos.penalty, spec.fit(table.assign(**made)))


def _require_apart(treatments: str, controls: tuple[str, ...]) -> None:
    terms = {part.strip() for part in split(treatments, "+")}
    twice = sorted(terms & {part.strip() for one in controls for part in split(one, "+")})
    if twice:
        raise OptionError(f"{', '.join(twice)} is a treatment and a candidate; name it once")


class _Equations:
    """The Lasso of each equation on the same candidates."""

    def __init__(
        self,
        design: Design,
        candidates: list[str],
        *,
        cluster: str | None,
        homoskedastic: bool,
        gamma: float | None,
        rounds: int,
    ) -> None:
        keep = [name != INTERCEPT for name in design.names]
        out = absorber(Layout(design.effects), None) if design.effects else None
        Z = without_effects(design.table[:, [True, *keep]], None, out)
        self.names = [design.formula.response, *(name for name in design.names if name != INTERCEPT)]
        self.Z, self.candidates, self.rounds = Z, candidates, rounds
        self.X = Z[:, [self.names.index(name) for name in candidates]]
        self.clusters: Groups | None = design.sample.groups(cluster) if cluster else None
        if self.clusters is not None and self.clusters.count < 2:  # noqa: PLR2004
            raise IdentificationError(f"the cluster column {cluster!r} has one group; loadings need at least two")
        self.homoskedastic = homoskedastic
        n, p = self.X.shape
        many = n if self.clusters is None else self.clusters.count
        chance = 0.1 / np.log(many) if gamma is None else gamma
        self.penalty = float(2 * SLACK * np.sqrt(n) * ndtri(1 - chance / (2 * p)))

    def selected(self, variable: str) -> Selected:
        """Controls that are kept for one variable."""
        y = self.Z[:, self.names.index(variable)]
        with np.errstate(invalid="ignore", divide="ignore"):
            correlation = np.abs(self.X.T @ y) / np.sqrt(np.square(self.X).sum(axis=0))
        start = np.argsort(-np.nan_to_num(correlation), kind="stable")[:CORRELATED]
        e = self._residuals(y, np.isin(np.arange(len(correlation)), start))
        before = np.zeros(len(correlation), dtype=bool)
        for number in range(1, self.rounds + 1):
            kept = lasso(self.X, y, self.penalty * self._loadings(e)) != 0
            if (kept == before).all():
                return self._named(variable, kept, number, settled=True)
            before, e = kept, self._residuals(y, kept)
        return self._named(variable, before, self.rounds, settled=False)

    def _named(self, variable: str, kept: Mask, rounds: int, *, settled: bool) -> Selected:
        names = tuple(name for name, there in zip(self.candidates, kept, strict=True) if there)
        return Selected(variable, names, settled, rounds)

    def _residuals(self, y: Vector, kept: Mask) -> Vector:
        X = self.X[:, kept]
        return np.asarray(y - X @ np.linalg.lstsq(X, y)[0]) if kept.any() else y

    def _loadings(self, e: Vector) -> Vector:
        """(p,) standard deviations of the scores."""
        n = e.size
        if self.clusters is not None:
            return np.asarray(np.sqrt(np.square(self.clusters.sums(self.X * e[:, None])).sum(axis=0) / n))
        if self.homoskedastic:
            return np.asarray(np.sqrt(e @ e / n) * np.sqrt(np.square(self.X).sum(axis=0) / n))
        return np.asarray(np.sqrt(np.square(self.X * e[:, None]).sum(axis=0) / n))


def lasso(X: Matrix, y: Vector, penalties: Vector) -> Vector:
    """(p,) minimiser of the mean squared error plus `penalties / n` times absolute coefficients, by coordinate descent.

    Raises
    ------
    ConvergenceError
        If it does not come to rest.
    """
    n, p = X.shape
    gram, target, soft = X.T @ X / n, X.T @ y / n, penalties / (2 * n)
    b, fitted = np.zeros(p), np.zeros(p)  # fitted: gram @ b
    size = np.sqrt(np.maximum(np.diag(gram), 0.0))
    scale = float(np.sqrt(y @ y / n)) or 1.0
    for _ in range(SWEEPS):
        largest = 0.0
        for j in np.flatnonzero(size > 0):
            rest = target[j] - fitted[j] + gram[j, j] * b[j]
            new = np.sign(rest) * max(abs(rest) - soft[j], 0.0) / gram[j, j]
            step = new - b[j]
            if step:
                b[j] = new
                fitted += gram[:, j] * step
                largest = max(largest, abs(step) * size[j])
        if largest <= CONVERGED * scale:
            return b
    raise ConvergenceError(
        f"the Lasso on {p} controls did not come to rest in {SWEEPS:,} sweeps; leave out collinear ones"
    )
