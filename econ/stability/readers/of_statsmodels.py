"""Results of statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.errors import OptionError
from econ.stability.fingerprints import of_arrays

__all__ = ["PACKAGE", "read"]

PACKAGE = "statsmodels"
NEEDED = ("params", "bse", "pvalues", "model")


def read(result: Any) -> dict[str, Any]:
    """The record of the results of a regression or likelihood."""
    if not all(hasattr(result, name) for name in NEEDED) or np.ndim(result.params) != 1:
        raise OptionError(
            f"a {type(result).__name__} of statsmodels has no single row of params with bse and pvalues; "
            "record the results of one equation"
        )
    model = result.model
    df = float(result.df_resid) if getattr(result, "use_t", False) else None
    rows = zip(_names(result), result.params, result.bse, result.pvalues, strict=True)
    return {
        "estimator": _estimator(result),
        "formula": str(getattr(model, "formula", f"{model.endog_names} ~ {' + '.join(map(str, _names(result)))}")),
        "covariance": _covariance(result),
        "nobs": int(result.nobs),
        "clusters": _clusters(result),
        "absorbed": {},
        "dropped": _dropped(model),
        "converged": _converged(result),
        "terms": [(name, {"estimate": b, "se": se, "p": p, "df": df}) for name, b, se, p in rows],
        "data": of_arrays(
            {
                "response": model.endog,
                "regressors": getattr(model, "exog", None),
                "instruments": getattr(model, "instrument", None),
                "weights": _weights(model),
            }
        ),
    }


def _estimator(result: Any) -> str:
    """The class, and what it was told: the family and link, or the quantile."""
    family = getattr(result.model, "family", None)
    parts = [] if family is None else [type(family).__name__, type(getattr(family, "link", None)).__name__]
    quantile = [] if getattr(result, "q", None) is None else [f"q={result.q}"]
    return " ".join([type(result.model).__name__, *parts, *quantile])


def _covariance(result: Any) -> str:
    """The kind, and its options that are numbers."""
    options = getattr(result, "cov_kwds", None) or {}
    told = [f"{name}={options[name]}" for name in sorted(options) if isinstance(options[name], int | float | bool)]
    return " ".join([str(getattr(result, "cov_type", "nonrobust")), *told])


def _weights(model: Any) -> Any:
    weights: Any = getattr(model, "weights", None)
    return weights if np.shape(weights) == np.shape(model.endog) else None


def _names(result: Any) -> list[Any]:
    """Names of the parameters: an index, those of a likelihood, or of the regressors."""
    candidates = (
        getattr(result.params, "index", None),
        getattr(result.model, "param_names", None),
        getattr(result.model, "exog_names", None),
    )
    count = len(result.params)
    named = (list(one) for one in candidates if one is not None and len(one) == count)
    return next(named, [f"parameter {place}" for place in range(count)])


def _dropped(model: Any) -> dict[str, int]:
    gone = getattr(model.data, "missing_row_idx", None)
    return {"missing": len(gone)} if gone is not None and len(gone) else {}


def _converged(result: Any) -> bool | None:
    flags = getattr(result, "mle_retvals", None) or {}
    found = getattr(result, "converged", flags.get("converged"))
    return None if found is None else bool(found)


def _clusters(result: Any) -> dict[str, int]:
    """Number of clusters, where the covariance has some."""
    groups = (getattr(result, "cov_kwds", None) or {}).get("groups")
    if groups is None:
        return {}
    ways = np.asarray(groups).reshape(len(groups), -1)
    return {f"way {place + 1}": len(np.unique(way)) for place, way in enumerate(ways.T)}
