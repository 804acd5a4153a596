"""Dickey-Fuller regressions augmented by cross-section averages, for many panels at once."""

from __future__ import annotations

import numpy as np

from econ.convergence.unit_root import terms_of
from econ.groups import Matrix

__all__ = ["BOUNDS", "cadf_statistics"]

BOUNDS = {"none": (-6.12, 4.16), "constant": (-6.19, 2.61), "trend": (-6.42, 1.70)}


def cadf_statistics(Y: Matrix, terms: str, lags: int) -> Matrix:
    """(B, N) t statistics of the lagged level in (B, T, N) panels.

    Regressors are the lagged level, its average over units, the average's change and lags of it, lagged changes, and
    the terms. Pesaran (2007), Journal of Applied Econometrics 22(2), eq. 6 and 54.
    """
    mean = Y.mean(axis=2)
    dY, dmean = np.diff(Y, axis=1), np.diff(mean, axis=1)
    n = dY.shape[1] - lags
    Z = np.broadcast_to(terms_of(terms, n), (len(Y), n, terms_of(terms, n).shape[1]))
    averages = [mean[:, lags:-1], *(dmean[:, lags - j : dmean.shape[1] - j] for j in range(lags + 1))]
    common = np.concatenate([Z, np.stack(averages, axis=2)], axis=2)  # (B, n, c): the same for all units
    Q = np.linalg.qr(common)[0]
    own = [Y[:, lags:-1], *(dY[:, lags - j : dY.shape[1] - j] for j in range(1, lags + 1)), dY[:, lags:]]
    within = [one - Q @ (Q.transpose(0, 2, 1) @ one) for one in own]  # each (B, n, N)
    X, y = np.stack(within[:-1], axis=3), within[-1]
    inverse = np.linalg.inv(np.einsum("btni,btnj->bnij", X, X))
    b = np.einsum("bnij,bnj->bni", inverse, np.einsum("btni,btn->bni", X, y))
    e = y - np.einsum("btni,bni->btn", X, b)
    variance = np.einsum("btn,btn->bn", e, e) / (n - common.shape[2] - 1 - lags)
    return np.asarray(b[:, :, 0] / np.sqrt(variance * inverse[:, :, 0, 0]))
