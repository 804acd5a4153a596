"""Shared by the cases of panels: unit means, and entries of least squares on transformed
data."""

import numpy as np
from helpers import entry
from helpers_likelihoods import robust_entries


def unit_means(frame, unit):
    """Each row's mean of its unit."""
    return frame.groupby(np.asarray(unit)).transform("mean")


def transformed_entries(X, y, data, ways, program, df=None):
    """Classical, White and clustered entries of least squares of y on the table X, both
    transformed already: K is the columns, nothing is absorbed."""
    n, K = X.shape
    b = np.linalg.lstsq(X.to_numpy(), np.asarray(y))[0]
    e = np.asarray(y) - X.to_numpy() @ b
    bread = np.linalg.inv(X.T.to_numpy() @ X.to_numpy())
    est = dict(zip(X.columns, b))
    se = dict(zip(X.columns, np.sqrt(np.diag(bread) * (e @ e) / (n - K))))
    note = f"{program}: RSS/(n-K) of the transformed regression, K = {K}"
    out = [
        entry("Classical", [], est, se, df=df, note=note),
        *robust_entries(est, X.to_numpy() * e[:, None] @ bread, data, ways, K, f"sandwich of {program}"),
    ]
    for white in out[1:3]:
        white["df"] = None if df is None else int(df)
    return out
