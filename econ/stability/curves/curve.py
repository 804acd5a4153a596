"""Estimates of a treatment under all specifications of a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from econ.compute.blocks import run_blocks
from econ.design import INTERCEPT, complete
from econ.design.columns import text_column
from econ.design.table import as_frame
from econ.design.terms import evaluate, variables
from econ.design.weights import weight_column
from econ.errors import DataError, MissingColumnError, NotDefinedError, OptionError
from econ.estimates import Estimates, NotEstimable, require_share
from econ.estimators.ols import OLS
from econ.formula import absorbed
from econ.groups import Mask, Vector
from econ.sample import Sample, listed
from econ.stability.attempts import attempt
from econ.stability.curves.family import Family, family_of, known
from econ.stability.curves.grid import Specification, Specifications
from econ.t_distribution import t_below, t_quantile

__all__ = ["SpecificationCurve", "in_sample", "specification_curve", "treatment_of"]

NUMBERS = ("nobs", "estimate", "se", "df")


@dataclass(frozen=True, eq=False, repr=False)
class SpecificationCurve:
    """Estimates of a treatment under all specifications.

    Attributes
    ----------
    specifications
        The grid.
    data
        The table.
    families
        Specifications that share rows, by which they were computed; those in none were estimated one by one.
    numbers
        (K, 4) rows used, estimate, standard error and degrees of freedom; missing where refused.
    reasons
        Why a specification could not be estimated, by its place.
    level
        Coverage of the intervals.
    """

    specifications: Specifications
    data: pd.DataFrame
    families: tuple[Family, ...]
    numbers: pd.DataFrame
    reasons: dict[int, str]
    level: float

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a specification, in the order of the grid: choices, nobs, estimate, se, p_value, interval, reason."""
        choices = pd.DataFrame(
            [
                (one.outcome, one.treatment, " + ".join(one.controls), one.effects, one.sample, one.formula)
                for one in self.specifications
            ],
            columns=["outcome", "treatment", "controls", "effects", "sample", "formula"],
        )
        estimators = [_name(one.estimator) for one in self.specifications]
        df, se = self.numbers["df"].to_numpy(), self.numbers["se"].to_numpy()
        margin = t_quantile(df, 0.5 + self.level / 2) * se
        return pd.concat([choices, self.numbers], axis=1).assign(
            estimator=estimators,
            statistic=self.statistics,
            p_value=self.p_values,
            low=self.numbers["estimate"] - margin,
            high=self.numbers["estimate"] + margin,
            reason=pd.Series(self.reasons, dtype=object).reindex(range(len(estimators))),
        )

    @cached_property
    def statistics(self) -> Vector:
        """(K,) t statistics."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.numbers["estimate"] / self.numbers["se"])

    @cached_property
    def p_values(self) -> Vector:
        """(K,) of a zero coefficient, each by itself."""
        return np.asarray(2 * t_below(self.numbers["df"].to_numpy(), -np.abs(self.statistics)))

    @property
    def summary(self) -> dict[str, float]:
        """How many there are, the median, and which share agrees in sign and is significant."""
        return summarised(self.numbers["estimate"].to_numpy(), self.p_values, 1 - self.level)

    def __repr__(self) -> str:
        """The summary."""
        facts = ", ".join(f"{name} {value:.4g}" for name, value in self.summary.items())
        return f"<specification curve: {facts}>"


def summarised(estimates: Vector, p_values: Vector, size: float) -> dict[str, float]:
    """Facts about the estimates that are there; a share is one of these."""
    there = np.isfinite(estimates)
    if not there.any():
        return {"specifications": float(estimates.size), "estimated": 0.0}
    found, p = estimates[there], p_values[there]
    low, median, high = np.quantile(found, [0.25, 0.5, 0.75])
    return {
        "specifications": float(estimates.size),
        "estimated": float(there.sum()),
        "median": float(median),
        "lower quartile": float(low),
        "upper quartile": float(high),
        "share positive": float((found > 0).mean()),
        "share significant and positive": float(((found > 0) & (p < size)).mean()),
        "share significant and negative": float(((found < 0) & (p < size)).mean()),
    }


def specification_curve(specifications: Specifications, data: Any, *, level: float = 0.95) -> SpecificationCurve:
    """Estimate a treatment's coefficient under all specifications of a grid.

    Least squares with `Classical`, `White` HC0 and HC1 or `Clustered` CR0 and CR1 errors is computed from cross
    products: specifications with the same rows, response and effects share them. All others are estimated one by one.
    Both give what the estimator itself gives; each specification uses its own complete rows.

    Parameters
    ----------
    specifications
        The grid.
    data
        A table of pandas, polars or Arrow.
    level
        Coverage of the intervals.

    Raises
    ------
    FormulaError, DataError, OptionError
        With the column or term that is wrong. What the data of a specification do not identify is no error but a
        `reason` in the table.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4(11); Leamer (1983), American Economic Review 73(1).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import Clustered
    >>> from econ.stability import Specifications, specification_curve
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame(rng.normal(size=(200, 4)), columns=list("yxab")).assign(g=np.repeat(range(20), 10))
    >>> data["y"] += data["x"]
    >>> curve = specification_curve(Specifications(("y",), ("x",), ("a", "b"), covariance=Clustered("g")), data)
    >>> curve.table["estimate"].round(3).tolist()
    [1.015, 1.014, 1.015, 1.013]
    """
    require_share("level", level)
    if not isinstance(specifications, Specifications):
        raise OptionError(f"{specifications!r}: give Specifications(outcomes, treatments, controls, covariance=...)")
    frame = as_frame(data)
    every = list(specifications)
    names = {treatment: treatment_of(treatment, frame)[0] for treatment in specifications.treatments}
    numbers = np.full((len(every), len(NUMBERS)), np.nan)
    families = tuple(_families(every, specifications, frame))
    left = np.ones(len(every), dtype=bool)
    for family, (estimate, se, sound) in zip(families, run_blocks(solved, families), strict=True):
        members = family.members[sound]
        numbers[members] = np.column_stack(
            [np.full(len(members), family.design.nobs), estimate[sound], se[sound], family.factors[1][sound]]
        )
        left[members] = False
    alone = [(int(place), every[place], names[every[place].treatment]) for place in np.flatnonzero(left)]
    reasons = _one_by_one(alone, specifications, frame, numbers)
    table = pd.DataFrame(numbers, columns=list(NUMBERS))
    return SpecificationCurve(specifications, frame, families, table, reasons, level)


def solved(family: Family) -> tuple[Vector, Vector, Mask]:
    """(B,) estimates, standard errors, and which of them are sound."""
    found = family.columns.solve_all(family.masks, family.places)
    return found.beta, np.sqrt(np.maximum(found.variance * family.factors[0], 0.0)), found.sound


def _families(every: Sequence[Specification], grid: Specifications, frame: pd.DataFrame) -> Iterator[Family]:
    if not known(grid.covariance):
        return
    rows = _Rows(frame)
    alike: dict[tuple[Any, ...], list[tuple[int, Specification]]] = {}
    for place, one in enumerate(every):
        spec = one.spec
        if not callable(getattr(spec, "fit", None)):
            raise OptionError(f"{one.estimator!r} makes {spec!r} of a formula; an estimator is needed, such as OLS")
        if type(spec) is OLS and spec.formula == one.formula:
            key = (one.outcome, one.effects, spec.weights, one.sample, rows.of(one, rows.weighted(spec)))
            alike.setdefault(key, []).append((place, one))

    def one_family(pair: tuple[Any, list[tuple[int, Specification]]]) -> Family | None:
        return family_of(pair[1], grid.covariance, frame, rows.masks[pair[0][-1]])

    found = run_blocks(one_family, alike.items())
    for family in found:
        if family is not None and family.testable:
            yield family


class _Rows:
    """Which rows are complete in the columns of a specification."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.masks: list[Mask] = []  # (N,) each: the different sets of rows
        self._gaps: dict[tuple[str, str], frozenset[str]] = {}
        self._known: dict[tuple[str | None, frozenset[str]], int] = {}
        self._places: dict[bytes, int] = {}

    def of(self, one: Specification, weights: frozenset[str]) -> int:
        """Which of the sets of rows is that of a specification."""
        parts = [self._in("term", term) for term in (one.outcome, one.treatment, *one.controls)]
        parts += [self._in("effects", one.effects)] if one.effects else []
        key = one.sample, weights.union(*parts)
        if key not in self._known:
            self._known[key] = self._place(*key)
        return self._known[key]

    def _place(self, sample: str | None, gaps: frozenset[str]) -> int:
        """The set of rows of a sample that are complete in some columns; different columns may leave the same."""
        complete: Mask = ~self.frame[sorted(gaps)].isna().to_numpy().any(axis=1)
        mask = in_sample(self.frame, sample) & complete
        place = self._places.setdefault(mask.tobytes(), len(self.masks))
        if place == len(self.masks):
            self.masks.append(mask)
        return place

    def weighted(self, spec: OLS) -> frozenset[str]:
        """The column of weights, where it lacks something."""
        name = weight_column(spec.weights)
        return self._in("column", name) if name else frozenset()

    def _in(self, kind: str, text: str) -> frozenset[str]:
        """Columns of a part of a formula that lack something."""
        if (kind, text) not in self._gaps:
            self._gaps[kind, text] = self._lacking(self._columns(kind, text))
        return self._gaps[kind, text]

    def _columns(self, kind: str, text: str) -> list[str]:
        if kind == "term":
            return variables(text, self.frame)
        if kind == "column":
            return [text]
        return [name for effect in absorbed(text) for name in effect.read]

    def _lacking(self, names: list[str]) -> frozenset[str]:
        wrong = [name for name in names if name not in self.frame.columns]
        if wrong:
            raise MissingColumnError(f"no column {wrong[0]!r}; the table has {listed(self.frame.columns)}")
        return frozenset(name for name in names if self.frame[name].isna().any())


