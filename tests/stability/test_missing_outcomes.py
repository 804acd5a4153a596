"""Unknown outcomes: all assignments, laws of bounds, the interval of Imbens and Manski, and what is refused."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import norm

from econ import IV, OLS, PPML, Clustered, Frequency, White
from econ.errors import DataError, IdentificationError, MissingColumnError, NotDefinedError, OptionError
from econ.stability import outcome_bounds
from econ.stability.missing_outcomes import OutcomeBounds


def table(seed, n=48, unknown=6):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"x": rng.normal(size=n), "m": rng.normal(size=n), "g": np.repeat(range(n // 4), 4)})
    data["t"], data["w"], data["f"] = np.tile(range(4), n // 4), rng.uniform(0.3, 2, size=n), rng.integers(1, 4, size=n)
    data["full"] = (data["x"] + rng.normal(size=n) > 0).astype(float)
    data["y"] = data["full"].mask(np.isin(np.arange(n), rng.choice(n, unknown, replace=False)))
    return data


@pytest.fixture(scope="module")
def data():
    return table(31)


SPECS = [("y ~ x", None), ("y ~ x + m", "w"), ("y ~ x | g", None), ("y ~ x + m | g + t", "w"), ("y ~ 0 + x", None)]


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), spec=st.sampled_from(SPECS), limits=st.sampled_from([(0.0, 1.0), (-1, 3)]))
def test_bounds_are_the_extremes_of_all_assignments(seed, spec, limits):
    data = table(seed, unknown=5)
    spec = OLS(spec[0], weights=spec[1])
    found = outcome_bounds(spec, data, "x", low=limits[0], high=limits[1])
    values = []
    for chosen in product(limits, repeat=5):
        full = data["y"].to_numpy(copy=True)
        full[np.isnan(full)] = chosen
        fit = spec.fit(data.assign(y=full))
        values.append(fit.params[fit.position("x")])
    assert_allclose(found.bounds, [min(values), max(values)], rtol=1e-9, atol=1e-12)
    assert found.missing == 5


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), spec=st.sampled_from(SPECS))
def test_bounds_contain_the_truth_and_widen_with_what_is_not_known(seed, spec):
    data = table(seed)
    spec = OLS(spec[0], weights=spec[1])
    fit = spec.fit(data.assign(y=data["full"]))
    truth = fit.params[fit.position("x")]
    low, high = outcome_bounds(spec, data, "x").bounds
    assert low - 1e-12 <= truth <= high + 1e-12
    wide = outcome_bounds(spec, data, "x", low=-0.5, high=1.2).bounds
    more = outcome_bounds(spec, data.assign(y=data["y"].mask(data.index < 5)), "x").bounds
    for lower, upper in (wide, more):
        assert lower <= low + 1e-12
        assert upper >= high - 1e-12
        assert upper - lower > high - low
    anything = np.random.default_rng(seed).random(48)  # outcomes between the limits, not only at them
    inner = spec.fit(data.assign(y=data["y"].fillna(pd.Series(anything))))
    assert low - 1e-12 <= inner.params[inner.position("x")] <= high + 1e-12


@pytest.mark.parametrize(("formula", "weights"), SPECS)
def test_units_of_the_outcome_and_the_regressor(data, formula, weights):
    spec = OLS(formula, weights=weights)
    low, high = outcome_bounds(spec, data, "x").bounds
    if "0 +" not in formula:  # a constant takes up the shift
        moved = outcome_bounds(spec, data.assign(y=5 + 3 * data["y"]), "x", low=5, high=8)
        assert_allclose(moved.bounds, [3 * low, 3 * high], rtol=1e-9)
        mirrored = outcome_bounds(spec, data.assign(y=1 - data["y"]), "x")
        assert_allclose(mirrored.bounds, [-high, -low], rtol=1e-9)
    scaled = outcome_bounds(spec, data.assign(x=-4 * data["x"]), "x")
    assert_allclose(scaled.bounds, [-high / 4, -low / 4], rtol=1e-9)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.sample(frac=1, random_state=3),
        lambda data: data.set_axis([1] * len(data)),
        lambda data: data.set_axis([f"row {i // 2}" for i in range(len(data))]),
        lambda data: data.astype({"y": "Int64", "g": "category"}),
        lambda data: data.assign(y=[None if np.isnan(one) else bool(one) for one in data["y"]]),
    ],
    ids=["order", "one label", "labels repeat", "nullable", "truth values"],
)
def test_what_makes_no_difference(data, change):
    spec = OLS("y ~ x + m | g", weights="w")
    expected, found = (outcome_bounds(spec, one, "x") for one in (data, change(data)))
    assert_allclose(found.bounds, expected.bounds, rtol=1e-10)
    assert_allclose(found.interval(Clustered("g")), expected.interval(Clustered("g")), rtol=1e-8)


def test_a_name_with_a_space(data):
    found = outcome_bounds(OLS("`the y` ~ x | g"), data.rename(columns={"y": "the y"}), "x")
    assert_allclose(found.bounds, outcome_bounds(OLS("y ~ x | g"), data, "x").bounds, rtol=1e-12)


def test_frequencies_are_rows_and_effects_are_dummies(data):
    often = outcome_bounds(OLS("y ~ x + m | g", weights=Frequency("f")), data, "x")
    repeated = data.loc[data.index.repeat(data["f"])].reset_index(drop=True)
    rows = outcome_bounds(OLS("y ~ x + m + C(g)"), repeated, "x")
    assert_allclose(often.bounds, rows.bounds, rtol=1e-9)
    assert often.missing == rows.missing == data.loc[data["y"].isna(), "f"].sum()
    assert_allclose(often.interval(White("HC0")), rows.interval(White("HC0")), rtol=1e-8)


def test_rows_that_cannot_be_used_are_left_out(data):
    unknown = data.index[data["y"].isna()]
    holes = data.assign(m=data["m"].mask(data.index == unknown[0]), g=np.where(data.index == unknown[1], 99, data["g"]))
    found = outcome_bounds(OLS("y ~ x + m | g"), holes, "x")
    assert found.missing == 4  # one without m, one alone in its group
    rest = outcome_bounds(OLS("y ~ x + m | g"), holes.drop(index=unknown[:2]), "x")
    assert_allclose(found.bounds, rest.bounds, rtol=1e-10)


def test_the_fits_have_the_unknown_outcomes_at_the_limits(data):
    found = outcome_bounds(OLS("y ~ x + m"), data, "x", low=-1.0, high=2.0)
    unknown = data["y"].isna().to_numpy()
    for fit, other in ((found.least, found.largest), (found.largest, found.least)):
        values = fit.sample.column("y").to_numpy()
        assert set(values[unknown]) == {-1.0, 2.0}
        assert_allclose(values[unknown] + other.sample.column("y").to_numpy()[unknown], 1.0)
        assert (values[~unknown] == data["y"].to_numpy()[~unknown]).all()
    assert data["y"].isna().sum() == 6  # the caller's table stays as it was


def test_a_mean_with_unknown_outcomes_is_that_of_horowitz_and_manski(data):
    found = outcome_bounds(OLS("y ~ 1"), data, "Intercept")
    known = data["y"].sum() / 48
    assert_allclose(found.bounds, [known, known + 6 / 48], rtol=1e-12)
    assert repr(found) == f"<Intercept between {known:.4g} and {known + 6 / 48:.4g}, 6 outcomes of 48 unknown>"


# ------------------------------------------------------------------ the interval


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("covariance", [White("HC1"), Clustered("g")])
def test_without_width_it_is_the_normal_interval(data, level, covariance):
    fit = OLS("full ~ x").fit(data)
    row = fit.inference(covariance).row("x")
    margin = norm.ppf(0.5 + level / 2) * row["se"]
    found = OutcomeBounds("x", fit, fit, 0).interval(covariance, level=level)
    assert_allclose(found, [row["estimate"] - margin, row["estimate"] + margin], rtol=1e-9)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_with_much_width_both_ends_are_one_sided(data, level):
    low, high = OLS("full ~ x").fit(data), OLS("far ~ x").fit(data.assign(far=2 * data["full"] + 50 * data["x"]))
    below, above = (fit.inference(White()).row("x") for fit in (low, high))
    found = OutcomeBounds("x", low, high, 1).interval(White(), level=level)
    z = norm.ppf(level)
    assert_allclose(found, [below["estimate"] - z * below["se"], above["estimate"] + z * above["se"]], rtol=1e-9)


@pytest.mark.parametrize("unknown", [1, 3, 8])
def test_between_them_the_level_is_kept_at_either_end(unknown):
    found = outcome_bounds(OLS("y ~ x + m"), table(5, unknown=unknown), "x")
    low, high = found.bounds
    below, above = (fit.inference(White()).row("x")["se"] for fit in (found.least, found.largest))
    lower, upper = found.interval(White(), level=0.9)
    c = (low - lower) / below
    assert_allclose((upper - high) / above, c, rtol=1e-9)
    assert norm.ppf(0.9) < c < norm.ppf(0.95)
    assert_allclose(norm.cdf(c + (high - low) / max(below, above)) - norm.cdf(-c), 0.9, rtol=1e-9)


def test_the_interval_covers_an_end_of_the_bounds_as_often_as_it_says():
    """All unknown outcomes are 0, so that the share of ones is at the lower end."""
    draws, inside = 300, 0
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        full = (rng.random(200) < 0.5).astype(float)
        unknown = (full == 0) & (rng.random(200) < 0.3)
        data = pd.DataFrame({"y": np.where(unknown, np.nan, full)})
        low, high = outcome_bounds(OLS("y ~ 1"), data, "Intercept").interval(White("HC1"), level=0.9)
        inside += low < 0.5 < high
    assert 0.84 < inside / draws < 0.955  # 0.9 give or take three standard errors of 300 draws


def test_intervals_that_are_refused(data):
    found = outcome_bounds(OLS("y ~ x"), data, "x")
    for covariance in ("HC1", White):
        with pytest.raises(OptionError, match="is no covariance"):
            found.interval(covariance)
    for level in (0.0, 1.0, 95, None):
        with pytest.raises(OptionError, match="give a share between 0 and 1"):
            found.interval(White(), level=level)


def test_what_is_refused(data):
    spec = OLS("y ~ x")
    for low, high in ((1, 0), (1, 1), (float("nan"), 1)):
        with pytest.raises(OptionError, match=f"low={low!r}, high={high!r}: give two numbers, the lower first"):
            outcome_bounds(spec, data, "x", low=low, high=high)
    with pytest.raises(MissingColumnError, match=r"the left side 'np.log\(y\)' is no column of the table; make it one"):
        outcome_bounds(OLS("np.log(y) ~ x"), data, "x")
    with pytest.raises(MissingColumnError, match="'q'"):
        outcome_bounds(OLS("q ~ x"), data, "x")
    for wrong in (data.assign(y=data["y"] * 1.01), data.assign(y=data["y"] - 0.01)):
        with pytest.raises(DataError, match="column 'y' has values outside of 0 to 1"):
            outcome_bounds(spec, wrong, "x")
    for none in (data.assign(y=data["full"]), data.assign(x=data["x"].mask(data["y"].isna()))):
        with pytest.raises(IdentificationError, match="no outcome 'y' is unknown in the rows used"):
            outcome_bounds(spec, none, "x")
    with pytest.raises(NotDefinedError, match="no term 'q'; the fit has 'Intercept', 'x'"):
        outcome_bounds(spec, data, "q")
    for other in (PPML("y ~ x"), IV("y ~ 1 | x ~ m")):
        with pytest.raises(NotDefinedError, match="bounds are those of least squares"):
            outcome_bounds(other, data, "x")
    with pytest.raises(DataError, match="not finite"):
        outcome_bounds(spec, data, "x", low=-np.inf)
