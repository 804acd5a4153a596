"""Published means and variances of Dickey-Fuller statistics."""

from __future__ import annotations

from functools import cache

import numpy as np

from econ.datasets import load
from econ.groups import Vector

__all__ = ["moments"]


def moments(terms: str, lags: int, nobs: int) -> tuple[float, float, str]:
    """Mean and variance for a number of lags and observations, interpolated, and a remark where the table ends."""
    most = _most(terms)
    periods, mean, variance = _column(terms, min(lags, most))
    outside = nobs < periods[0] or lags > most
    note = "the table of moments ends at fewer lags or more periods; those at its end are taken" if outside else ""
    return float(np.interp(nobs, periods, mean)), float(np.interp(nobs, periods, variance)), note


@cache
def _column(terms: str, lags: int) -> tuple[Vector, Vector, Vector]:
    rows = load("ips_moments")
    rows = rows[(rows["terms"] == terms) & (rows["lags"] == lags)].sort_values("periods")
    periods, mean, variance = (rows[name].to_numpy(dtype=np.float64) for name in ("periods", "mean", "variance"))
    return periods, mean, variance


@cache
def _most(terms: str) -> int:
    rows = load("ips_moments")
    return int(rows.loc[rows["terms"] == terms, "lags"].max())
