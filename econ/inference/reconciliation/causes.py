"""Why two rules give different numbers, in words."""

from __future__ import annotations

import numpy as np

from econ.groups import Vector
from econ.inference.reconciliation.regression import Regression, Rows
from econ.inference.reconciliation.rules import NO_FACTOR, Rule

__all__ = ["causes", "distribution"]

CLOSE = 1e-9


def causes(rule: Rule, ours: Rule, regression: Regression, df: float | Vector, our_df: float | Vector) -> str:
    """What the rule does that ours does not."""
    rows, our_rows = rows_of(rule, regression), rows_of(ours, regression)
    found = (
        _singletons(rows, our_rows),
        _count(rule, ours, rows, our_rows),
        _factor(rule, ours),
        _meat(rule, ours, regression),
        _repair(rule, ours, regression),
        _law(df, our_df),
    )
    return "; ".join(text for text in found if text) or "none"


def rows_of(rule: Rule, regression: Regression) -> Rows:
    """The rows that a rule counts."""
    return regression.whole if rule.keeps_singletons else regression.kept


def distribution(df: float | Vector) -> str:
    """The distribution of the t statistics, in a few signs."""
    low, high = np.min(df), np.max(df)
    if np.isinf(low):
        return "normal"
    return f"t({low:.4g})" if high - low < CLOSE * high else f"t({low:.3g} to {high:.3g})"


def _singletons(rows: Rows, ours: Rows) -> str:
    if rows.n == ours.n:
        return ""
    verb = "keeps" if rows.n > ours.n else "drops"
    grown = [f"G = {b.count}, not {a.count}" for a, b in zip(ours.ways, rows.ways, strict=True) if a.count != b.count]
    return ", ".join([f"{verb} {abs(rows.n - ours.n)} singletons", f"n = {rows.n}, not {ours.n}", *grown])


def _count(rule: Rule, ours: Rule, rows: Rows, our_rows: Rows) -> str:
    if NO_FACTOR in (rule.factor, ours.factor):
        return ""
    K, our_K = rule.K.number(rows), ours.K.number(our_rows)
    same = rule.K == ours.K or our_K == K
    return "" if same else f"K = {K}, not {our_K}: counts {rule.K.says(rows)}"


def _factor(rule: Rule, ours: Rule) -> str:
    if rule.factor == ours.factor:
        return ""
    if NO_FACTOR in (ours.factor, rule.factor):
        return rule.factor.words
    return f"{rule.factor.words}, not {ours.factor.words}"


def _meat(rule: Rule, ours: Rule, regression: Regression) -> str:
    """Compared as numbers: with one way of clusters, for example, every sum's own G is the smallest."""
    if rule.meat == ours.meat:
        return ""
    rows = regression.kept
    one, other = (each.meat.matrix(regression, rows, each.K.number(rows)) for each in (rule, ours))
    return "" if np.allclose(one, other, rtol=CLOSE, atol=0) else rule.meat.words


def _repair(rule: Rule, ours: Rule, regression: Regression) -> str:
    if rule.repair == ours.repair or len(regression.by) < 2:  # noqa: PLR2004
        return ""
    raw = ours.meat.matrix(regression, regression.kept, ours.K.number(regression.kept))
    return "" if np.linalg.eigvalsh(raw)[0] >= -CLOSE * np.abs(raw).max() else rule.repair.words


def _law(df: float | Vector, ours: float | Vector) -> str:
    one, other = distribution(df), distribution(ours)
    return "" if one == other else f"{one}, not {other}"