def in_sample(frame: pd.DataFrame, name: str | None) -> Mask:
    """(n,) whether a row is in a sample.

    Raises
    ------
    DataError
        If the column is no column of true and false.
    """
    if name is None:
        return np.ones(len(frame), dtype=bool)
    if name not in frame.columns:
        raise MissingColumnError(f"no column {name!r} of a sample; add one that is true in its rows")
    column = frame[name]
    try:
        two = not (text_column(column) or column.isna().any()) and set(column.unique()) <= {0, 1}
    except TypeError:  # lists and the like
        two = False
    if not two:
        raise DataError(f"column {name!r} chooses a sample; it has to be true or false in every row")
    return np.asarray(column.to_numpy(dtype=bool))


def _one_by_one(
    alone: Sequence[tuple[int, Specification, str]], grid: Specifications, frame: pd.DataFrame, numbers: np.ndarray
) -> dict[int, str]:
    """Fill in the numbers of specifications, of (place, specification, term), one by one; reasons of those refused."""

    def one(which: tuple[int, Specification, str]) -> Estimates | NotEstimable:
        chosen = which[1]
        try:
            return attempt(chosen.spec, frame[in_sample(frame, chosen.sample)], grid.covariance)
        except NotDefinedError as error:  # a covariance that these data do not have
            return NotEstimable(_name(chosen.estimator), chosen.formula, str(error))

    reasons = {}
    for (place, _, term), found in zip(alone, run_blocks(one, alone), strict=True):
        if isinstance(found, NotEstimable):
            reasons[place] = found.reason
            continue
        row = found.row(term)
        numbers[place] = [found.nobs, row["estimate"], row["se"], row["df"]]
    return reasons


def treatment_of(treatment: str, frame: pd.DataFrame) -> tuple[str, Sample, Vector]:
    """What the terms of a fit call a treatment, the rows in which it is known, and (n,) its values there.

    Raises
    ------
    OptionError
        If it is not one column.
    """
    sample = complete(variables(treatment, frame), frame)
    pairs = [pair for pair in zip(*evaluate(treatment, sample), strict=True) if pair[0] != INTERCEPT]
    if len(pairs) != 1:
        raise OptionError(f"the treatment {treatment!r} has {len(pairs)} columns; a curve is that of one")
    return pairs[0][0], sample, pairs[0][1]


def _name(estimator: Any) -> str:
    return getattr(estimator, "__name__", type(estimator).__name__)
