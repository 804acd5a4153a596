"""Coefficients of several regressions as one fit: laws, truths, and what is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from econ import (
    IV,
    OLS,
    PPML,
    Between,
    Classical,
    Clustered,
    Frequency,
    White,
    jointly,
    wald_test,
)
from econ.errors import DataError, EconError, NotDefinedError, OptionError


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(11)
    table = pd.DataFrame(rng.normal(size=(120, 4)), columns=["x", "m", "z", "e"])
    table["g"], table["t"] = np.repeat(range(20), 6), np.tile(range(6), 20)
    shock = rng.normal(size=20)[table["g"]]
    table["a"] = 0.5 * table["x"] + table["m"] + shock + table["e"]
    table["b"] = table["x"] - shock + rng.normal(size=120) * (1 + table["x"] ** 2)
    table["count"] = rng.poisson(np.exp(0.3 * table["x"])).astype(float)
    table["w"], table["f"] = rng.uniform(0.5, 2, size=120), rng.integers(1, 4, size=120)
    return table


def both(one, two, term="x"):
    return jointly({"one": (one, term), "two": (two, term)})


@pytest.mark.parametrize("right", ["x", "x + m", "x + m | g", "x | g + t"])
@pytest.mark.parametrize(
    "covariance", [White("HC0"), White("HC1"), Clustered("g"), Clustered("g", "t"), Clustered("t")]
)
def test_on_the_same_rows_errors_are_those_of_each_regression(data, right, covariance):
    fits = [OLS(f"{left} ~ {right}", weights="w").fit(data) for left in ("a", "b")]
    found = both(*fits).inference(covariance).table
    for place, fit in enumerate(fits):
        own = fit.inference(covariance).row("x")
        columns = ["estimate", "se", "df", "p_value", "low", "high"]
        assert_allclose(found[columns].iloc[place].astype(float), own[columns].astype(float), rtol=1e-10)


@pytest.mark.parametrize("covariance", [White("HC0"), Clustered("g", correction="CR0")])
def test_every_error_without_factor_is_that_of_its_own_rows(data, covariance):
    holes = data.assign(a=data["a"].mask(data["m"] > 1), m=data["m"].mask(data["e"] > 1.2))
    fits = {
        "short": OLS("a ~ x").fit(holes),
        "long": OLS("b ~ x + m | t").fit(holes),
        "count": PPML("count ~ x").fit(holes),
        "instrument": IV("b ~ m | x ~ z").fit(holes),
        "other half": OLS("b ~ x", weights="w").fit(holes.assign(b=holes["b"].where(holes["t"] > 2))),
    }
    found = jointly({name: (fit, "x") for name, fit in fits.items()})
    assert found.names == tuple(fits)
    assert found.nobs == len(data)
    for name, fit in fits.items():
        own = fit.inference(covariance).row("x")
        row = found.inference(covariance).row(name)
        assert_allclose(row[["estimate", "se"]].astype(float), own[["estimate", "se"]].astype(float), rtol=1e-10)


def test_small_sample_factors_count_the_parameters_of_the_largest_regression(data):
    short, long = OLS("a ~ x").fit(data), OLS("b ~ x + m + z | t").fit(data)
    assert (short.rank, long.rank) == (2, 9)
    for fits in ((short, long), (long, short)):
        found = both(*fits).inference(White("HC1"))
        plain = both(*fits).inference(White("HC0"))
        assert_allclose(found.se, plain.se * np.sqrt(120 / 111), rtol=1e-12)
        assert found.df.tolist() == [111, 111]


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_a_difference_is_that_of_one_stacked_regression(seed, effects, weights):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.normal(size=(60, 4)), columns=["x", "m", "a", "b"])
    table["g"], table["w"] = np.repeat(range(10), 6), rng.uniform(0.5, 2, size=60)
    table["a"] = table["a"].mask(rng.random(60) < 0.15)
    right, weighted = "x + m" + " | g" * effects, "w" if weights else None
    found = both(*(OLS(f"{left} ~ {right}", weights=weighted).fit(table) for left in ("a", "b")))
    gap = found.combine([[1.0, -1.0]], ["gap"]).inference(Clustered("g", correction="CR0")).row("gap")
    halves = [table.assign(y=table[left], half=half) for half, left in ((1.0, "a"), (0.0, "b"))]
    stack = pd.concat(halves, ignore_index=True)
    text = "y ~ x + m + x:half + m:half" + (" | g^half" if effects else " + half")
    one = OLS(text, weights=weighted).fit(stack).inference(Clustered("g", correction="CR0")).row("x:half")
    assert_allclose(gap[["estimate", "se"]].astype(float), one[["estimate", "se"]].astype(float), rtol=1e-8)


def test_the_order_of_rows_and_of_regressions_is_irrelevant(data):
    shuffled = data.sample(frac=1, random_state=3)
    specs = {"a": OLS("a ~ x + m"), "b": OLS("b ~ x | g")}
    first = jointly({name: (spec.fit(data), "x") for name, spec in specs.items()}).inference(Clustered("g"))
    second = jointly({name: (specs[name].fit(shuffled), "x") for name in ("b", "a")}).inference(Clustered("g"))
    assert_allclose(second.covariance[::-1, ::-1], first.covariance, rtol=1e-10)
    assert_allclose(second.params[::-1], first.params, rtol=1e-10)


@pytest.mark.parametrize("factor", [1e-6, 3.0, 1e6])
def test_units_of_an_outcome_scale_its_row_and_column(data, factor):
    one, two = OLS("a ~ x").fit(data), OLS("b ~ x").fit(data)
    scaled = OLS("b ~ x").fit(data.assign(b=factor * data["b"]))
    J = np.diag([1.0, factor])
    V = both(one, two).inference(Clustered("g")).covariance
    assert_allclose(both(one, scaled).inference(Clustered("g")).covariance, J @ V @ J, rtol=1e-9)


def test_a_regression_beside_itself_differs_by_nothing(data):
    fit = OLS("a ~ x + m").fit(data)
    V = both(fit, fit).inference(Clustered("g")).covariance
    assert_allclose(V, np.full((2, 2), V[0, 0]), rtol=1e-12)


def test_regressions_on_other_rows_are_independent_unless_clusters_join_them(data):
    early, late = (
        OLS("a ~ x").fit(data.assign(a=data["a"].where(chosen))) for chosen in (data["t"] < 3, data["t"] > 2)
    )
    fit = both(early, late)
    assert fit.nobs == early.nobs + late.nobs
    assert not fit.influence.prod(axis=1).any()
    assert fit.inference(White()).covariance[0, 1] == 0
    assert fit.inference(Clustered("g")).covariance[0, 1] != 0


def test_a_wald_test_of_equality_is_the_square_of_the_difference(data):
    fit = both(OLS("a ~ x").fit(data), OLS("b ~ x").fit(data)).combine([[1.0, -1.0]], ["gap"])
    row = fit.inference(Clustered("g")).row("gap")
    assert_allclose(wald_test(fit, Clustered("g"), terms=("gap",)).statistic, row["statistic"] ** 2, rtol=1e-10)


def test_combinations_and_joint_fits_can_be_put_together_again(data):
    one, two = OLS("a ~ x + m").fit(data), OLS("b ~ x + m").fit(data)
    sums = [fit.combine([[0, 1, 1]], ["x + m"]) for fit in (one, two)]
    found = jointly({"a": (sums[0], "x + m"), "b": (sums[1], "x + m")}).inference(Clustered("g"))
    assert_allclose(found.se, [fit.inference(Clustered("g")).se[0] for fit in sums], rtol=1e-10)
    again = jointly({"again": (both(one, two), "two")}).inference(Clustered("g"))
    assert_allclose(again.se, two.inference(Clustered("g")).row("x")["se"], rtol=1e-10)


@pytest.mark.parametrize(
    "change",
    [
        pl.from_pandas,
        lambda data: data.set_axis([7] * len(data)),
        lambda data: data.set_axis([f"row {i % 9}" for i in range(len(data))]),
        lambda data: data.set_index(["g", "t"], drop=False).rename_axis([None, None]),
        lambda data: data.astype({"g": "category"}),
    ],
    ids=["polars", "one label", "labels that repeat", "levels", "categories"],
)
def test_kinds_of_tables_make_no_difference(data, change):
    def numbers(table):
        fits = [OLS(f"{left} ~ x | t").fit(table) for left in ("a", "b")]
        return both(*fits).inference(Clustered("g")).covariance

    assert_allclose(numbers(change(data)), numbers(data), rtol=1e-12)


def test_names_with_spaces(data):
    fit = OLS("a ~ `the x` | g").fit(data.rename(columns={"x": "the x"}))
    assert_allclose(jointly({"my name": (fit, "the x")}).params, OLS("a ~ x | g").fit(data).params, rtol=1e-12)


def test_a_difference_is_covered_as_often_as_it_should_be_and_not_if_regressions_were_independent():
    inside, alone = 0, 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        shock, x = rng.normal(size=80), rng.normal(size=80)
        noise = 3 * x * shock  # errors of both regressions move together, and with x
        table = pd.DataFrame({"x": x, "a": x + noise + rng.normal(size=80), "b": x + noise + rng.normal(size=80)})
        fit = both(OLS("a ~ x").fit(table), OLS("b ~ x").fit(table))
        row = fit.combine([[1.0, -1.0]], ["gap"]).inference(White("HC1")).row("gap")
        inside += row["low"] < 0 < row["high"]
        V = fit.inference(White("HC1")).covariance
        alone += abs(row["estimate"]) < 1.96 * np.sqrt(V[0, 0] + V[1, 1])
    assert 0.90 <= inside / 200 <= 0.985  # 0.95 give or take three standard errors of 200 draws
    assert alone == 200


def test_its_formula_names_the_regressions(data):
    fit = both(OLS("a ~ x").fit(data), PPML("count ~ x").fit(data))
    assert fit.spec.formula == "one: x in a ~ x; two: x in count ~ x"
    assert "one" in repr(fit)


def test_what_is_refused(data):
    fit = OLS("a ~ x").fit(data)
    for wrong in ({}, [(fit, "x")], None):
        with pytest.raises(OptionError, match="mapping from names to"):
            jointly(wrong)
    for wrong in (fit, (fit,), ("x", fit), [fit, "x"]):
        with pytest.raises(OptionError, match="pair \\(fit, term\\)"):
            jointly({"a": wrong})
    with pytest.raises(NotDefinedError, match="no term 'q'; the fit has 'Intercept', 'x'"):
        jointly({"a": (fit, "q")})
    with pytest.raises(DataError, match="not of one table"):
        both(fit, OLS("b ~ x").fit(data.iloc[:50]))
    with pytest.raises(DataError, match="not of one table"):
        jointly({"a": (Between("a ~ x", unit="g").fit(data), "x")})
    with pytest.raises(DataError, match="repeat the rows of the table"):
        both(fit, OLS("b ~ x", weights=Frequency("f")).fit(data))


def test_what_needs_a_regression_is_refused(data):
    fit = both(OLS("a ~ x").fit(data), OLS("b ~ x").fit(data))
    with pytest.raises(OptionError, match="fit those again"):
        fit.spec.fit(data)
    assert not fit.repeatable
    for covariance in (Classical(), White("HC3"), Clustered("g", correction="CR2"), Clustered("g", correction="CR3")):
        with pytest.raises(EconError, match="Jointly"):
            fit.inference(covariance)
