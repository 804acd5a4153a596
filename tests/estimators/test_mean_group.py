import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import OLS, Between, Classical, Clustered, MeanGroup, White, jackknife
from econ.errors import CollinearError, DataError, FormulaError, IdentificationError, NotDefinedError, OptionError


def shocks(seed=0, units=60, periods=30):
    """Slopes that differ around 1, and a shock that moves x and y of each unit in its own way."""
    rng = np.random.default_rng(seed)
    f, t = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    shock, load = rng.normal(size=periods), rng.normal(1, 0.3, size=(2, units))
    x = load[0][f] * shock[t] + rng.normal(size=f.size)
    y = rng.normal(size=units)[f] + rng.normal(1, 0.3, units)[f] * x + 2 * load[1][f] * shock[t]
    return pd.DataFrame({"f": f, "t": t, "x": x, "y": y + rng.normal(size=f.size), "shock": shock[t]})


def one_by_one(data, formula, weights=None):
    return np.array([OLS(formula, weights=weights).fit(part).params for _, part in data.groupby("f")])


@pytest.mark.parametrize("weights", [None, "w"])
def test_it_is_the_average_of_regressions_by_unit(weights):
    data = panel().sample(frac=0.8, random_state=0)
    fit = MeanGroup("y ~ x1 + x2", unit="f", weights=weights).fit(data)
    B = one_by_one(data, "y ~ x1 + x2", weights)
    assert_allclose(fit.params, B.mean(axis=0), rtol=1e-9)
    expected = np.cov(B.T) / len(B)
    assert_allclose(fit.inference(Classical()).covariance, expected, rtol=1e-9)
    assert_allclose(fit.inference(White("HC1")).covariance, expected, rtol=1e-9)
    assert_allclose(fit.inference(Clustered("f")).covariance, expected, rtol=1e-9)
    assert (fit.nobs, fit.statistics["rows"]) == (20, len(data))


def test_common_effects_are_averages_by_period():
    data = shocks().sample(frac=0.9, random_state=0)
    averages = data.groupby("t")[["x", "y"]].transform("mean").add_suffix("_average")
    fit = MeanGroup("y ~ x + shock", unit="f", time="t", common_effects=True).fit(data)
    B = one_by_one(data.join(averages), "y ~ x + shock + x_average + y_average")
    assert_allclose(fit.params, B[:, :3].mean(axis=0), rtol=1e-9)
    assert fit.names == ("Intercept", "x", "shock")


def test_common_effects_find_the_slope_that_shocks_hide():
    spec = MeanGroup("y ~ x", unit="f", time="t")
    covered = [
        abs(fit.params[1] - 1) < 2.5 * fit.inference(Classical()).se[1]
        for fit in (MeanGroup("y ~ x", unit="f", time="t", common_effects=True).fit(shocks(seed)) for seed in range(20))
    ]
    assert np.mean(covered) >= 0.9
    assert spec.fit(shocks()).params[1] > 1.5


def test_the_influence_predicts_what_leaving_a_unit_out_does_where_there_are_shocks():
    data = shocks(units=80)
    spec = MeanGroup("y ~ x - 1", unit="f", time="t", common_effects=True)
    fit = spec.fit(data)
    for unit in range(0, 80, 9):
        moved = fit.params - spec.fit(data[data["f"] != unit]).params
        assert_allclose(moved, fit.influence[unit], rtol=0.25, atol=0.3 * fit.inference(Clustered("f")).se.max() / 9)


def test_units_that_cannot_be_estimated_are_dropped_with_a_reason():
    data = panel().query("f != 2 or t < 3").assign(x1=lambda d: d["x1"].mask(d["f"] == 5, 1.0))
    fit = MeanGroup("y ~ x1 + x2", unit="f").fit(data)
    assert fit.sample.dropped == {"too few rows in its unit": 3, "collinear in its unit": 9}
    kept = data[~data["f"].isin([2, 5])]
    assert_allclose(fit.params, MeanGroup("y ~ x1 + x2", unit="f").fit(kept).params)
    assert set(fit.sample.column("f")) == set(kept["f"])
    common = MeanGroup("y ~ x2", unit="f", time="t", common_effects=True)
    assert_allclose(common.fit(data).params, common.fit(data[data["f"] != 2]).params)


def test_a_unit_is_a_row():
    fit = MeanGroup("y ~ x1", unit="f").fit(panel())
    assert fit.inference(Clustered("g")).clusters == {"g": 5}
    with pytest.raises(NotDefinedError, match="whole f, and no column 't'"):
        fit.inference(Clustered("t"))
    assert_allclose(fit.residuals + fit.fitted, panel().groupby("f")["y"].mean())


@pytest.mark.parametrize(
    ("spec", "data", "error", "named"),
    [
        (MeanGroup("y ~ x1 | t", unit="f"), panel(), FormulaError, "absorbs no effects"),
        (MeanGroup("y ~ x1 + g", unit="f"), panel(), CollinearError, "in every f, g is a combination"),
        (MeanGroup("y ~ x1", unit="row"), panel(), IdentificationError, "no row has more rows"),
        (MeanGroup("y ~ x1", unit="one"), panel().assign(one=1), IdentificationError, "1 one that can be estimated"),
        (
            MeanGroup("y ~ x1", unit="f", time="t", common_effects=True),
            pd.concat([panel(), panel().head(1)]),
            DataError,
            "f 0 has t 0 more than once",
        ),
    ],
)
def test_an_error_says_what_is_wrong(spec, data, error, named):
    with pytest.raises(error, match=named):
        spec.fit(data)


def test_common_effects_need_periods():
    with pytest.raises(OptionError, match="common_effects=True"):
        MeanGroup("y ~ x1", unit="f", common_effects=True)


@pytest.mark.parametrize("spec", [MeanGroup("y ~ x1", unit="f"), Between("y ~ x1", unit="f")], ids=repr)
def test_the_jackknife_leaves_whole_units_out(spec):
    data = panel()
    found = jackknife(spec.fit(data), "g")
    expected = [spec.fit(data[data["g"] != g]).params for g in range(5)]
    assert_allclose(found.replicates, expected)
