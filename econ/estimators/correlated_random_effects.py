"""Random effects with the unit means of the regressors beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from econ.design import Design, Frequency, build
from econ.errors import CollinearError
from econ.estimators.random_effects import RandomEffects
from econ.panels import columns_of, means, naming, only_regressors, require_columns, varying
from econ.solve import parameters, weighted_least_squares
from econ.types import Fit

__all__ = ["CorrelatedRandomEffects"]


@dataclass(frozen=True)
class CorrelatedRandomEffects:
    r"""Random effects that depend on unit means, :math:`y_{it} = x_{it}'\beta + \bar x_i'\gamma + u_i + e_{it}`.

    Estimated by `RandomEffects`. The coefficients of regressors that vary within units are those of unit fixed
    effects; :math:`\gamma = 0` is the hypothesis that random effects would do, under any covariance.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`, as for `OLS`, without absorbed effects; regressors may be constant within units.
    unit
        Column of units; `a^b` stands for combinations.
    weights
        As for `RandomEffects`; the means are then weighted.

    Returns
    -------
    Fit
        From `fit(data)`: as of `RandomEffects`, with a further term `mean(x)` for each regressor that varies within
        units. Means that other terms determine, such as those of period dummies where all units have all periods,
        are in `omitted`.

    Raises
    ------
    FormulaError, DataError, IdentificationError, OptionError
        As `RandomEffects`.

    References
    ----------
    Mundlak (1978), Econometrica 46(1); Wooldridge (2019), Journal of Econometrics 211(1), for unequal units.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, CorrelatedRandomEffects
    >>> data = pd.DataFrame({"firm": list("aaabbbccddd"), "x": [1.0, 2, 3, 2, 3, 5, 1, 4, 6, 7, 9],
    ...                      "y": [2.0, 3, 3, 5, 7, 8, 1, 2, 5, 4, 7]})
    >>> fit = CorrelatedRandomEffects("y ~ x", unit="firm").fit(data)
    >>> fit.names, fit.params[1].round(4), OLS("y ~ x | firm").fit(data).params[0].round(4)
    (('Intercept', 'x', 'mean(x)'), np.float64(0.6632), np.float64(0.6632))
    """

    formula: str
    unit: str = field(kw_only=True)
    weights: str | Frequency | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("CorrelatedRandomEffects", self.unit)

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights, others=columns_of(self.unit)))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        only_regressors(design.formula, type(self).__name__)
        parameters(design)
        weighted_least_squares(design, design.y, design.w)  # collinear columns: an error in the caller's terms
        augmented = self._with_means(design)
        with naming("with the means of units"):
            fit = RandomEffects(self.formula, unit=self.unit).estimate(augmented)
        return replace(fit, spec=self, omitted=augmented.omitted)

    def _with_means(self, design: Design) -> Design:
        units = design.sample.groups(self.unit)
        centres = means(units, design.table, design.w)
        moving = varying(design.X, design.X - centres[units.codes, 1:])
        M = centres[:, 1:][:, moving]
        names = tuple(f"mean({name})" for name, moves in zip(design.names, moving, strict=True) if moves)
        constant = [name for name, moves in zip(design.names, moving, strict=True) if not moves]
        across = replace(
            design,
            names=(*constant, *names),
            table=np.column_stack([centres[:, [True, *~moving]], M]),
            w=None,
        )
        alike = ~varying(design.X[:, moving], M - M.mean(axis=0))
        across = _independent(across.omitting(tuple(name for name, same in zip(names, alike, strict=True) if same)))
        kept = [name in across.names for name in names]
        table = np.asfortranarray(np.column_stack([design.table, M[:, kept][units.codes]]))
        terms = (*design.names, *(name for name in names if name in across.names))
        return replace(design, names=terms, table=table, omitted=across.omitted)


def _independent(across: Design) -> Design:
    """The table of units less the means that its other columns determine."""
    try:
        weighted_least_squares(across, across.y, None)
    except CollinearError as error:
        return _independent(across.omitting(error.terms))
    return across
