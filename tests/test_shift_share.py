"""Regressions by shock: the estimate of the units, errors that see common shocks, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from econ import IV, OLS, Clustered, ShiftShare, White
from econ.errors import CollinearError, DataError, FormulaError, IdentificationError, MissingColumnError


def problem(seed, *, units=60, periods=2, shocks=9, whole=True):
    """Shares, shocks and a table of units in periods; the effect of x on y is 1.5."""
    rng = np.random.default_rng(seed)
    n = units * periods
    share = np.repeat(rng.dirichlet(np.ones(shocks), size=units), periods, axis=0)
    share = share if whole else share * rng.uniform(0.3, 0.9, size=(n, 1))
    shift = ShiftShare(
        pd.DataFrame(share, columns=[f"k{k}" for k in range(shocks)]),
        pd.Series(rng.normal(size=shocks), index=[f"k{k}" for k in range(shocks)]),
    )
    z = shift.instrument.to_numpy()
    data = pd.DataFrame({"w": rng.normal(size=n) + z, "u": np.repeat(range(units), periods)})
    data["t"], data["people"] = np.tile(range(periods), units), rng.uniform(0.2, 3, size=n)
    data["region"] = data["u"] % 7
    data["x"] = 2 * z + data["w"] + 0.3 * rng.normal(size=n)
    data["y"] = 1.5 * data["x"] - data["w"] + share @ rng.normal(size=shocks) + rng.normal(size=n)
    return shift, data.assign(z=z, total=shift.total)


def estimate(fit, term="x"):
    return fit.params[fit.position(term)]


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    whole=st.booleans(),
    effects=st.sampled_from(["", " | region", " | region + t", " | region^t"]),
    weights=st.sampled_from([None, "people"]),
    holes=st.booleans(),
)
def test_the_estimate_is_that_of_the_units(seed, whole, effects, weights, holes):
    shift, data = problem(seed, whole=whole)
    if holes:
        data = data.assign(y=data["y"].mask(data.index % 17 == 3), w=data["w"].mask(data.index % 23 == 5))
    controls = "w" + ("" if whole else " + total") + effects
    by_shock = shift.regression(data, outcome="y", treatment="x", controls=controls, weights=weights)
    by_unit = IV(f"y ~ {controls} | x ~ z", weights=weights).fit(data)
    assert_allclose(estimate(by_shock), estimate(by_unit), rtol=1e-9)
    first = OLS(f"x ~ z + {controls}", weights=weights).fit(data.dropna())
    if not holes:  # the first stage too, as the regression of x on z
        stage = shift.regression(data, outcome="x", treatment="z", controls=controls, weights=weights)
        assert_allclose(estimate(stage, "z"), estimate(first, "z"), rtol=1e-9)


def test_several_periods_have_shocks_of_their_own():
    rng = np.random.default_rng(5)
    shift, data = problem(5, units=50, periods=2, shocks=6, whole=False)
    share = shift.shares.to_numpy()
    blocks = [np.where((data["t"] == t).to_numpy()[:, None], share, 0.0) for t in (0, 1)]
    names = [f"k{k} in {t}" for t in (0, 1) for k in range(6)]
    wide = ShiftShare(pd.DataFrame(np.hstack(blocks), columns=names), pd.Series(rng.normal(size=12), index=names))
    data = data.assign(z=wide.instrument, x=data["x"] + 3 * wide.instrument)
    controls = "total + total:t | t + region"
    by_unit = IV(f"y ~ {controls} | x ~ z").fit(data)
    assert_allclose(
        estimate(wide.regression(data, outcome="y", treatment="x", controls=controls)), estimate(by_unit), rtol=1e-9
    )
    assert_allclose(wide.total, data["total"], rtol=1e-12)


def test_averages_by_shock_are_a_loop():
    shift, data = problem(2, whole=False)
    found = shift.by_shock(data, ["y", "w"], controls="total | region", weights="people")
    for column in ("y", "w"):
        residuals = OLS(f"{column} ~ total | region", weights="people").fit(data).residuals
        for k in shift.shares.columns:
            weights = shift.shares[k] * data["people"]
            assert_allclose(found.loc[k, column], np.average(residuals, weights=weights), rtol=1e-9, atol=1e-12)
    weights = (shift.shares.mul(data["people"], axis=0)).sum()
    assert_allclose(found["weight"], weights / weights.sum(), rtol=1e-12)
    assert_allclose(found["shock"], shift.shocks, rtol=0)
    # with the sums of shares among the controls, averages have mean zero
    assert_allclose(found[["y", "w"]].T @ found["weight"], 0, atol=1e-12)


def test_shocks_that_reach_nobody_are_left_out():
    shift, data = problem(3)
    idle = ShiftShare(
        shift.shares.assign(idle=0.0, late=np.where(data.index < 5, 0.1, 0.0)),
        pd.concat([shift.shocks, pd.Series({"idle": 100.0, "late": 3.0})]),
    )
    late = data.assign(y=data["y"].mask(data.index < 5))  # the rows that `late` reaches have no outcome
    found = idle.regression(late, outcome="y", treatment="x", controls="w")
    expected = shift.regression(late, outcome="y", treatment="x", controls="w")
    assert found.nobs == expected.nobs == 9
    assert_allclose(found.inference(White()).se, expected.inference(White()).se, rtol=1e-9)


def test_rows_that_are_alone_in_an_effect_are_left_out():
    shift, data = problem(4)
    alone = data.assign(region=np.where(data.index == 7, 99, data["region"]))
    found = shift.regression(alone, outcome="y", treatment="x", controls="w | region")
    expected = replace(shift, shares=shift.shares.drop(index=7)).regression(
        alone.drop(index=7), outcome="y", treatment="x", controls="w | region"
    )
    assert_allclose(found.params, expected.params, rtol=1e-9)


@pytest.mark.parametrize("labels", [lambda n: [0] * n, lambda n: [f"place {i // 3}" for i in range(n)]])
def test_rows_and_shocks_may_be_in_any_order_and_labels_may_repeat(labels):
    shift, data = problem(6)
    expected = shift.regression(data, outcome="y", treatment="x", controls="w | region", weights="people")
    order = np.random.default_rng(0).permutation(len(data))
    shuffled = data.iloc[order].set_axis(labels(len(data)))
    again = ShiftShare(
        shift.shares.iloc[order, ::-1].set_axis(labels(len(data))), shift.shocks.sample(frac=1, random_state=2)
    )
    found = again.regression(shuffled, outcome="y", treatment="x", controls="w | region", weights="people")
    assert_allclose(found.inference(White()).covariance, expected.inference(White()).covariance, rtol=1e-8)


@pytest.mark.parametrize("factor", [1e-4, -2.0, 1e4])
def test_units_of_measurement(factor):
    shift, data = problem(7)
    base = shift.regression(data, outcome="y", treatment="x", controls="w").inference(White()).row("x")
    for change, scale in (
        (lambda: (replace(shift, shocks=factor * shift.shocks), data), 1.0),
        (lambda: (replace(shift, shares=abs(factor) * shift.shares), data), 1.0),
        (lambda: (shift, data.assign(people=1.0)), 1.0),
        (lambda: (shift, data.assign(y=factor * data["y"])), factor),
        (lambda: (shift, data.assign(x=factor * data["x"])), 1 / factor),
    ):
        other, table = change()
        row = other.regression(table, outcome="y", treatment="x", controls="w").inference(White()).row("x")
        assert_allclose([row["estimate"], row["se"]], [base["estimate"] * scale, base["se"] * abs(scale)], rtol=1e-7)


def test_all_weights_equal_are_none():
    shift, data = problem(8)
    some = shift.regression(data.assign(people=3.0), outcome="y", treatment="x", controls="w", weights="people")
    none = shift.regression(data, outcome="y", treatment="x", controls="w")
    assert_allclose(some.inference(White()).covariance, none.inference(White()).covariance, rtol=1e-9)


def test_controls_by_shock_keep_the_estimate_where_the_units_have_their_sums():
    shift, data = problem(9)
    rng = np.random.default_rng(9)
    own = pd.DataFrame({"size of it": rng.normal(size=9), "group": list("aabbccdde"), "big": rng.random(9) > 0.5})
    own.index = shift.shares.columns
    data = data.assign(sums=shift.shares.to_numpy() @ own["size of it"].to_numpy())
    fit = shift.regression(data, outcome="y", treatment="x", controls="w + sums", shock_controls=own[::-1])
    assert_allclose(estimate(fit), estimate(IV("y ~ w + sums | x ~ z").fit(data)), rtol=1e-8)
    assert fit.names == ("Intercept", "size of it", "x")  # texts and truth values are no controls
    assert fit.inference(Clustered("group")).clusters == {"group": 5}


def test_names_that_are_no_names_of_formulas():
    shift, data = problem(10)
    names = {"y": "log wage", "x": "a + b", "people": "the people", "w": "w 1"}
    found = shift.regression(
        data.rename(columns=names), outcome="log wage", treatment="a + b", controls="`w 1`", weights="the people"
    )
    expected = shift.regression(data, outcome="y", treatment="x", controls="w", weights="people")
    assert_allclose(found.params, expected.params, rtol=1e-12)


def test_the_effective_number_of_shocks():
    even = ShiftShare(pd.DataFrame(np.eye(4)), pd.Series([1.0, 2.0, -1.0, 0.5]))
    assert_allclose(even.effective, 4.0, rtol=1e-12)
    one = ShiftShare(pd.DataFrame(np.outer(np.arange(1.0, 4.0), [1.0, 0.0])), pd.Series([1.0, 2.0]))
    assert_allclose(one.effective, 1.0, rtol=1e-12)
    uneven = ShiftShare(pd.DataFrame([[0.75, 0.25], [0.75, 0.25]]), pd.Series([1.0, 2.0]))
    assert_allclose(uneven.effective, 1 / (0.75**2 + 0.25**2), rtol=1e-12)
    assert repr(uneven) == "<shift-share of 2 rows and 2 shocks, effective number 1.6>"


def test_the_instrument_and_the_sums_are_those_of_the_rows():
    shares = pd.DataFrame([[0.2, 0.3], [0.0, 1.0]], index=["p", "q"], columns=["a", "b"])
    shift = ShiftShare(shares, pd.Series({"b": 10.0, "a": -1.0}))
    assert shift.instrument.round(12).to_dict() == {"p": 2.8, "q": 10.0}
    assert shift.total.to_dict() == {"p": 0.5, "q": 1.0}


def test_errors_by_shock_hold_where_those_by_unit_do_not():
    """Placebo shocks: the outcome has shocks of its own, passed on by the same shares (Adão, Kolesár and Morales)."""
    draws, by_shock, by_unit = 150, 0, 0
    share = np.random.default_rng(0).dirichlet(np.full(40, 0.15), size=200)
    names = [f"k{k}" for k in range(40)]
    shares = pd.DataFrame(share, columns=names)
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        shift = ShiftShare(shares, pd.Series(rng.normal(size=40), index=names))
        data = pd.DataFrame({"z": shift.instrument, "u": range(200)})
        data["y"] = share @ rng.normal(size=40) * 3 + rng.normal(size=200)
        fit = shift.regression(data, outcome="y", treatment="z")
        by_shock += fit.inference(White("HC1")).row("z")["p_value"] < 0.05
        by_unit += OLS("y ~ z").fit(data).inference(Clustered("u")).row("z")["p_value"] < 0.05
    assert by_unit / draws > 0.2
    assert by_shock / draws < 0.12  # 0.05, three standard errors of 150 draws and what 40 shocks lack


def test_balance_is_the_regression_of_what_was_before_on_the_instrument():
    shift, data = problem(11, units=150, shocks=30)
    rng = np.random.default_rng(1)
    data = data.assign(driven=data["z"] + 0.1 * rng.normal(size=300), idle=rng.normal(size=300))
    found = shift.balance(data, ["driven", "idle"], White("HC1"), controls="people | region")
    assert found.index.tolist() == ["driven", "idle"]
    assert found.columns.tolist() == ["estimate", "se", "p_value", "shocks"]
    for name in ("driven", "idle"):
        by_unit = OLS(f"{name} ~ z + people | region").fit(data)
        assert_allclose(found.loc[name, "estimate"], estimate(by_unit, "z"), rtol=1e-9)
    assert found["shocks"].tolist() == [30, 30]
    assert found.loc["driven", "p_value"] < 1e-6
    assert found.loc["idle", "p_value"] > 0.01


def test_random_shocks_are_found_unbalanced_as_seldom_as_they_should_be():
    draws, found = 120, 0
    share = pd.DataFrame(np.random.default_rng(1).dirichlet(np.full(120, 0.1), size=300))
    data = pd.DataFrame({"before": share.to_numpy() @ np.random.default_rng(2).normal(size=120)})
    for seed in range(draws):
        shift = ShiftShare(share, pd.Series(np.random.default_rng(seed).normal(size=120)))
        found += shift.balance(data, ["before"], White("HC1"))["p_value"].iloc[0] < 0.05
    assert found / draws < 0.12  # 0.05 and three standard errors of 120 draws


@pytest.mark.parametrize("wrong", [-0.1, np.nan, np.inf])
def test_shares_that_are_none(wrong):
    shift, _ = problem(0)
    shares = shift.shares.copy()
    shares.iloc[4, 2] = wrong
    with pytest.raises(DataError, match="shares of 'k2' are missing, infinite or negative; fill or drop them"):
        ShiftShare(shares, shift.shocks)


@pytest.mark.parametrize(
    "change",
    [
        lambda g: g.iloc[1:],
        lambda g: pd.concat([g, pd.Series({"more": 1.0})]),
        lambda g: pd.concat([g, g.iloc[:1]]),
        lambda g: g.where(g.index != "k3"),
        lambda g: g.replace(g.iloc[0], np.inf),
        lambda g: g.set_axis(range(9)),
    ],
    ids=["one less", "one more", "twice", "missing", "infinite", "other names"],
)
def test_shocks_that_do_not_match(change):
    shift, _ = problem(0)
    with pytest.raises(DataError, match="shocks have to be finite, one for each column of the shares, by its name"):
        ShiftShare(shift.shares, change(shift.shocks))


def test_what_is_refused():
    shift, data = problem(1)
    regress = {"outcome": "y", "treatment": "x"}
    with pytest.raises(DataError, match="different rows; give both the same index"):
        shift.regression(data.iloc[1:], **regress)
    with pytest.raises(DataError, match="different rows"):
        shift.by_shock(data.sample(frac=1, random_state=1), ["y"])
    with pytest.raises(MissingColumnError, match="no column 'q'; the table has 'w'"):
        shift.regression(data, outcome="q", treatment="x")
    with pytest.raises(MissingColumnError, match="'q'"):
        shift.balance(data, ["w", "q"], White())
    with pytest.raises(MissingColumnError, match="'q'"):
        shift.regression(data, **regress, weights="q")
    with pytest.raises(FormulaError, match="the response x is among the regressors"):
        shift.regression(data, **regress, controls="x")
    for wrong in (0.0, -1.0):
        with pytest.raises(DataError, match="'people' have to be positive"):
            shift.regression(
                data.assign(people=data["people"].where(data.index > 3, wrong)), **regress, weights="people"
            )
    with pytest.raises(DataError, match="'y', row 0: 'a' is not a number"):
        shift.regression(data.assign(y="a"), **regress)
    with pytest.raises(CollinearError, match="shock is a combination of the intercept"):
        replace(shift, shocks=shift.shocks * 0 + 1).regression(data, **regress)
    few = ShiftShare(shift.shares[["k0", "k1"]], shift.shocks[["k0", "k1"]])
    with pytest.raises(IdentificationError, match="2 rows for 2 parameters"):
        few.regression(data.assign(total=few.total), **regress, controls="total")


def test_rows_without_weight_are_left_out():
    shift, data = problem(12)
    holes = data.assign(people=data["people"].mask(data.index < 6))
    by_unit = IV("y ~ w | region | x ~ z", weights="people").fit(holes)
    found = shift.regression(holes, outcome="y", treatment="x", controls="w | region", weights="people")
    assert_allclose(estimate(found), estimate(by_unit), rtol=1e-9)
