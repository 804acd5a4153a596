"""Error in a regressor: bounds by hand, simulation and extrapolation, and what is refused."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from econ import IV, OLS, PPML, Between, Clustered, FirstDifference, Frequency, Logit, White, jointly
from econ.errors import DataError, IdentificationError, MissingColumnError, NotDefinedError, OptionError
from econ.stability import errors_in_variables, simex
from econ.stability.measurement_error import ErrorsInVariables, Simex


def table(seed, n=120):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"m": rng.normal(size=n), "g": np.repeat(range(n // 6), 6), "t": np.tile(range(6), n // 6)})
    data["x"] = 3 + 0.5 * data["m"] + 0.3 * rng.normal(size=n // 6)[data["g"]] + rng.normal(size=n)
    data["y"] = data["x"] - data["m"] + rng.normal(size=n)
    data["w"], data["f"], data["sd"] = rng.uniform(0.4, 2, size=n), rng.integers(1, 4, size=n), 0.5
    return data


@pytest.fixture(scope="module")
def data():
    return table(21)


# ------------------------------------------------------------------ bounds


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10_000),
    right=st.sampled_from(["x", "x + m", "x + m | g", "x + m | g + t"]),
    weights=st.sampled_from([None, "w"]),
)
def test_bounds_are_those_of_the_residuals(seed, right, weights):
    data = table(seed)
    found = errors_in_variables(OLS(f"y ~ {right}", weights=weights).fit(data), "x")
    w = data["w"].to_numpy() if weights else np.ones(120)
    others = right.replace("x + ", "").replace("x", "1")
    rx, ry = (OLS(f"{one} ~ {others}", weights=weights).fit(data).residuals for one in "xy")
    xx, xy, yy = w @ rx**2, w @ (rx * ry), w @ ry**2
    spread = w @ (data["x"] - np.average(data["x"], weights=w)) ** 2
    assert_allclose([found.estimate, found.reverse], [xy / xx, yy / xy], rtol=1e-8)
    assert_allclose(found.r2, 1 - xx / spread, rtol=1e-8, atol=1e-12)
    reliability = 0.5 + found.r2 / 2
    assert_allclose(found.corrected(reliability), xy / (xx - (1 - reliability) * spread), rtol=1e-7)


@pytest.mark.parametrize("right", ["x", "x + m", "x + m | g"])
def test_corrections_run_from_least_squares_to_the_reverse_regression(data, right):
    for left in ("y", "down"):
        table = data.assign(down=-data["y"])
        found = errors_in_variables(OLS(f"{left} ~ {right}").fit(table), "x")
        assert_allclose(found.corrected(1.0), found.estimate, rtol=1e-12)
        partial = found.estimate / found.reverse
        lowest = found.r2 + (1 - found.r2) * partial  # all of the residual variance of the outcome is error of x
        assert_allclose(found.corrected(lowest), found.reverse, rtol=1e-10)
        low, high = found.bounds
        assert low < found.corrected((1 + lowest) / 2) < high


def test_absorbed_effects_are_dummies_and_frequencies_are_rows(data):
    absorbed, dummies = (OLS(f"y ~ x + m {text}").fit(data) for text in ("| g", "+ C(g)"))
    repeated = data.loc[data.index.repeat(data["f"])].reset_index(drop=True)
    often, rows = OLS("y ~ x + m | g", weights=Frequency("f")).fit(data), OLS("y ~ x + m | g").fit(repeated)
    for one, two in ((absorbed, dummies), (often, rows)):
        a, b = (errors_in_variables(fit, "x") for fit in (one, two))
        assert_allclose([a.estimate, a.reverse, a.r2], [b.estimate, b.reverse, b.r2], rtol=1e-9)


def test_a_term_that_is_no_column_has_the_variance_of_its_values(data):
    made = data.assign(lx=np.exp(data["x"]))
    inside = errors_in_variables(OLS("y ~ np.log(lx) + m | g").fit(made), "np.log(lx)")
    column = errors_in_variables(OLS("y ~ x + m | g").fit(data), "x")
    assert_allclose([inside.reverse, inside.r2], [column.reverse, column.r2], rtol=1e-9)
    spaced = errors_in_variables(OLS("y ~ `an x` + m | g").fit(data.rename(columns={"x": "an x"})), "an x")
    assert_allclose([spaced.reverse, spaced.r2], [column.reverse, column.r2], rtol=1e-12)


@pytest.mark.parametrize("factor", [1e-5, -2.0, 1e5])
def test_units_and_order_of_rows(data, factor):
    base = errors_in_variables(OLS("y ~ x + m | g").fit(data), "x")
    scaled = errors_in_variables(OLS("y ~ x + m | g").fit(data.assign(x=factor * data["x"])), "x")
    assert_allclose([scaled.estimate, scaled.reverse], [base.estimate / factor, base.reverse / factor], rtol=1e-8)
    assert_allclose(scaled.r2, base.r2, rtol=1e-8)
    for other in (data.sample(frac=1, random_state=1), data.set_axis([4] * 120), pl.from_pandas(data)):
        again = errors_in_variables(OLS("y ~ x + m | g").fit(other), "x")
        assert_allclose([again.reverse, again.r2], [base.reverse, base.r2], rtol=1e-10)


def test_the_truth_is_inside_and_the_right_reliability_finds_it():
    rng = np.random.default_rng(3)
    n = 40_000
    g = rng.integers(0, 40, size=n)
    true = rng.normal(size=40)[g] + rng.normal(size=n)
    m = 0.6 * true + rng.normal(size=n)
    data = pd.DataFrame(
        {"y": 0.8 * true - m + rng.normal(size=n), "m": m, "g": g, "x": true + 0.7 * rng.normal(size=n)}
    )
    reliability = 1 - 0.49 / data["x"].var()
    for right in ("x + m", "x + m | g"):
        found = errors_in_variables(OLS(f"y ~ {right}").fit(data), "x")
        low, high = found.bounds
        assert low < 0.75
        assert high > 0.85
        assert abs(found.corrected(reliability) - 0.8) < 0.04  # some three standard errors of 40,000 rows
        assert found.estimate < 0.6


def test_an_exact_fit_leaves_no_room():
    data = pd.DataFrame({"x": [0.0, 1, 2, 4], "y": [1.0, 3, 5, 9]})
    assert_allclose(errors_in_variables(OLS("y ~ x").fit(data), "x").bounds, [2.0, 2.0], rtol=1e-10)


def test_bounds_that_are_refused(data):
    why = "no least squares with coefficients of its own: bounds by reverse regression"
    for fit in (
        PPML("f ~ x").fit(data),
        IV("y ~ 1 | x ~ m").fit(data),
        FirstDifference("y ~ x", unit="g", time="t").fit(data),
        OLS("y ~ x + m").fit(data).combine([[0, 1, 1]], ["x"]),
        jointly({"x": (OLS("y ~ x").fit(data), "x")}),
    ):
        with pytest.raises(NotDefinedError, match=why):
            errors_in_variables(fit, "x")
    with pytest.raises(NotDefinedError, match="no term 'q'; the fit has 'Intercept', 'x'"):
        errors_in_variables(OLS("y ~ x").fit(data), "q")
    square = pd.DataFrame({"x": [-1.0, 1, -1, 1], "y": [1.0, 1, 2, 2]})
    for unrelated in (square, square.assign(y=2.0)):
        with pytest.raises(IdentificationError, match="x and the outcome are not related at all"):
            errors_in_variables(OLS("y ~ x").fit(unrelated), "x")
    found = errors_in_variables(OLS("y ~ x + m").fit(data), "x")
    for wrong in (0.0, found.r2, -1, 1.0001, float("nan")):
        with pytest.raises(OptionError, match=r"the others explain 0\.\d+ of the variance of x, which cannot be error"):
            found.corrected(wrong)


def test_bounds_print_themselves():
    assert repr(ErrorsInVariables("x", -2.0, -3.0, 0.1)) == "<x: -2; between -3 and -2 under any classical error>"


# ------------------------------------------------------------------ simulation and extrapolation


def again(fit, term="x", **more):
    return simex(fit, term, White("HC1"), **{"sd": 0.5, "reps": 8, **more})


def curve(values):
    added = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    table = pd.DataFrame({"added": added, "estimate": values(added), "variance": 0.04, "between": 0.0, "draws": 1})
    return Simex("x", float(values(added)[0]), table)


@given(a=st.floats(-2, 2), b=st.floats(0.2, 5), c=st.floats(1.05, 40), sign=st.sampled_from([-1, 1]))
@settings(max_examples=40)
def test_extrapolants_are_exact_for_their_own_curves(a, b, c, sign):
    b *= sign
    # the least squares are flat in c where the curve is nearly straight
    assert_allclose(curve(lambda x: a + b / (c + x)).extrapolated("rational"), a + b / (c - 1), rtol=1e-4, atol=1e-5)
    assert_allclose(curve(lambda x: a + b * x).extrapolated("linear"), a - b, rtol=1e-9, atol=1e-9)
    assert_allclose(curve(lambda x: a + b * x + x**2 / c).extrapolated(), a - b + 1 / c, rtol=1e-9, atol=1e-9)


def test_a_curve_that_is_level_goes_nowhere():
    level = curve(lambda x: 0 * x + 0.7)
    for how in ("linear", "quadratic", "rational"):
        assert_allclose(level.extrapolated(how), 0.7, rtol=1e-9)
    assert_allclose(level.se, 0.2, rtol=1e-9)
    table = level.curve.assign(between=[0.0, 0.03, 0.06, 0.09, 0.12])
    assert_allclose(Simex("x", 0.7, table).se, np.sqrt(0.04 + 0.06), rtol=1e-9)
    assert np.isnan(Simex("x", 0.7, table.assign(variance=[0.0, 0.06, 0.12, 0.18, 0.24])).se)


def test_the_first_row_is_the_fit_itself(data):
    fit = OLS("y ~ x + m | g").fit(data)
    found = simex(fit, "x", Clustered("g"), sd=0.5, reps=4, lambdas=(0.3, 1, 3.0))
    row = fit.inference(Clustered("g")).row("x")
    assert found.naive == row["estimate"]
    assert found.curve.iloc[0].tolist() == [0.0, row["estimate"], row["se"] ** 2, 0.0, 1]
    assert found.curve["added"].tolist() == [0.0, 0.3, 1.0, 3.0]
    assert found.curve["draws"].tolist() == [1, 4, 4, 4]
    assert "without error linear" in repr(found)


def test_seeds(data):
    fit = OLS("y ~ x + m").fit(data)
    pd.testing.assert_frame_equal(again(fit).curve, again(fit).curve)
    assert not np.allclose(
        again(fit).curve["estimate"].iloc[1:], again(fit, seed=1).curve["estimate"].iloc[1:], rtol=1e-6
    )
    # each multiple has a stream of its own: one more changes none of the others
    fewer, more = again(fit, lambdas=(0.5, 1.0)).curve, again(fit, lambdas=(0.5, 1.0, 2.0)).curve
    pd.testing.assert_frame_equal(fewer, more.iloc[:3])


def test_a_column_of_deviations(data):
    fit = OLS("y ~ x + m").fit(data)
    pd.testing.assert_frame_equal(again(fit, sd="sd").curve, again(fit, sd=0.5).curve)
    none = again(OLS("y ~ x + m").fit(data.assign(sd=0)), sd="sd")
    assert_allclose(none.curve["estimate"], none.naive, rtol=1e-12)
    half = data.assign(sd=np.where(data["t"] < 3, 0.5, 0.0))
    assert not np.allclose(
        again(OLS("y ~ x + m").fit(half), sd="sd").curve["estimate"].iloc[1:], again(fit).curve["estimate"].iloc[1:]
    )


@pytest.mark.parametrize("factor", [1e-4, 1e4])
def test_units_of_the_regressor_and_labels_of_rows(data, factor):
    base = again(OLS("y ~ x + m | g").fit(data)).curve
    scaled = again(OLS("y ~ x + m | g").fit(data.assign(x=factor * data["x"])), sd=0.5 * factor).curve
    assert_allclose(scaled["estimate"], base["estimate"] / factor, rtol=1e-8)
    for other in (data.set_axis([2] * 120), pl.from_pandas(data)):
        assert_allclose(again(OLS("y ~ x + m | g").fit(other)).curve["estimate"], base["estimate"], rtol=1e-10)
    spaced = OLS("y ~ `an x` + m | g").fit(data.rename(columns={"x": "an x"}))
    assert_allclose(again(spaced, "an x").curve["estimate"], base["estimate"], rtol=1e-10)


def test_whole_numbers_and_truth_values_take_error_too(data):
    whole = again(OLS("y ~ x").fit(data.assign(x=data["x"].round().astype(int))))
    assert_allclose(
        whole.curve["estimate"], again(OLS("y ~ x").fit(data.assign(x=data["x"].round()))).curve["estimate"]
    )


@pytest.mark.parametrize("spec", [Logit("hit ~ x"), PPML("f ~ x | t"), IV("y ~ 1 | x ~ m"), OLS("y ~ x + I(x ** 2)")])
def test_other_estimators_are_estimated_again(data, spec):
    fit = spec.fit(data.assign(hit=(data["y"] > data["y"].mean()).astype(float)))
    found = again(fit, sd=1e-7)
    assert_allclose(found.curve["estimate"], found.naive, rtol=1e-4)
    assert found.curve["draws"].tolist() == [1, 8, 8, 8, 8]


def test_one_regressor_in_a_large_sample_needs_no_more_than_the_rational_curve():
    rng = np.random.default_rng(4)
    true = rng.normal(size=20_000)
    data = pd.DataFrame({"y": true + 0.5 * rng.normal(size=20_000), "x": true + 0.6 * rng.normal(size=20_000)})
    found = again(OLS("y ~ x").fit(data), sd=0.6, reps=12)
    assert abs(found.naive - 1 / 1.36) < 0.01
    assert_allclose(found.curve["estimate"], 1 / (1 + 0.36 * (1 + found.curve["added"])), rtol=0.02)
    errors = {how: abs(found.extrapolated(how) - 1) for how in ("linear", "quadratic", "rational")}
    assert errors["rational"] < 0.02
    assert errors["rational"] < errors["quadratic"] < errors["linear"] < 1 - found.naive


def unequal(seed, reps):
    rng = np.random.default_rng(seed)
    true, sd = rng.normal(size=300), rng.uniform(0.1, 0.7, size=300)
    data = pd.DataFrame({"y": true + 0.5 * rng.normal(size=300), "x": true + sd * rng.normal(size=300), "sd": sd})
    return again(OLS("y ~ x").fit(data), sd="sd", reps=reps)


def test_bias_is_removed_where_errors_differ_and_the_error_is_that_of_repetitions():
    found = [unequal(seed, 8) for seed in range(32)]
    mended = [one.extrapolated() for one in found]
    assert np.mean([one.naive for one in found]) < 0.88
    assert abs(np.mean(mended) - 1) < 0.04  # three standard errors of 32 repetitions
    # variances by few draws are too noisy to go back on, even to be positive
    errors = [unequal(seed, 60).se for seed in range(3)]
    assert 0.6 < np.mean(errors) / np.std(mended) < 1.5


@dataclass(frozen=True)
class Moody:
    """Least squares that refuses some of the tables."""

    formula: str
    calls: list
    refuses: object

    def fit(self, data):
        self.calls.append(1)
        if self.refuses(len(self.calls)):
            raise IdentificationError("not this one")
        return OLS(self.formula).fit(data)


def test_draws_that_cannot_be_estimated_are_left_out_unless_they_are_half(data):
    fit = OLS("y ~ x").fit(data)
    third = replace(fit, spec=Moody("y ~ x", [], lambda call: call % 3 == 0))
    assert again(third, reps=9, lambdas=(0.5, 1.0)).curve["draws"].tolist() == [1, 6, 6]
    most = replace(fit, spec=Moody("y ~ x", [], lambda call: call % 3 != 0))
    with pytest.raises(IdentificationError, match="only 3 of 9 draws with more error can be estimated"):
        again(most, reps=9)


@pytest.mark.parametrize(
    ("option", "error", "message"),
    [
        ({"sd": 0.0}, OptionError, "sd=0.0: give a standard deviation above 0, or a column of them"),
        ({"sd": -1}, OptionError, "sd=-1"),
        ({"sd": True}, OptionError, "sd=True"),
        ({"sd": float("nan")}, OptionError, "sd=nan"),
        ({"sd": None}, OptionError, "sd=None"),
        ({"sd": "q"}, MissingColumnError, "no column 'q'"),
        ({"sd": "below"}, DataError, "'below' has to hold finite standard deviations of the error, none below 0"),
        ({"sd": "holes"}, DataError, "'holes' has to hold finite"),
        ({"lambdas": ()}, OptionError, "different multiples above 0"),
        ({"lambdas": (0.0, 1.0)}, OptionError, "different multiples above 0"),
        ({"lambdas": (1.0, "a")}, OptionError, "different multiples above 0"),
        ({"lambdas": (1.0, float("inf"))}, OptionError, "different multiples above 0"),
        ({"reps": 1}, OptionError, "reps=1: give a whole number of 2 or more"),
        ({"reps": 2.5}, OptionError, "reps=2.5"),
        ({"covariance": "HC1"}, OptionError, "'HC1' is no covariance"),
        ({"covariance": White}, OptionError, "is no covariance"),
        ({"term": "q"}, NotDefinedError, "no term 'q'"),
        ({"term": "Intercept"}, NotDefinedError, "'Intercept' is no column"),
    ],
)
def test_simulations_that_are_refused(data, option, error, message):
    fit = OLS("y ~ x").fit(data.assign(below=-0.1, holes=data["sd"].mask(data.index == 50)))
    with pytest.raises(error, match=message):
        simex(**{"fit": fit, "term": "x", "covariance": White(), "sd": 0.5, "reps": 2, **option})


def test_fits_and_terms_that_cannot_take_error(data):
    with pytest.raises(NotDefinedError, match="is no column; error is added to a column that stands alone"):
        again(OLS("y ~ np.exp(x)").fit(data), "np.exp(x)")
    for fit, term in (
        (OLS("y ~ x + m").fit(data).combine([[0, 1, 1]], ["x"]), "x"),
        (jointly({"x": (OLS("y ~ x").fit(data), "x")}), "x"),
        (Between("y ~ x", unit="g").fit(data), "x"),
    ):
        with pytest.raises(NotDefinedError, match="cannot be estimated again"):
            again(fit, term)
    with pytest.raises(OptionError, match="no extrapolation 'cubic'; there are linear, quadratic, rational"):
        again(OLS("y ~ x").fit(data)).extrapolated("cubic")
