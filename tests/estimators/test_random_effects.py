import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.members import panel
from numpy.testing import assert_allclose

from econ import OLS, Classical, CorrelatedRandomEffects, Frequency, RandomEffects, White
from econ.errors import CollinearError, FormulaError, IdentificationError, MissingColumnError, OptionError

REFERENCES = Path(__file__).parents[1] / "references"


def unbalanced(seed=0, sigma=1.0, units=40, rows=240):
    rng = np.random.default_rng(seed)
    f = rng.integers(0, units, rows)
    u, m = sigma * rng.normal(size=units), rng.normal(size=units)
    x = rng.normal(size=rows) + m[f]
    data = pd.DataFrame({"f": f, "x": x, "z": m[f], "v": rng.normal(size=rows), "w": rng.uniform(0.5, 2, rows)})
    return data.assign(y=1 + 2 * data["x"] - data["z"] + data["v"] + u[f] + rng.normal(size=rows) / np.sqrt(data["w"]))


@pytest.mark.parametrize("weights", [None, "w"])
def test_it_is_generalised_least_squares_under_its_variances(weights):
    data = unbalanced()
    fit = RandomEffects("y ~ x + z", unit="f", weights=weights).fit(data)
    w = np.ones(len(data)) if weights is None else data[weights].to_numpy()
    same = data["f"].to_numpy()[:, None] == data["f"].to_numpy()
    V = np.diag(fit.statistics["sigma2_idiosyncratic"] / w) + fit.statistics["sigma2_unit"] * same
    X, y = np.column_stack([np.ones(len(data)), data["x"], data["z"]]), data["y"].to_numpy()
    expected = np.linalg.solve(X.T @ np.linalg.solve(V, X), X.T @ np.linalg.solve(V, y))
    assert_allclose(fit.params, expected, rtol=1e-10)
    assert_allclose(fit.residuals, y - X @ expected, rtol=1e-8)
    assert fit.rank == 3


@pytest.mark.parametrize("case", ["produc", "empluk", "hedonic", "grunfeld"])
def test_the_variances_are_those_of_plm(case):
    folder = REFERENCES / f"{case}-random-effects"
    values = json.loads((folder / "values.json").read_text())
    fit = RandomEffects(values["spec"]["formula"], unit=values["spec"]["unit"]).fit(pd.read_csv(folder / "data.csv"))
    expected, found = values["statistics"], fit.statistics
    thetas = list(expected["theta_by_observations"].values())
    for name in ("sigma2_idiosyncratic", "sigma2_unit"):
        assert found[name] == pytest.approx(expected[name], rel=1e-9)
    assert found.get("theta_min", found.get("theta")) == pytest.approx(min(thetas), rel=1e-9)
    assert found.get("theta_max", found.get("theta")) == pytest.approx(max(thetas), rel=1e-9)


@pytest.mark.parametrize("weights", [None, "w"])
def test_the_variances_are_found(weights):
    data = unbalanced(sigma=1.5, units=3_000, rows=30_000)
    found = RandomEffects("y ~ x + z + v", unit="f", weights=weights).fit(data).statistics
    idiosyncratic = 1.0 if weights else (1 / data["w"]).mean()
    assert found["sigma2_unit"] == pytest.approx(1.5**2, rel=0.08)
    assert found["sigma2_idiosyncratic"] == pytest.approx(idiosyncratic, rel=0.03)
    assert found["theta_min"] < found["theta_median"] < found["theta_max"]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), weights=st.sampled_from([None, "w"]))
def test_with_means_the_slopes_are_those_of_unit_effects(seed, weights):
    data = unbalanced(seed)
    fit = CorrelatedRandomEffects("y ~ x + z + v", unit="f", weights=weights).fit(data)
    within = OLS("y ~ x + v | f", weights=weights).fit(data)
    assert fit.names == ("Intercept", "x", "z", "v", "mean(x)", "mean(v)")
    assert_allclose(fit.params[[1, 3]], within.params, rtol=1e-7, atol=1e-10)


