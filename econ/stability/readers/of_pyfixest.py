"""Results of pyfixest."""

from __future__ import annotations

from typing import Any

from econ.errors import OptionError
from econ.stability.fingerprints import of_arrays

__all__ = ["PACKAGE", "read"]

PACKAGE = "pyfixest"
NEEDED = ("coef", "se", "pvalue", "_N")


def read(result: Any) -> dict[str, Any]:
    """The record of one estimated model."""
    if not all(hasattr(result, name) for name in NEEDED):
        raise OptionError(
            f"a {type(result).__name__} of pyfixest is no single model; record each of `.to_list()` by itself"
        )
    private = vars(result)  # pyfixest gives these facts no public names
    rows = zip(result.coef().items(), result.se(), result.pvalue(), strict=True)
    df = private.get("_df_t")
    return {
        "estimator": str(private["_method"]),
        "formula": str(private["_fml"]),
        "covariance": f"{private['_vcov_type']} {private['_vcov_type_detail']}",
        "nobs": int(private["_N"]),
        "clusters": _counts(private.get("_clustervar"), private.get("_G")) if private.get("_is_clustered") else {},
        "absorbed": _counts(str(private.get("_fixef") or "").split("+"), private.get("_k_fe")),
        "dropped": {"missing or singleton": len(private["_na_index"])} if private.get("_na_index") else {},
        "converged": private.get("_convergence"),
        "terms": {str(name): {"estimate": b, "se": se, "p": p, "df": df} for (name, b), se, p in rows},
        "data": of_arrays({part: private.get(f"_{part}_untransformed") for part in ("Y", "X")}),
    }


def _counts(names: Any, counts: Any) -> dict[str, int]:
    return {} if counts is None else {str(name): int(count) for name, count in zip(names, counts, strict=False)}
