"""Rolling and expanding windows: each is a least squares regression of its own rows."""

import math

import numpy as np
import slow


def fit(table, outcome, regressors, effects, covariances):
    """Rows alone in an effect are left out; each window has its own factors and degrees of freedom."""
    table = slow.without_singletons(table, effects)
    X = np.column_stack([table[regressors].to_numpy(float), slow.dummies(table, effects)])
    y = table[outcome].to_numpy(float)
    b, _, rank, _ = np.linalg.lstsq(X, y, rcond=1e-12)
    assert rank == X.shape[1]
    scores = (X * (y - X @ b)[:, None]) @ np.linalg.inv(X.T @ X)
    names = regressors + ([] if effects else ["Intercept"])
    out = {"nobs": len(table), "estimate": dict(zip(names, b, strict=False))}
    for name, by in covariances.items():
        K = slow.count_K(len(regressors), table, effects, by)
        c, df = slow.factor_and_df(len(table), K, table, by)
        se = [math.sqrt(c * slow.sum_of_squares(s, table, by)) for s in scores.T[: len(names)]]
        each = [slow.inference(e, s, df) for e, s in zip(b, se, strict=False)]
        out[name] = {
            "se": dict(zip(names, se, strict=True)),
            "p": dict(zip(names, [e["p"] for e in each], strict=True)),
            "df": df,
        }
    return out


def rolling(periods, width):
    """Windows of `width` of these periods."""
    return [periods[i : i + width] for i in range(len(periods) - width + 1)]


def expanding(periods, first):
    return [periods[:i] for i in range(first, len(periods) + 1)]


def estimate(data, time, windows, **model):
    return [{"start": w[0], "end": w[-1], **fit(data[data[time].isin(w)], **model)} for w in windows]
