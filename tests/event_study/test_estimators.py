"""What single estimators do, against regressions written out and against each other."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from laws.event_studies import COLUMNS, staggered
from numpy.testing import assert_allclose

from econ import OLS, Clustered, NeweyWest, White, wild_bootstrap
from econ.errors import CollinearError, DataError, IdentificationError, NotDefinedError
from econ.event_study import TWFE, CallawaySantAnna, Imputation, LocalProjection, Stacked, SunAbraham

ROBUST = Clustered("f", correction="CR0")


def with_cells(data):
    """Indicators of cohorts in periods, and the terms of the saturated regression."""
    names = []
    for cohort in sorted(data["first"].dropna().unique()):
        for period in sorted(data["t"].unique()):
            if period != cohort - 1:
                name = f"c{cohort:.0f}_{period}"
                data = data.assign(**{name: ((data["first"] == cohort) & (data["t"] == period)).astype(float)})
                names.append(name)
    return data, names


@pytest.mark.parametrize("share", [1.0, 0.8])
@pytest.mark.parametrize("controls", [None, "x"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_sun_abraham_is_the_saturated_regression(share, controls, weights):
    data, names = with_cells(staggered().sample(frac=share, random_state=0))
    sizes = data.groupby("f")["f"].transform("size")
    data = data[sizes > 1]
    fit = SunAbraham(**COLUMNS, controls=controls, weights=weights).fit(data).aggregate("cohort_time")
    formula = f"y ~ {' + '.join(names)}{' + x' if controls else ''} | f + t"
    expected = OLS(formula, weights=weights).fit(data)
    k = len(names)
    assert_allclose(fit.params, expected.params[:k], rtol=1e-8, atol=1e-10)
    covariances = [
        White("HC1"),
        White("HC3"),
        Clustered("g"),
        Clustered("f", correction="CR2"),
        NeweyWest("t", unit="f"),
    ]
    for covariance in covariances:
        one, other = fit.inference(covariance), expected.inference(covariance)
        assert_allclose(one.se, other.se[:k], rtol=1e-7)
        assert_allclose(one.df, other.df[:k], rtol=1e-6)


def test_dynamic_two_way_fixed_effects_are_a_regression_on_event_times():
    data = staggered()
    since = (data["t"] - data["first"]).fillna(-1)
    times = sorted(set(since) - {-1})
    terms = {f"e{place}": ((since == time) & data["first"].notna()).astype(float) for place, time in enumerate(times)}
    expected = OLS(f"y ~ {' + '.join(terms)} | f + t").fit(data.assign(**terms))
    fit = TWFE(**COLUMNS).fit(data)
    assert_allclose(fit.params, expected.params, rtol=1e-9)
    assert_allclose(fit.inference(Clustered("g")).se, expected.inference(Clustered("g")).se, rtol=1e-9)
    test = wild_bootstrap(fit, "0", Clustered("g"), reps=999)
    assert test.p_value == wild_bootstrap(expected, f"e{times.index(0)}", Clustered("g"), reps=999).p_value


def test_a_varying_base_takes_differences_of_neighbouring_periods():
    data = staggered()
    universal, varying = (TWFE(**COLUMNS, base=base).fit(data) for base in ("universal", "varying"))
    values = dict(zip(universal.names, universal.params, strict=True)) | {"-1": 0.0}
    for name, value in zip(varying.names, varying.params, strict=True):
        expected = values[name] - values[str(int(name) - 1)] if int(name) < 0 else values[name]
        assert_allclose(value, expected, atol=1e-12)


def test_binned_ends_share_a_coefficient():
    data = staggered()
    since = (data["t"] - data["first"]).clip(-2, 2)
    terms = {f"e{time + 2}": (since == time).astype(float) for time in (-2, 0, 1, 2)}
    expected = OLS(f"y ~ {' + '.join(terms)} | f + t").fit(data.assign(**terms))
    assert_allclose(TWFE(**COLUMNS, window=(-2, 2), endpoints="binned").fit(data).params, expected.params, rtol=1e-9)


def test_callaway_santanna_is_differences_of_means():
    data = staggered()
    means = data.groupby([data["first"].fillna(0), "t"])["y"].mean()
    fit = CallawaySantAnna(**COLUMNS).fit(data).aggregate("cohort_time")
    for name, value in zip(fit.names, fit.params, strict=True):
        cohort, period = map(int, name.split(":"))
        change = means[cohort, period] - means[cohort, cohort - 1]
        assert_allclose(value, change - (means[0, period] - means[0, cohort - 1]), atol=1e-12)


@pytest.mark.parametrize("share", [1.0, 0.85])
def test_local_projections_of_cohorts_are_those_of_callaway_santanna(share):
    options, data = {**COLUMNS, "comparison": "notyet"}, staggered().sample(frac=share, random_state=0)
    seen = data.groupby("f")["t"].transform("size") == 8  # a local projection needs the period of the event, too
    one, other = (
        cls(**options).fit(data[seen]).aggregate("cohort_time") for cls in (CallawaySantAnna, LocalProjection)
    )
    places = [other.names.index(name) for name in one.names]
    assert_allclose(one.params, other.params[places], atol=1e-12)
    assert_allclose(one.inference(ROBUST).se, other.inference(ROBUST).se[places], rtol=1e-9)


def test_in_a_balanced_panel_without_controls_regression_and_means_agree():
    data = staggered()
    fits = [cls(**COLUMNS).fit(data).aggregate("cohort_time") for cls in (SunAbraham, CallawaySantAnna)]
    assert_allclose(fits[0].params, fits[1].params, rtol=1e-9)
    assert_allclose(*(fit.inference(ROBUST).se for fit in fits), rtol=1e-9)


@pytest.mark.parametrize("adjustment", ["doubly_robust", "regression", "weighting"])
def test_constant_controls_of_no_use_change_nothing_much(adjustment):
    data = staggered(units=400)
    plain = CallawaySantAnna(**COLUMNS).fit(data)
    fit = CallawaySantAnna(**COLUMNS, controls="z", adjustment=adjustment).fit(data)
    assert_allclose(fit.params, plain.params, atol=4 * plain.inference(ROBUST).se.max() / np.sqrt(10))


@pytest.mark.parametrize("controls", [None, "x"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_imputation_is_linear_in_the_outcome_with_the_weights_of_its_influence(controls, weights):
    """The influence of a row is its residual times the derivative of the estimate by its outcome."""
    data = staggered(units=24).sample(frac=0.9, random_state=2).reset_index(drop=True)
    spec = Imputation(**COLUMNS, controls=controls, weights=weights)
    fit = spec.fit(data)
    post = [int(name) >= 0 for name in fit.names]
    for place in (0, 50, 90, 140):
        row = int(fit.sample.rows[place])
        moved = data.assign(y=data["y"].where(data.index != row, data["y"] + 1))
        slope = spec.fit(moved).params - fit.params
        assert_allclose(fit.influence[place, post], (slope * fit.residuals[place])[post], atol=1e-11)


def test_imputation_takes_untreated_rows_only_before_the_event():
    data = staggered()
    since = data["t"] - data["first"]
    before = data[~(since >= 0)]
    times = sorted(set(since[since < -1]))
    terms = {f"e{place}": (before["t"] - before["first"] == time).astype(float) for place, time in enumerate(times)}
    expected = OLS(f"y ~ {' + '.join(terms)} | f + t").fit(before.assign(**terms))
    fit = Imputation(**COLUMNS).fit(data.assign(y=data["y"] + 100 * (since >= 0)))
    assert_allclose(fit.params[: len(times)], expected.params, rtol=1e-8)


def test_without_never_treated_units_a_trend_before_the_event_is_not_identified():
    data = staggered()
    fit = Imputation(**COLUMNS, comparison="notyet").fit(data[data["first"].notna()])
    assert fit.omitted == ("-6",)
    assert "no untreated row in its period" in fit.sample.dropped


@pytest.mark.parametrize("weighting", ["treated", "variance"])
def test_stacks_are_data_sets_one_after_the_other(weighting):
    data = staggered()
    stacks = []
    for cohort in (2004.0, 2006.0):
        inside = data[
            data["t"].between(cohort - 2, cohort + 2) & ((data["first"] == cohort) | ~(data["first"] <= cohort + 2))
        ]
        stacks.append(
            inside.assign(stack=cohort, since=inside["t"] - cohort, own=(inside["first"] == cohort).astype(float))
        )
    stacked = pd.concat(stacks, ignore_index=True)
    fit = Stacked(**COLUMNS, window=(-2, 2), weighting=weighting).fit(data)
    assert fit.omitted == ("cohort 2007",)
    stacked["w"] = 1.0
    if weighting == "treated":  # corrective weights of Wing, Freedman and Hollingsworth
        counts = stacked.pivot_table(index="stack", columns="own", values="f", aggfunc="nunique")
        shares = (counts[1.0] / counts[1.0].sum()) / (counts[0.0] / counts[0.0].sum())
        stacked["w"] = np.where(stacked["own"] == 1, 1.0, stacked["stack"].map(shares))
    for time in (-2, 0, 1, 2):
        stacked[f"e{time + 2}"] = stacked["own"] * (stacked["since"] == time)
    expected = OLS("y ~ e0 + e2 + e3 + e4 | f^stack + t^stack", weights="w").fit(stacked)
    assert_allclose(fit.params, expected.params, rtol=1e-9)
    assert fit.nobs == len(stacked)
    if weighting == "variance":
        assert_allclose(fit.inference(Clustered("f")).se, expected.inference(Clustered("f")).se, rtol=1e-9)


@pytest.mark.parametrize("cls", [TWFE, Stacked, LocalProjection])
def test_exposure_is_the_slope_of_a_common_event(cls):
    """Every unit has the same event; effects are found from how strongly it concerns them."""
    rng = np.random.default_rng(0)
    data = staggered(noise=0.2, seed=5).assign(first=2005.0)
    gain = 0.7 * data["dose"] * (data["t"] - 2004) * (data["t"] >= 2005)
    data["y"] = data["f"] % 5 + np.sin(data["t"]) + gain + 0.05 * rng.normal(size=len(data))
    fit = cls(**COLUMNS, exposure="dose").fit(data)
    assert fit.params[fit.position("2")] == pytest.approx(2.1, abs=0.15)
    assert fit.params[fit.position("-2")] == pytest.approx(0.0, abs=0.15)
    with pytest.raises(DataError, match="an exposure has to be a finite number and the same in all rows"):
        cls(**COLUMNS, exposure="w").fit(data)
    with pytest.raises(IdentificationError, match="use exposure= if they differ"):
        cls(**COLUMNS, comparison="notyet").fit(data)


def test_cohorts_without_a_period_before_their_anticipation_are_counted():
    data = staggered()
    fit = CallawaySantAnna(**COLUMNS, anticipation=3).fit(data)
    assert fit.sample.dropped == {"no period before the anticipation": int((data["first"] == 2004).sum())}


def test_controls_that_say_nothing_are_named():
    data = staggered().assign(same=1.0, twice=lambda d: 2 * d["x"])
    with pytest.raises(CollinearError, match="same"):
        SunAbraham(**COLUMNS, controls="same").fit(data)
    with pytest.raises(CollinearError, match="z"):
        SunAbraham(**COLUMNS, controls="z").fit(data)
    with pytest.raises(CollinearError, match="x, twice"):
        SunAbraham(**COLUMNS, controls="x + twice").fit(data)
    with pytest.raises(CollinearError, match="controls are combinations"):
        CallawaySantAnna(**COLUMNS, controls="x + twice").fit(data)
    with pytest.raises(CollinearError, match="twice is a combination of x|the controls 'x', 'twice'"):
        Imputation(**COLUMNS, controls="x + twice").fit(data)
    with pytest.raises(CollinearError, match="'x', 'twice' cannot be told"):
        LocalProjection(**COLUMNS, controls="x + twice").fit(data)


def test_controls_that_tell_who_is_treated_leave_nobody_to_compare():
    data = staggered().assign(sign=lambda d: d["first"].notna() + 0.01 * d["z"])
    with pytest.raises(IdentificationError, match=r"cohort:period .*: the controls tell treated from comparison units"):
        CallawaySantAnna(**COLUMNS, controls="sign").fit(data)


def test_leverages_are_there_for_regressions_only():
    data = staggered()
    assert np.isfinite(SunAbraham(**COLUMNS).fit(data).inference(Clustered("g", correction="CR3")).se).all()
    assert np.isfinite(Stacked(**COLUMNS).fit(data).inference(White("HC3")).se).all()
    with pytest.raises(NotDefinedError, match="CallawaySantAnna"):
        CallawaySantAnna(**COLUMNS).fit(data).inference(White("HC3"))


def test_the_influence_of_many_rows_and_cells_is_never_dense():
    """400,000 rows and 144 effects would be 460 MB, of which a clustered error needs a small part."""
    rng = np.random.default_rng(0)
    units, periods = 20_000, 20
    first = rng.choice([*range(6, 18), np.nan], units)
    f, t = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    data = pd.DataFrame({"f": f, "t": t, "first": first[f], "y": rng.normal(size=f.size)})
    for cls in (CallawaySantAnna, SunAbraham, Imputation):
        fit = cls(**COLUMNS).fit(data)
        dense = fit.nobs * len(fit.aggregate("cohort_time").names) * 8
        tracemalloc.start()
        assert np.isfinite(fit.aggregate("overall").inference(Clustered("f")).se).all()
        assert tracemalloc.get_traced_memory()[1] < 0.35 * dense
        tracemalloc.stop()


def test_a_variation_is_a_copy():
    spec = CallawaySantAnna(**COLUMNS, controls="z")
    fits = [replace(spec, adjustment=one).fit(staggered()) for one in ("doubly_robust", "regression", "weighting")]
    assert len({fit.params[0] for fit in fits}) == 3
