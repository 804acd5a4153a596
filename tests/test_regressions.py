"""One test a bug that was found once, named by what went wrong."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose, assert_array_equal

from econ import IV, OLS, PPML, Clustered, NeweyWest, White, jackknife, randomization_test, wild_bootstrap
from econ.errors import CollinearError, DataError, IdentificationError, NotDefinedError


def score_in_errors(fit):
    """Largest sum of scores in units of its own standard error: zero at the maximum of a likelihood."""
    return (np.abs(fit.scores.matrix.sum(axis=0)) / np.sqrt((fit.scores.matrix**2).sum(axis=0))).max()


@pytest.mark.parametrize("seed", range(25))
def test_ppml_reaches_the_maximum_with_heavy_tails(seed):
    rng = np.random.default_rng(seed)
    n = 200
    data = pd.DataFrame({"x": np.exp(2 * rng.normal(size=n)), "f": rng.integers(0, 6, n)})
    data["y"] = np.exp(3 * rng.normal(size=n)) * (rng.random(n) < 0.7)
    for formula in ("y ~ x", "y ~ x | f"):
        assert score_in_errors(PPML(formula).fit(data)) < 1e-6


def test_ppml_agrees_with_glm_where_it_once_stalled():
    rng = np.random.default_rng(6)
    x = np.exp(2 * rng.normal(size=200))
    y = np.exp(3 * rng.normal(size=200)) * (rng.random(200) < 0.7)
    fit = PPML("y ~ x").fit(pd.DataFrame({"x": x, "y": y}))
    assert fit.params[1] == pytest.approx(-0.23403, abs=1e-5)  # R's glm, epsilon 1e-14


@pytest.mark.parametrize("extreme", [1e4, 1e10])
def test_a_mean_that_underflows_at_a_zero_leaves_the_deviance_a_number(extreme):
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"y": rng.poisson(1.5, 300).astype(float), "x": rng.normal(size=300)})
    data.loc[np.flatnonzero(data["y"] == 0)[0], "x"] = extreme
    fit = PPML("y ~ x").fit(data)
    assert np.isfinite(fit.statistics["deviance"])
    assert score_in_errors(fit) < 1e-6


@pytest.mark.parametrize("formula", ["y ~ gdp:pop", "y ~ I(gdp * pop)"])
def test_products_of_large_integers_do_not_overflow(formula):
    rng = np.random.default_rng(1)
    data = pd.DataFrame(
        {"gdp": (1e13 * rng.random(200)).astype("int64"), "pop": (1e9 * rng.random(200)).astype("int64")}
    )
    data["y"] = data["gdp"].astype(float) * data["pop"] / 1e21
    assert OLS(formula).fit(data).statistics["r2"] == pytest.approx(1)


def test_small_integers_do_not_lose_digits_in_a_transformation():
    data = panel().assign(k=lambda frame: (frame["row"] % 50 + 1).astype("int8"))
    wide = data.assign(k=data["k"].astype(float))
    assert_array_equal(OLS("y ~ log(k) + I(k**2)").fit(data).params, OLS("y ~ log(k) + I(k**2)").fit(wide).params)


@pytest.mark.parametrize(
    "formula", ["y ~ x1 + z", "y ~ x1 + z + I(x2**2)", "y ~ x1 + I(z * 2)", "y ~ x1:z", "z ~ x1 + I(x2**2)"]
)
def test_numbers_in_object_columns_are_numbers_in_every_term(formula):
    data = panel().assign(z=lambda frame: frame["row"] % 7)
    assert_array_equal(OLS(formula).fit(data.assign(z=data["z"].astype(object))).params, OLS(formula).fit(data).params)


@pytest.mark.parametrize("estimator", [OLS, PPML])
@pytest.mark.parametrize("weights", [None, "w"])
def test_leverage_of_an_effect_nested_in_another(estimator, weights, capfd):
    data = panel().assign(state=lambda frame: frame["f"] // 5)
    nested, alone = (estimator(f"y ~ x1 + x2 | {fe}", weights=weights).fit(data) for fe in ("f + state", "f"))
    assert_allclose(nested.leverage, alone.leverage, rtol=1e-8)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e8])
def test_the_repair_of_a_two_way_covariance_does_not_depend_on_units(scale):
    rng = np.random.default_rng(1)
    data = pd.DataFrame(
        {"x1": rng.normal(size=12), "x2": rng.normal(size=12), "a": np.arange(12) % 3, "b": np.arange(12) // 4}
    )
    data["y"] = rng.normal(size=12)
    one, other = (
        OLS("y ~ x1 + x2").fit(frame).inference(Clustered("a", "b"))
        for frame in (data, data.assign(x2=scale * data["x2"]))
    )
    assert one.remarks
    assert_allclose(one.table["p_value"], other.table["p_value"], rtol=1e-6)


def test_a_staircase_of_singletons_is_walked_down():
    units = np.repeat(np.arange(1500), 2)
    data = pd.DataFrame(
        {"i": units, "t": units + np.tile([0, 1], 1500), "x": np.random.default_rng(0).normal(size=3000)}
    )
    more = pd.DataFrame({"i": [9000, 9000, 9001, 9001], "t": [9000, 9001] * 2, "x": [1.0, 2, 3, 5]})
    both = pd.concat([data, more], ignore_index=True).assign(y=lambda frame: frame["x"] ** 2)
    with pytest.raises(Exception, match="4 rows for 4 parameters"):
        OLS("y ~ x | i + t").fit(both)


def test_a_category_without_rows_is_no_category():
    data = panel().assign(g=lambda frame: pd.Categorical(frame["g"].astype(str), categories=list("x01234")))
    assert len(OLS("y ~ C(g)").fit(data).names) == 5


def test_an_effect_left_with_one_level_by_separation_is_the_constant():
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"a": np.repeat([0, 1], 30), "x": rng.normal(size=60)})
    data["y"] = rng.poisson(2, 60) * (data["a"] == 0)
    fit = PPML("y ~ x | a").fit(data)
    assert fit.sample.dropped == {"separated": 30}
    assert_allclose(fit.params, PPML("y ~ x").fit(data[data["a"] == 0]).params[1:], rtol=1e-9)


def test_a_clustered_covariance_varies_by_copy():
    assert replace(Clustered("a", "b"), correction="CR0") == Clustered("a", "b", correction="CR0")
    assert replace(Clustered("a"), columns=("b",)) == Clustered("b")


def test_errors_survive_pickling():
    error = pickle.loads(pickle.dumps(CollinearError("x is a combination of z", ("x",))))
    assert (str(error), error.terms) == ("x is a combination of z", ("x",))


def test_refits_with_the_iterative_solver_are_bit_equal():
    rng = np.random.default_rng(8)
    n = 30_000
    data = pd.DataFrame({"i": rng.integers(0, 3000, n), "j": rng.integers(0, 3000, n)})
    for name in "abcdef":
        data[name] = rng.normal(size=n)
    data["y"] = data[list("abcdef")].sum(axis=1) + rng.normal(size=n)
    fits = [OLS("y ~ a + b + c + d + e + f | i + j").fit(data) for _ in range(4)]
    for fit in fits[1:]:
        assert_array_equal(fit.params, fits[0].params)


def test_results_cannot_be_changed_in_place():
    fit = OLS("y ~ x1").fit(panel())
    with pytest.raises(ValueError, match="read-only"):
        fit.params[0] = 1
    estimates = fit.inference(White())
    before = estimates.row("x1")["estimate"]
    table = estimates.table
    table["estimate"] = 0.0
    assert estimates.row("x1")["estimate"] == before


@pytest.mark.parametrize("center", [1e8, 1e9])
def test_a_large_mean_does_not_spoil_errors_or_look_absorbed(center):
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"x": rng.normal(size=300).round(6), "f": np.arange(300) % 10})
    data["y"] = data["x"] + rng.normal(size=300)
    shifted = data.assign(x=data["x"] + center)
    for formula in ("y ~ x", "y ~ x | f"):
        one, other = (OLS(formula).fit(frame).inference(White("HC3")) for frame in (data, shifted))
        assert_allclose(one.row("x")["se"], other.row("x")["se"], rtol=1e-5)


def test_the_fit_of_a_constant_is_not_a_number():
    assert np.isnan(OLS("y ~ x1").fit(panel().assign(y=1 / 3)).statistics["r2"])


def test_dropped_rows_of_one_reason_are_added_up():
    data = pd.DataFrame(
        {"i": [0, 0, 0, 1, 1, 2], "t": [0, 1, 2, 0, 9, 9], "x": [1.0, 2, 4, 3, 5, 6], "y": [1.0, 3, 2, 5, 4, 6]}
    )
    from econ.design import build

    more = pd.concat(
        [data, pd.DataFrame({"i": [0, 3, 3, 3], "t": [1, 0, 1, 2], "x": [7.0, 1, 8, 2], "y": [1.0, 1, 2, 3]})]
    )
    design = build("y ~ x | i + t", more.reset_index(drop=True))
    assert design.sample.dropped["singleton"] == sum(drop.rows.size for drop in design.sample.drops)
    assert len([drop for drop in design.sample.drops if drop.reason == "singleton"]) > 1


def test_slopes_of_a_variable_with_a_large_mean_are_not_lost():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"u": rng.integers(0, 10, 150), "t": rng.integers(0, 8, 150), "s": rng.normal(size=150)})
    data["x"] = rng.normal(size=150) + data["s"]
    data["y"] = data["x"] + data["s"] * data["t"] + rng.normal(size=150)
    one, other = (OLS("y ~ x | u + t[s]").fit(frame) for frame in (data, data.assign(s=data["s"] + 1e6)))
    assert_allclose(one.params, other.params, rtol=1e-7)
    with pytest.raises(IdentificationError, match="subtract the mean"):
        OLS("y ~ x | u + t[[s]]").fit(data.assign(s=data["s"] + 1e6))


def test_slopes_that_do_not_vary_are_not_counted():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"u": np.repeat(range(6), 10), "x": rng.normal(size=60), "y": rng.normal(size=60)})
    with pytest.raises(IdentificationError, match="does not vary"):
        OLS("y ~ x | u[one]").fit(data.assign(one=1.0))
    half = data.assign(s=np.where(data["u"] < 3, rng.normal(size=60), 1.0))
    assert OLS("y ~ x | u[s]").fit(half).rank == 1 + 6 + 3


def test_a_treatment_of_a_small_scale_is_permuted():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"d": np.tile([0.0, 1.0], 20), "y": rng.normal(size=40)})
    p = [
        randomization_test(OLS("y ~ d").fit(data.assign(d=scale * data["d"] + mean)), "d", reps=99).p_value
        for scale, mean in ((1, 0), (1e-6, 0), (1, 1e4))
    ]
    assert p[0] == p[1] == p[2]


def test_large_means_of_regressors_lose_no_ties_of_the_bootstrap():
    rng = np.random.default_rng(0)
    x, z, e = rng.normal(size=(3, 60))
    data = pd.DataFrame({"g": np.repeat(range(6), 10), "x": x, "z": z, "y": 0.3 * x + e})
    moved = data.assign(x=x + 1e6, z=z + 1e6)
    one, other = (wild_bootstrap(OLS("y ~ x + z").fit(frame), "x", Clustered("g")) for frame in (data, moved))
    assert one.p_value == other.p_value
    assert_allclose(one.confidence_set, other.confidence_set, rtol=1e-6)


def test_a_standard_error_of_rounding_is_said():
    data = pd.DataFrame({"g": np.repeat(range(10), 8), "t": np.tile(range(8), 10)})
    data["x"] = ((data["g"] == 0) & (data["t"] > 3)) * 1.0
    data["y"] = np.random.default_rng(1).normal(size=80) + data["g"]
    fit = OLS("y ~ x | g").fit(data)
    assert any("rounding" in remark for remark in fit.inference(Clustered("g")).remarks)
    with pytest.raises(NotDefinedError, match="rounding"):
        wild_bootstrap(fit, "x", Clustered("g"))


def test_what_is_derived_from_a_fit_is_not_estimated_again():
    data = panel()
    effect = OLS("y ~ x1 + x2").fit(data).combine(np.array([[0, 100.0, 0]]), ["x1"])
    for test in (lambda: jackknife(effect, "g"), lambda: randomization_test(effect, "x1")):
        with pytest.raises(NotDefinedError):
            test()
    assert wild_bootstrap(effect, "x1", Clustered("g"), level=None).p_value == pytest.approx(
        wild_bootstrap(OLS("y ~ x1 + x2").fit(data), "x1", Clustered("g"), level=None).p_value
    )
    for fit in (IV("y ~ x2 | x1 ~ z").fit(data), PPML("y ~ x1").fit(data)):
        with pytest.raises(NotDefinedError, match="combinations"):
            wild_bootstrap(fit.combine(np.eye(len(fit.names)), fit.names), "x1", Clustered("g"))


def test_texts_that_do_not_sort_as_time_are_refused():
    data = panel().assign(
        month=lambda frame: frame["t"].map(
            dict(enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"]))
        )
    )
    with pytest.raises(DataError, match="ordered categorical"):
        OLS("y ~ x1").fit(data).inference(NeweyWest("month", unit="f"))
    ordered = data.assign(month=pd.Categorical(data["month"], data["month"].unique(), ordered=True))
    one, other = (OLS("y ~ x1").fit(ordered).inference(NeweyWest(time, unit="f", lags=2)).se for time in ("month", "t"))
    assert_allclose(one, other)


def test_cr3_over_nested_effects_that_contain_the_crossing_ones():
    estimates = PPML("y ~ x1 + x2 | f + t + g^t").fit(panel()).inference(Clustered("g", correction="CR3"))
    assert np.isfinite(estimates.se).all()


def test_a_likelihood_with_nothing_but_effects_can_be_restricted():
    fit = PPML("y ~ x1 | f").fit(panel())
    assert 0 < wild_bootstrap(fit, "x1", Clustered("f"), reps=99, level=None).p_value <= 1
