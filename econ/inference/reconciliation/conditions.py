"""What calls need, in words and as questions to a regression."""

from __future__ import annotations

from econ.groups import factorize, intersection
from econ.inference.reconciliation.regression import Regression
from econ.inference.reconciliation.rules import Condition

__all__ = [
    "AT_MOST_TWO_EFFECTS",
    "AT_MOST_TWO_WAYS",
    "CONSTANT_WEIGHTS",
    "EFFECTS",
    "INDEXED",
    "NEVER_ROBUST",
    "NO_EFFECTS",
    "NO_WEIGHTS_COMPARED",
    "ONE_WAY",
    "ONE_WAY_BEFORE_18",
    "PANELS_NESTED",
    "SEVERAL_WAYS",
    "SINGLETONS",
    "TWO_WAYS",
    "UNNESTED_EFFECTS",
    "UNWEIGHTED",
]


def _indexed(regression: Regression) -> bool:
    """Whether effects and clusters are two columns that identify the rows, or one, beside which rows are numbered."""
    effects = [effect.name for effect in regression.kept.effects]
    columns = dict(zip((*effects, *regression.by), (*regression.whole.effects, *regression.whole.ways), strict=True))
    if len(columns) == 2:  # noqa: PLR2004
        return intersection(tuple(columns.values())).count == regression.whole.n
    return len(columns) < 2  # noqa: PLR2004


def _unnested(regression: Regression) -> bool:
    effects = regression.kept.effects
    return not any(a.nests(b) for a in effects for b in effects if a is not b)


def _constant_weights(regression: Regression) -> bool:
    if not regression.weighted:
        return True
    fit, name = regression.fit, regression.texts["weights"]
    return factorize(name, fit.sample.column(name).to_numpy()).nests(regression.kept.effects[0])


def _panels_nested(regression: Regression) -> bool:
    return all(regression.kept.nested[0])


EFFECTS = Condition("it absorbs effects", lambda regression: bool(regression.kept.effects))
NO_EFFECTS = Condition("it absorbs no effects", lambda regression: not regression.kept.effects)
AT_MOST_TWO_EFFECTS = Condition("it absorbs two effects at most", lambda regression: len(regression.kept.effects) <= 2)  # noqa: PLR2004
UNNESTED_EFFECTS = Condition("it refuses effects nested in one another", _unnested)
ONE_WAY = Condition("it clusters one way only", lambda regression: len(regression.by) == 1)
ONE_WAY_BEFORE_18 = Condition(
    "it clusters one way only before Stata 18, whose factor for several is not known here",
    lambda regression: len(regression.by) == 1,
)
TWO_WAYS = Condition("it clusters two ways", lambda regression: len(regression.by) == 2)  # noqa: PLR2004
AT_MOST_TWO_WAYS = Condition("it clusters two ways at most", lambda regression: len(regression.by) <= 2)  # noqa: PLR2004
SEVERAL_WAYS = Condition("it clusters several ways", lambda regression: len(regression.by) > 1)
INDEXED = Condition("effects and clusters have to be its index, two columns that identify a row", _indexed)
PANELS_NESTED = Condition("its panels have to be nested in the clusters", _panels_nested)
CONSTANT_WEIGHTS = Condition("its weights have to be constant within panels", _constant_weights)
UNWEIGHTED = Condition("its covariances refuse weights", lambda regression: not regression.weighted)
NO_WEIGHTS_COMPARED = Condition("with weights it is not compared here", lambda regression: not regression.weighted)
SINGLETONS = Condition("there are singletons", lambda regression: regression.singletons > 0)
NEVER_ROBUST = Condition("robust means clustered by the panel", lambda _: False)
