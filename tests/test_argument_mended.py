"""Bugs that a reviewer found in the tools behind the hypotheses, one test each."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose

from econ import IV, OLS, Clustered, FirstDifference, Frequency, ImpulseResponse, ShiftShare, White, jointly
from econ.errors import DataError, EconError
from econ.stability import errors_in_variables, outcome_bounds, simex


def frame(n=90):
    rng = np.random.default_rng(1)
    d = pd.DataFrame({"w": rng.normal(size=n), "u": np.repeat(range(15), n // 15), "f": rng.integers(1, 4, size=n)})
    d["t"] = np.tile(range(n // 15), 15)
    d["x"] = d["w"] + rng.normal(size=n)
    d["y"] = d["x"] + rng.normal(size=n)
    return d


def shift(total=1.0):
    rng = np.random.default_rng(2)
    s = pd.DataFrame(
        rng.dirichlet(np.ones(12), size=90) * np.atleast_1d(total)[:, None], columns=[f"k{i}" for i in range(12)]
    )
    return ShiftShare(s, pd.Series(rng.normal(size=12), index=s.columns))


def est(fit, term="x"):
    return fit.params[fit.position(term)]


def test_simex_frequency_weights_count_twice():
    d = frame()
    found = simex(OLS("y ~ x", weights=Frequency("f")).fit(d), "x", White(), sd=1e-9, reps=2)
    assert_allclose(found.curve["estimate"], found.naive, rtol=1e-6)


def test_simex_first_differences_lose_the_first_period():
    found = simex(FirstDifference("y ~ x", unit="u", time="t").fit(frame()), "x", White(), sd=1e-9, reps=2)
    assert_allclose(found.curve["estimate"], found.naive, rtol=1e-6)


def test_simex_needs_three_points():
    with pytest.raises(EconError):
        simex(OLS("y ~ x").fit(frame()), "x", White(), sd=0.3, reps=2, lambdas=(1.0,)).extrapolated()


@pytest.mark.parametrize("name", ["weight", "shock"])
def test_shift_share_columns_called_as_what_is_added_are_refused(name):
    with pytest.raises(DataError, match=f"column '{name}' has the name of what is added by shock; rename it"):
        shift().regression(frame().rename(columns={"y": name}), outcome=name, treatment="x")


def test_shift_share_incomplete_shares_without_their_sum():
    d, s = frame(), shift(np.random.default_rng(3).uniform(0.3, 1, size=90))
    with pytest.raises(DataError, match="do not have mean zero: the shares do not sum to one"):
        s.regression(d, outcome="y", treatment="x")
    whole = d.assign(z=s.instrument, total=s.total)
    by_unit = est(IV("y ~ total | x ~ z").fit(whole))
    assert_allclose(est(s.regression(whole, outcome="y", treatment="x", controls="total")), by_unit)


def test_shift_share_collinear_treatment():
    with pytest.raises(EconError):
        shift().regression(frame().assign(x=lambda d: 2 * d["w"] + 1), outcome="y", treatment="x", controls="w")


def test_shift_share_effects_alone():
    d, s = frame(), shift()
    s.regression(d, outcome="y", treatment="x", controls="1 | u + t")


def test_shift_share_shock_controls_twice():
    d, s = frame(), shift()
    q = pd.DataFrame({"size": np.arange(12.0)}, index=s.shares.columns)
    with pytest.raises(EconError):
        s.regression(d, outcome="y", treatment="x", shock_controls=pd.concat([q, q.iloc[:3]]))
    with pytest.raises(EconError):
        s.regression(d, outcome="y", treatment="x", shock_controls=q.rename(columns={"size": "y"}))


def test_shift_share_frequency():
    d, s = frame(), shift()
    with pytest.raises(EconError):
        s.regression(d, outcome="y", treatment="x", weights=Frequency("f"))


def test_impulse_response_clustered_errors_of_a_panel():
    rng = np.random.default_rng(3)
    p = pd.DataFrame({"u": np.repeat(range(60), 6), "t": np.tile(range(6), 60)})
    p[["y", "s"]] = rng.normal(size=(360, 2))
    spec = {"outcome": "y", "impulse": "s", "time": "t", "unit": "u", "lags": 0}
    several = ImpulseResponse(**spec, horizons=2).fit(p).inference(Clustered("u")).se
    alone = ImpulseResponse(**spec, horizons=0).fit(p).inference(Clustered("u")).se
    assert_allclose(several[0], alone[0], rtol=0.01)


def test_impulse_response_text_outcome():
    with pytest.raises(EconError):
        ImpulseResponse(outcome="y", impulse="x", time="t").fit(frame(15).assign(y="a", t=range(15)))


def test_impulse_response_many_horizons():
    rng = np.random.default_rng(0)
    d = pd.DataFrame(rng.normal(size=(400, 2)), columns=["y", "s"]).assign(t=range(400))
    ImpulseResponse(outcome="y", impulse="s", time="t", horizons=101).fit(d)


def test_jointly_of_another_table_with_the_same_index():
    d = frame()
    other = d.sample(frac=1, random_state=1).reset_index(drop=True)
    with pytest.raises(EconError):
        jointly({"a": (OLS("y ~ x").fit(d), "x"), "b": (OLS("y ~ x").fit(other), "x")})


def test_outcome_bounds_polars_and_nullable():
    d = frame().assign(y=lambda d: (d["y"] > 0).astype(float).mask(d.index % 9 == 0))
    expected = outcome_bounds(OLS("y ~ x"), d, "x", low=-0.5).bounds
    assert outcome_bounds(OLS("y ~ x"), d.astype({"y": "Int64"}), "x", low=-0.5).bounds == expected


def test_outcome_bounds_polars():
    d = frame().assign(y=lambda d: (d["y"] > 0).astype(float).mask(d.index % 9 == 0))
    assert outcome_bounds(OLS("y ~ x"), pl.from_pandas(d), "x").bounds == outcome_bounds(OLS("y ~ x"), d, "x").bounds


def test_interval_at_a_low_level():
    d = frame().assign(y=lambda d: (d["y"] > 0).astype(float).mask(d.index % 3 == 0))
    found = outcome_bounds(OLS("y ~ x"), d, "x")
    try:
        found.interval(White(), level=0.3)
    except EconError:
        return


def test_errors_in_variables_of_the_intercept():
    with pytest.raises(EconError):
        errors_in_variables(OLS("y ~ x").fit(frame()), "Intercept")


def test_impulse_response_the_outcome_among_the_controls():
    rng = np.random.default_rng(0)
    d = pd.DataFrame(rng.normal(size=(60, 2)), columns=["y", "s"]).assign(t=range(60))
    with pytest.raises(EconError):
        ImpulseResponse(outcome="y", impulse="s", time="t", controls=("y",), horizons=1).fit(d)
