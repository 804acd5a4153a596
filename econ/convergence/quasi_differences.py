"""Series less their terms as estimated under a root near one."""

from __future__ import annotations

import numpy as np

from econ.convergence.unit_root import terms_of
from econ.groups import Matrix

__all__ = ["gls_detrended"]

NEAR = {"constant": 7.0, "trend": 13.5}


def gls_detrended(Y: Matrix, terms: str) -> Matrix:
    """(T, B) series less the terms that least squares of their quasi-differences estimates.

    Elliott, Rothenberg and Stock (1996), Econometrica 64(4), section 3.
    """
    T = len(Y)
    a = 1 - NEAR[terms] / T
    Z = terms_of(terms, T)
    Za, Ya = (np.concatenate([one[:1], one[1:] - a * one[:-1]]) for one in (Z, Y))
    return np.asarray(Y - Z @ np.linalg.lstsq(Za, Ya, rcond=None)[0])
