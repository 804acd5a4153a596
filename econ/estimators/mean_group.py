"""Averages of regressions by unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from econ.design import Design, Frequency, build
from econ.errors import CollinearError, IdentificationError
from econ.groups import Codes, Groups, Mask, Matrix, Vector
from econ.panels import columns_of, means, of_units, only_regressors, periods, require_columns, require_once, varying
from econ.scores import Stacked
from econ.solve import weighted, weighted_least_squares
from econ.types import Fit

__all__ = ["MeanGroup"]

COLLINEAR = 1e-10  # distance of a unit vector from the span of the columns before it


@dataclass(frozen=True)
class MeanGroup:
    r"""The average :math:`\hat\beta = \frac{1}{N} \sum_i \hat\beta_i` of least squares unit by unit.

    Slopes may differ between units. The influence of unit i is :math:`(\hat\beta_i - \hat\beta) / N`. With
    `common_effects`, the averages of y and x over the units of each period stand beside the regressors (common
    correlated effects), for shocks to which each unit responds in its own way.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`, as for `OLS`, without absorbed effects: each unit has its own intercept.
    unit
        Column of units; `a^b` stands for combinations.
    time
        Column of periods; needed with `common_effects`.
    common_effects
        Whether averages by period are added. Their coefficients are not reported.
    weights
        Column of analytic weights within the units' regressions, or `Frequency(column)`. Units count alike, and
        averages by period are plain.

    Returns
    -------
    Fit
        From `fit(data)`: n is the number of units. `sample.data` has the columns that are the same in all rows of a
        unit, so that errors can be clustered by a region but not by a year. `residuals` are unit means of
        :math:`y - x'\hat\beta`. `statistics["rows"]` is the number of rows in the regressions.

    Raises
    ------
    FormulaError, DataError, IdentificationError, OptionError
        From `fit`, with the name of the column, row or regressor; with `common_effects`, a unit that has a period
        twice is such an error.

    Notes
    -----
    Units that cannot be estimated are left out and their rows counted in `fit.sample.dropped`: those that have
    not more rows than coefficients (`too few rows in its unit`) and those whose regressors are combinations of each
    other (`collinear in its unit`). Averages by period are those of the units estimated; a regressor that is the
    same for all units of a period is its own average and gets no second one. K counts one, since each term is a
    mean of N numbers: `Classical()` and `White("HC1")` both are the non-parametric covariance
    :math:`\sum_i (\hat\beta_i - \hat\beta)(\hat\beta_i - \hat\beta)' / (N (N - 1))`, as in R's plm (`pmg`). With
    `common_effects` it takes the averages as given, which is right for slopes where there are common shocks; an
    intercept then means little.

    References
    ----------
    Pesaran and Smith (1995), Journal of Econometrics 68(1); Pesaran (2006), Econometrica 74(4), eq. 53 and 58.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import Classical, MeanGroup
    >>> data = pd.DataFrame({"firm": list("aaabbbccc"), "x": [1.0, 2, 3, 2, 3, 5, 1, 4, 6],
    ...                      "y": [2.0, 3, 3, 5, 7, 8, 1, 2, 5]})
    >>> fit = MeanGroup("y ~ x", unit="firm").fit(data)
    >>> fit.nobs, fit.params.round(4).tolist(), fit.inference(Classical()).se.round(4).tolist()
    (3, [1.7022, 0.7306], [1.0691, 0.1248])
    """

    formula: str
    unit: str = field(kw_only=True)
    time: str | None = field(default=None, kw_only=True)
    common_effects: bool = field(default=False, kw_only=True)
    weights: str | Frequency | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("MeanGroup", self.unit)
        if self.common_effects:
            require_columns("MeanGroup(common_effects=True)", self.time)

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        others = (*columns_of(self.unit), *((self.time,) if self.common_effects and self.time else ()))
        return self.estimate(build(self.formula, data, weights=self.weights, others=others))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        only_regressors(design.formula, type(self).__name__)
        weighted_least_squares(design, design.y, design.w)  # collinear columns: an error in the caller's terms
        design, units, B = self._by_unit(design)
        params = B.mean(axis=0)
        gaps = B - params
        N = units.count
        centres = means(units, design.table, design.w)
        fitted = centres[:, 1:] @ params
        return Fit(
            spec=self,
            names=design.names,
            params=params,
            scores=Stacked(gaps),
            bread=np.eye(params.size) / N,
            rank=1,
            df=N - 1,
            effects=(),
            sample=of_units(design.sample, units),
            residuals=centres[:, 0] - fitted,
            fitted=fitted,
            classical=gaps.T @ gaps / (N * (N - 1)),
            hat=None,
            statistics={"rows": float(design.nobs)},
            omitted=design.omitted,
        )

    def _by_unit(self, design: Design) -> tuple[Design, Groups, Matrix]:
        """The design of units that can be estimated, the units, and (N, k) their coefficients."""
        while True:  # averages by period change when a unit goes
            units = design.sample.groups(self.unit)
            _require_several(units)
            table = self._table(design, units)
            short: Mask = units.sizes < table.shape[1]
            if short.any():
                design = _without(design, units, short, "too few rows in its unit")
                continue
            B, dependent = _regressions(table, units, design.w)
            if not dependent.any():
                return design, units, B[:, : len(design.names)]
            _require_variation(design, units, dependent)
            broken: Mask = np.logical_or.reduce(dependent, axis=1)
            design = _without(design, units, broken, "collinear in its unit")

    def _table(self, design: Design, units: Groups) -> Matrix:
        """(n, 1 + q) response, regressors, and with common effects their averages by period."""
        if not self.common_effects or self.time is None:
            return design.table
        when = periods(design.sample, self.time)
        require_once(design.sample, units, when)
        averages = (when.sums(design.table) / np.maximum(when.sizes, 1)[:, None])[when.codes]
        return np.column_stack([design.table, averages[:, varying(design.table, design.table - averages)]])


def _regressions(table: Matrix, units: Groups, w: Vector | None) -> tuple[Matrix, Mask]:
    """(N, q) coefficients of the first column on the others by unit, and (N, q) which others are dependent."""
    table = weighted(None if w is None else np.sqrt(w), table)
    B = np.empty((units.count, table.shape[1] - 1))
    dependent = np.zeros(B.shape, dtype=bool)
    for which, rows in _blocks(units):
        B[which], dependent[which] = _solved(table[rows])
    return B, dependent


def _blocks(units: Groups) -> Iterator[tuple[Codes, Codes]]:
    """Units with equally many rows T, (m,), and (m, T) their rows."""
    order = np.argsort(units.codes, kind="stable")
    starts = np.cumsum(units.sizes) - units.sizes
    for size in np.unique(units.sizes):
        which = np.flatnonzero(units.sizes == size)
        yield which, order[starts[which][:, None] + np.arange(size)]


def _solved(block: Matrix) -> tuple[Matrix, Mask]:
    """Coefficients of m regressions at once: `block` is (m, T, 1 + q)."""
    X, y = block[:, :, 1:], block[:, :, :1]
    norms = np.linalg.norm(X, axis=1)
    norms[norms == 0] = 1
    Q, R = np.linalg.qr(X / norms[:, None, :])
    dependent = np.abs(np.diagonal(R, axis1=1, axis2=2)) <= COLLINEAR
    R[dependent.any(axis=1)] = np.eye(R.shape[1])
    solved = np.linalg.solve(R, Q.transpose(0, 2, 1) @ y)
    return solved[:, :, 0] / norms, dependent


def _without(design: Design, units: Groups, drop: Mask, reason: str) -> Design:
    if drop.all():
        raise IdentificationError(
            f"no {units.name} has more rows than the {len(design.names)} coefficients of {design.formula.text!r} and "
            "those of averages by period; use fewer regressors or longer panels"
        )
    return design.without(drop[units.codes], reason)


def _require_several(units: Groups) -> None:
    if units.count < 2:  # noqa: PLR2004
        raise IdentificationError(
            f"MeanGroup has {units.count} {units.name} that can be estimated; a mean needs several"
        )


def _require_variation(design: Design, units: Groups, dependent: Mask) -> None:
    """Stop if no unit can be estimated, with the regressors that are to blame."""
    if not dependent.any(axis=1).all():
        return
    names = tuple(name for name, bad in zip(design.names, dependent.T, strict=False) if bad.any())
    blamed = ", ".join(names) if names else "an average by period"
    raise CollinearError(f"in every {units.name}, {blamed} is a combination of other regressors; leave it out", names)
