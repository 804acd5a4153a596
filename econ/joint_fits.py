"""Coefficients of several regressions as one fit, so that they can be tested against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from econ.errors import DataError, OptionError
from econ.from_influence import from_influence
from econ.groups import Codes, Effect, Vector
from econ.sample import Sample
from econ.scores import Stacked
from econ.types import Fit

__all__ = ["Jointly", "jointly"]


@dataclass(frozen=True)
class Jointly:
    """The regressions behind a fit of coefficients of several: name, and (estimator, term) of each."""

    parts: tuple[tuple[str, str, str], ...]

    @property
    def formula(self) -> str:
        """What is regressed on what, in each of them."""
        return "; ".join(f"{name}: {term} in {formula}" for name, formula, term in self.parts)

    def fit(self, data: object) -> Fit:  # noqa: ARG002 - what every estimator has
        """Estimate again; not possible, since only single coefficients are kept.

        Raises
        ------
        OptionError
            Always.
        """
        raise OptionError("coefficients of several regressions are put together by jointly(...); fit those again")


def jointly(coefficients: Mapping[str, tuple[Fit, str]]) -> Fit:
    r"""Put one coefficient of each of several fits of one table into a single fit.

    The influence of a row is the list of its influences on each, zero where a regression does not use it; so
    covariances between regressions are estimated as those within one (Weesie's seemingly unrelated estimation). The
    regressions may have different outcomes, regressors, rows and estimators.

    Parameters
    ----------
    coefficients
        From a name to (fit, term). All fits are of the same table.

    Returns
    -------
    Fit
        Terms are the names, rows those that any regression uses. Small-sample factors count the parameters and absorbed
        effects of the largest regression on all of these rows, so that errors are those of the regressions alone where
        all of these use the same rows and have as many parameters.

    Raises
    ------
    OptionError, DataError, NotDefinedError
        If there are none, the fits are not of one table, or a fit has no such term.

    References
    ----------
    Weesie (1999), Stata Technical Bulletin 52; White (1982), Econometrica 50(1).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Clustered, jointly, wald_test
    >>> data = pd.DataFrame({"a": [1.0, 2, 4, 3, 5, 9], "b": [2.0, 1, 3, 5, 4, 4],
    ...                      "x": [0.0, 1, 2, 3, 4, 5], "g": list("aabbcc")})
    >>> both = jointly({name: (OLS(f"{name} ~ x").fit(data), "x") for name in ("a", "b")})
    >>> both.combine([[1, -1]], ["a - b"]).inference(Clustered("g")).table[["estimate", "se"]].round(3).values.tolist()
    [[0.771, 0.394]]
    """
    _require(coefficients)
    fits = [fit for fit, _ in coefficients.values()]
    places = [fit.position(term) for fit, term in coefficients.values()]
    largest = max(fits, key=lambda fit: fit.rank)
    sample, rows = _union(fits)
    influence = np.zeros((rows.size, len(fits)))
    for column, (fit, place) in enumerate(zip(fits, places, strict=True)):
        influence[np.searchsorted(rows, fit.sample.rows), column] = fit.influence[:, place]
    params: Vector = np.array([fit.params[place] for fit, place in zip(fits, places, strict=True)])
    spec = Jointly(tuple((name, fit.spec.formula, term) for name, (fit, term) in coefficients.items()))
    found = from_influence(
        spec, sample, tuple(coefficients), params, Stacked(influence), df=largest.df, rank=largest.rank
    )
    effects = tuple(Effect(one.name, sample.groups(one.groups.name)) for one in largest.effects if one.slope is None)
    caveats = tuple(dict.fromkeys(caveat for fit in fits for caveat in fit.caveats))
    return replace(found, effects=effects, derived=True, caveats=caveats)


def _require(coefficients: Mapping[str, tuple[Fit, str]]) -> None:
    if not isinstance(coefficients, Mapping) or not coefficients:
        raise OptionError("give a mapping from names to (fit, term), such as {'a': (fit, 'x')}")
    fits = list(coefficients.values())
    if not all(isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], Fit) for one in fits):  # noqa: PLR2004
        raise OptionError("each name needs a pair (fit, term)")
    first = fits[0][0].sample
    if any(fit.sample.units is not None or not _same_table(fit.sample.data, first.data) for fit, _ in fits):
        raise DataError("the fits are not of one table with the same rows; fit all of them to it")
    if any(np.unique(fit.sample.rows).size < fit.nobs for fit, _ in fits):
        raise DataError("a row counts several times (frequency weights); repeat the rows of the table instead")


def _same_table(data: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether rows are the same: their labels, and at least half of the columns that both tables have.

    Versions of a table, where a column was changed or masked, are one; the same table in another order is not.
    """
    if data is other:
        return True
    shared = data.columns.intersection(other.columns)
    equal = sum(data[name].equals(other[name]) for name in shared)
    return bool(data.index.equals(other.index) and 2 * equal >= max(len(shared), 1))


def _union(fits: list[Fit]) -> tuple[Sample, Codes]:
    rows = np.unique(np.concatenate([fit.sample.rows for fit in fits]))
    table = max((fit.sample.data for fit in fits), key=lambda data: data.shape[1])
    return Sample(table, rows, whole=rows.size == len(table)), rows
