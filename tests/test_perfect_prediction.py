"""Regressors that predict a binary or censored response perfectly are named, and no others."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from econ import FractionalLogit, Heckman, Logit, Probit, Tobit, TwoPart
from econ.design import build
from econ.errors import IdentificationError
from econ.perfect_prediction import predictors


def table(seed=0, n=200):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.normal(size=(n, 2)), columns=["x", "z"]).assign(f=np.arange(n) // 10)
    data["d"] = (data["x"] + rng.logistic(size=n) > 0).astype(float)
    data["y"] = (data["x"] + rng.normal(size=n)).clip(0)
    data["all"] = ((data["d"] == 1) & (rng.random(n) < 0.2)).astype(float)  # one only where d is one
    data["none"] = ((data["y"] == 0) & (rng.random(n) < 0.2)).astype(float)  # one only where y is zero
    return data


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        (Logit("d ~ x + z + all"), "all perfectly predicts"),
        (Probit("d ~ x + z + all"), "all perfectly predicts"),
        (Logit("d ~ x + z + all | f"), "all perfectly predicts"),
        (Logit("d ~ x + I(2 * d - 1 + 0.1 * z)"), r"I\(2 \* d - 1 \+ 0.1 \* z\) perfectly predicts"),
        (FractionalLogit("d ~ z + all"), "all perfectly predicts"),
        (Tobit("y ~ x + z + none"), "none perfectly predicts"),
        (Tobit("I(-y) ~ x + z + none", lower=None, upper=0.0), "none perfectly predicts"),
        (TwoPart("y ~ x + none"), "none perfectly predicts"),
        (Heckman("y ~ x", selection="d ~ x + z + all"), "all perfectly predicts"),
    ],
    ids=repr,
)
def test_the_regressor_is_named(spec, named):
    with pytest.raises(IdentificationError, match=named):
        spec.fit(table())


def test_a_share_inside_of_the_bounds_undoes_it():
    data = table()
    row = data.index[data["all"] == 1][0]
    data.loc[row, "d"] = 0.9
    assert np.isfinite(FractionalLogit("d ~ z + all").fit(data).params).all()


@given(seed=st.integers(0, 10_000))
def test_logit_is_estimated_exactly_where_nothing_predicts(seed):
    """Each row by itself: is there z = Xγ on the right side everywhere and strictly so there?"""
    rng = np.random.default_rng(seed)
    n = 16
    data = pd.DataFrame({"x": rng.integers(-2, 3, n), "z": rng.integers(0, 2, n), "d": rng.integers(0, 2, n)})
    X = np.column_stack([np.ones(n), data["x"], data["z"]])
    outward = (2 * data["d"].to_numpy() - 1)[:, None] * X
    if np.linalg.matrix_rank(X) < 3 or data["d"].nunique() < 2:
        return
    best = [linprog(-row, A_ub=-outward, b_ub=np.zeros(n), bounds=(-1, 1)).fun for row in outward]
    separated = min(best) < -1e-6
    design = build("d ~ x + z", data)
    assert bool(predictors(design, design.y == 1, design.y == 0)) == separated
    for estimator in (Logit, Probit):
        try:
            fit = estimator("d ~ x + z").fit(data)
        except IdentificationError as error:
            assert separated
            assert "perfectly predicts" in str(error)
        else:
            assert not separated
            assert np.abs(fit.scores.matrix.sum(axis=0)).max() < 1e-7
