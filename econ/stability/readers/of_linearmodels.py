"""Results of linearmodels."""

from __future__ import annotations

from typing import Any

import numpy as np

from econ.errors import OptionError
from econ.stability.fingerprints import of_arrays

__all__ = ["PACKAGE", "read"]

PACKAGE = "linearmodels"
PARTS = {
    "response": "dependent",
    "regressors": "exog",
    "endogenous": "endog",
    "instruments": "instruments",
    "weights": "weights",
}
NEEDED = ("params", "std_errors", "pvalues", "model")


def read(result: Any) -> dict[str, Any]:
    """The record of the results of a panel or instrumental-variable model."""
    if not all(hasattr(result, name) for name in NEEDED) or np.ndim(result.params) != 1:
        raise OptionError(f"a {type(result).__name__} of linearmodels has no params with std_errors and pvalues")
    model, frame = result.model, result.params.to_frame("estimate")
    frame = frame.assign(se=result.std_errors, p=result.pvalues, df=_df(result))
    return {
        "estimator": type(model).__name__,
        "formula": str(getattr(model, "formula", None) or " + ".join(map(str, frame.index))),
        "covariance": str(getattr(result, "_cov_type", None) or getattr(result, "cov_type", "unknown")),
        "nobs": int(result.nobs),
        "clusters": {},
        "absorbed": _absorbed(result),
        "dropped": {},
        "converged": _converged(result),
        "terms": list(zip(frame.index, frame.to_dict("records"), strict=True)),
        "data": of_arrays({part: _values(model, name) for part, name in PARTS.items()}),
    }


def _df(result: Any) -> float | None:
    """Degrees of freedom of t where the results use it; panels do."""
    if not hasattr(result, "df_resid"):
        return None
    panel = type(result).__module__.startswith("linearmodels.panel")
    return float(result.df_resid) if panel or getattr(result, "debiased", False) else None


def _absorbed(result: Any) -> dict[str, int]:
    effects = getattr(result, "included_effects", None) or ()
    return dict.fromkeys(map(str, effects), 1)


def _values(model: Any, name: str) -> Any:
    part = getattr(model, name, None)
    return getattr(part, "values2d", getattr(part, "ndarray", None))


def _converged(result: Any) -> bool | None:
    found = getattr(result, "converged", None)
    return None if found is None else bool(found)