def test_means_that_others_determine_are_omitted():
    data = panel().assign(demeaned=lambda d: d["x2"] - d.groupby("f")["x2"].transform("mean"))
    fit = CorrelatedRandomEffects("y ~ x1 + demeaned + C(t)", unit="f").fit(data)
    assert fit.names[-1] == "mean(x1)"
    assert fit.omitted == ("mean(demeaned)", *(f"mean(C(t)[T.{t}])" for t in range(1, 9)))
    twice = panel().assign(level=lambda d: d.groupby("f")["x1"].transform("mean"))
    assert CorrelatedRandomEffects("y ~ x1 + level", unit="f").fit(twice).omitted == ("mean(x1)",)


def test_a_negative_variance_is_zero_and_says_so():
    data = panel().assign(y=lambda d: d["x1"] + d["x3"] - d.groupby("f")["x3"].transform("mean"))
    fit, pooled = RandomEffects("y ~ x1", unit="f").fit(data), OLS("y ~ x1").fit(data)
    assert fit.statistics["sigma2_unit"] == 0.0
    assert fit.statistics["sigma2_unit_untruncated"] < 0
    assert fit.statistics["theta"] == 0.0
    assert_allclose(fit.params, pooled.params)


def test_the_influence_and_the_leverage_are_those_of_the_transformed_regression():
    data = unbalanced()
    fit = RandomEffects("y ~ x", unit="f").fit(data)
    assert_allclose(fit.leverage.sum(), 2)
    half = fit.hat.X * fit.hat.errors[:, None] @ np.linalg.inv(fit.hat.X.T @ fit.hat.X)
    assert_allclose(fit.inference(White("HC0")).covariance, half.T @ half, rtol=1e-10)


def test_frequencies_are_repeated_rows_and_equal_weights_change_nothing():
    data = unbalanced().assign(count=lambda d: 1 + d.index % 3, one=7.0)
    repeated = data.loc[data.index.repeat(data["count"])]
    plain = RandomEffects("y ~ x", unit="f")
    one, other = RandomEffects("y ~ x", unit="f", weights=Frequency("count")).fit(data), plain.fit(repeated)
    assert_allclose(one.inference(Classical()).se, other.inference(Classical()).se)
    one, other = RandomEffects("y ~ x", unit="f", weights="one").fit(data), plain.fit(data)
    assert_allclose(one.inference(Classical()).se, other.inference(Classical()).se)


def test_units_may_be_combinations_and_are_complete():
    data = panel().assign(pair=lambda d: d["g"].astype(str) + d["s"])
    data.loc[3, ["g", "pair"]] = np.nan
    one, other = (RandomEffects("y ~ x1", unit=unit).fit(data) for unit in ("g^s", "pair"))
    assert_allclose(one.params, other.params)
    assert one.sample.dropped == {"missing g": 1}


@pytest.mark.parametrize("estimator", [RandomEffects, CorrelatedRandomEffects])
@pytest.mark.parametrize(
    ("formula", "unit", "data", "error", "named"),
    [
        ("y ~ x1 | t", "f", panel(), FormulaError, r"absorbs no effects; write C\(t\)"),
        ("y ~ x1 | x2 ~ x3", "f", panel(), FormulaError, "use IV"),
        ("y ~ x1", "nope", panel(), MissingColumnError, "'nope'"),
        ("y ~ x1", "row", panel(), IdentificationError, "no degrees of freedom within row"),
        ("y ~ x1", "one", panel().assign(one=1), IdentificationError, "1 one for"),
        ("y ~ x1 + k", "f", panel().assign(k=lambda d: d["x1"] * 2), CollinearError, "k is a combination of x1"),
        ("y ~ x1", "f", panel().assign(y=lambda d: d["x1"] + d["f"]), IdentificationError, "exactly within f"),
    ],
)
def test_an_error_says_what_is_wrong(estimator, formula, unit, data, error, named):
    with pytest.raises(error, match=named):
        estimator(formula, unit=unit).fit(data)


@pytest.mark.parametrize("unit", [None, "", 3])
def test_a_unit_is_a_column(unit):
    with pytest.raises(OptionError, match="name the columns"):
        RandomEffects("y ~ x1", unit=unit)
