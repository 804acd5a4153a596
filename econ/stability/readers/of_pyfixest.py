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
    arrays = {**{part: private.get(f"_{part}_untransformed") for part in ("Y", "X")}, "Z": private.get("_Z")}
    weights = {"weights": private.get("_weights")} if private.get("_has_weights") else {}
    return {
        "estimator": str(private["_method"]),
        "formula": str(private["_fml"]),
        "covariance": f"{private['_vcov_type']} {private['_vcov_type_detail']}",
        "nobs": int(private["_N"]),
        "clusters": _levels(private.get("_cluster_df"), private.get("_clustervar"))
        if private.get("_is_clustered")
        else {},
        "absorbed": _absorbed(private.get("_k_fe")),
        "dropped": {"missing or singleton": len(private["_na_index"])} if private.get("_na_index") else {},
        "converged": private.get("_convergence"),
        "terms": [(name, {"estimate": b, "se": se, "p": p, "df": df}) for (name, b), se, p in rows],
        "data": of_arrays(arrays | weights),
    }


def _levels(frame: Any, names: Any) -> dict[str, int]:
    """Clusters by way; the frame has their intersection too."""
    there = [] if frame is None else sorted({*map(str, names or ())} & {*map(str, frame.columns)})
    return {name: int(frame[name].nunique()) for name in there}


def _absorbed(counts: Any) -> dict[str, int]:
    """Levels by effect; the labels are `__fixed_effect__(name)`, in an order that is not always the same."""
    if not hasattr(counts, "items"):
        return {}
    named = {
        str(name).removeprefix("__fixed_effect__(").removesuffix(")"): int(count) for name, count in counts.items()
    }
    return dict(sorted(named.items()))
