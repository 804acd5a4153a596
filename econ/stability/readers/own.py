"""Results of our own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from econ.errors import OptionError
from econ.estimates import Estimates, NotEstimable
from econ.outcomes import Test

__all__ = ["PACKAGE", "read"]

PACKAGE = "econ"


def read(result: Any) -> dict[str, Any]:
    """The record of estimates, of a refusal or of a test."""
    if isinstance(result, NotEstimable):
        return {"estimator": result.estimator, "formula": result.formula, "not_estimable": result.reason}
    if isinstance(result, Test):
        return _of_test(result)
    if not isinstance(result, Estimates):
        raise OptionError(
            f"a {type(result).__name__} has no standard errors to compare; give fit.inference(covariance), or a Test"
        )
    rows = result.table.rename(columns={"p_value": "p"})[["estimate", "se", "p", "df"]]
    return {
        "estimator": result.estimator,
        "formula": result.formula,
        "covariance": result.label,
        "nobs": result.nobs,
        "clusters": dict(result.clusters),
        "absorbed": dict(result.absorbed),
        "dropped": dict(result.dropped),
        "terms": list(zip(result.terms, rows.to_dict("records"), strict=True)),
        "margins": None if result.margins is None else asdict(result.margins),
    }


def _of_test(test: Test) -> dict[str, Any]:
    df = test.df[0] if len(test.df) == 1 else None
    return {
        "estimator": "Test",
        "formula": test.title,
        "covariance": test.method,
        "terms": [("statistic", {"estimate": test.statistic, "se": None, "p": test.p_value, "df": df})],
    }
