"""Distances of panels, dispersion, growth, compositions and flows: known truths, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ import Clustered, NeweyWest, White
from econ.convergence import (
    Aitchison,
    Average,
    BetaConvergence,
    CarreeKlomp,
    CompositionalConvergence,
    FlowAsymmetry,
    HahnKuersteiner,
    HalfPanelJackknife,
    Leader,
    MeanDistance,
    Multiplicative,
    Nickell,
    Pairs,
    SigmaConvergence,
    TotalVariance,
    TotalVariation,
    distance,
)
from econ.convergence.log_ratios import composition_of, coordinates
from econ.errors import DataError, EconError, IdentificationError, OptionError

PARTS = ("a", "b", "c")


def incomes(seed=0, units=40, years=21, shrink=0.04):
    """Gaps to a common path shrink by a share a year, with shocks."""
    rng = np.random.default_rng(seed)
    y = np.empty((units, years))
    y[:, 0] = rng.normal(size=units)
    for t in range(1, years):
        y[:, t] = (1 - shrink) * y[:, t - 1] + 0.02 * rng.normal(size=units)
    unit, year = np.repeat(range(units), years), np.tile(range(1980, 1980 + years), units)
    return pd.DataFrame({"unit": unit, "year": year, "y": np.exp(3 + y.ravel()), "region": unit % 8})


def compositions(seed=0, units=30, years=11, beta=-0.1, steady=(0.5, 0.3, 0.2)):
    rng = np.random.default_rng(seed)
    target = coordinates(np.array(steady))
    z = np.empty((units, years, 2))
    z[:, 0] = target + rng.normal(size=(units, 2))
    for t in range(1, years):
        z[:, t] = z[:, t - 1] + beta * (z[:, t - 1] - target) + 0.02 * rng.normal(size=(units, 2))
    shares = composition_of(z.reshape(-1, 2))
    frame = pd.DataFrame(shares, columns=PARTS)
    return frame.assign(unit=np.repeat(range(units), years), year=np.tile(range(2000, 2000 + years), units))


def beta(**options):
    return BetaConvergence("y", unit="unit", time="year", **options)


def mean(**options):
    return MeanDistance(PARTS, unit="unit", time="year", kind=TotalVariation(), **options)


# known truths


def test_a_speed_that_was_put_in_comes_out():
    truth = -np.log(1 - 0.04)
    row = beta().fit(incomes()).inference(White("HC1")).row("speed")
    assert row["low"] < truth < row["high"]
    assert row["high"] - row["low"] < 0.02


def test_dispersion_falls_at_the_rate_that_was_put_in():
    data = incomes(shrink=0.1, units=200)
    trend = SigmaConvergence("y", unit="unit", time="year").fit(data).inference(NeweyWest("year", lags=2))
    assert trend.row("year")["high"] < 0
    by_year = SigmaConvergence("y", unit="unit", time="year").by_period(data)
    assert_allclose(np.log(by_year.params[5] / by_year.params[0]), 5 * np.log(0.9), atol=0.05)


def test_errors_of_a_dispersion_cover_the_truth():
    hits = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        data = pd.DataFrame({"unit": range(30), "year": 2000, "y": np.exp(rng.normal(size=30))})
        row = SigmaConvergence("y", unit="unit", time="year").table(data).iloc[0]
        hits.append(row["low"] <= 1 <= row["high"])
    assert 0.87 < np.mean(hits) < 0.98


def test_a_change_of_dispersion_counts_that_units_stay_the_same():
    rng = np.random.default_rng(0)
    start = rng.normal(size=100)
    y = np.concatenate([start, 0.9 * start])
    data = pd.DataFrame({"unit": np.tile(range(100), 2), "year": np.repeat([0, 1], 100), "y": np.exp(y)})
    fit = SigmaConvergence("y", unit="unit", time="year").by_period(data)
    change = fit.combine([[-1.0, 1.0]], ["change"]).inference(Clustered("unit")).row("change")
    levels = fit.inference(Clustered("unit")).se
    assert_allclose(change["se"], 0.1 * levels[0], rtol=1e-6)


def test_compositions_converge_to_the_one_that_was_put_in():
    found = CompositionalConvergence(PARTS, unit="unit", time="year", span=1).fit(compositions())
    rows = found.inference(Clustered("unit"))
    assert rows.row("beta")["low"] < -0.1 < rows.row("beta")["high"]
    for part, share in zip(PARTS, (0.5, 0.3, 0.2), strict=True):
        row = rows.row(f"steady[{part}]")
        assert row["low"] - 0.01 < share < row["high"] + 0.01
    assert_allclose(found.params[3:].sum(), 1)


@pytest.mark.parametrize("effects", [(), ("year",), ("unit",), ("unit", "year")])
def test_the_order_of_the_parts_is_irrelevant(effects):
    data = compositions()
    first, second = (
        CompositionalConvergence(parts, unit="unit", time="year", span=2, effects=effects).fit(data)
        for parts in (PARTS, PARTS[::-1])
    )
    assert_allclose(first.params[:3], second.params[:3], rtol=1e-8)
    a, b = (fit.inference(Clustered("unit")) for fit in (first, second))
    assert_allclose(a.se[:3], b.se[:3], rtol=1e-6)
    if not effects:
        assert_allclose(a.row("steady[a]")["estimate"], b.row("steady[a]")["estimate"], rtol=1e-8)
        assert_allclose(a.row("steady[a]")["se"], b.row("steady[a]")["se"], rtol=1e-6)


def test_two_parts_have_one_coordinate():
    data = compositions().assign(rest=lambda frame: frame["b"] + frame["c"])
    found = CompositionalConvergence(("a", "rest"), unit="unit", time="year", span=1).fit(data)
    assert found.names[3:] == ("steady[a]", "steady[rest]")


def test_sigma_of_compositions_is_the_mean_squared_aitchison_distance():
    data = compositions(years=2)
    spec = CompositionalConvergence(PARTS, unit="unit", time="year").sigma
    shares = data.loc[data["year"] == 2000, list(PARTS)].to_numpy()
    pairs = [distance(p, q, kind=Aitchison())[0] ** 2 for i, p in enumerate(shares) for q in shares[:i]]
    assert_allclose(spec.by_period(data).params[0], np.sum(pairs) / (30 * 29), rtol=1e-9)
    assert spec.dispersion == TotalVariance()
    parts = CompositionalConvergence(PARTS, unit="unit", time="year").variance_by_part(data)
    assert_allclose(parts.groupby("year")["variance"].sum(), spec.by_period(data).params, rtol=1e-9)


@pytest.mark.parametrize("to", [Leader(3), Average(), Pairs()], ids=repr)
def test_mean_distances_are_those_of_their_table(to):
    data = compositions(units=8)
    fit, table = mean(to=to).fit(data), mean(to=to).table(data)
    kept = table[table["other"] != table["unit"]]
    assert_allclose(fit.params, kept.groupby("year")["distance"].mean(), rtol=1e-12)
    assert (fit.inference(Clustered("unit")).se > 0).all()


def test_the_error_of_a_mean_of_pairs_is_that_of_the_jackknife():
    data = compositions(units=12, years=1)
    whole = mean(to=Pairs()).fit(data)
    left = np.array([mean(to=Pairs()).fit(data[data["unit"] != unit]).params[0] for unit in range(12)])
    expected = np.sqrt(11 / 12 * ((left - left.mean()) ** 2).sum())
    assert_allclose(whole.inference(Clustered("unit")).se[0], expected, rtol=1e-8)


def test_a_zero_share_is_replaced_and_counted():
    data = compositions(years=2)
    data.loc[0, list(PARTS)] = [0.0, 0.6, 0.4]
    rule = Multiplicative(0.001)
    found = CompositionalConvergence(PARTS, unit="unit", time="year", zeros=rule).regression(data)
    assert found.statistics["zeros_replaced"] == 1
    with pytest.raises(DataError, match="row 0 has a share of zero"):
        CompositionalConvergence(PARTS, unit="unit", time="year").fit(data)


def test_a_ratio_of_flows_has_the_interval_of_its_simulation():
    truth, hits = 2.0, []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        data = pd.DataFrame({"out": truth * rng.gamma(4, size=40), "back": rng.gamma(4, size=40)})
        low, high = FlowAsymmetry("out", "back").bootstrap(data, reps=499).confidence_set[0]
        hits.append(low <= truth <= high)
    assert 0.88 < np.mean(hits) < 0.99


def test_flows_that_balance_are_not_asymmetric():
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"out": rng.gamma(4, size=60), "back": rng.gamma(4, size=60)})
    for term in ("out_in_ratio", "out_share"):
        assert FlowAsymmetry("out", "back").bootstrap(data, term, reps=999).p_value > 0.05
    assert np.isnan(FlowAsymmetry("out", "back").bootstrap(data, "grubel_lloyd", reps=99).p_value)


def test_equal_dispersion_is_rejected_at_its_size():
    rejected = dict.fromkeys(("T2", "T3", "exact"), 0)
    for seed in range(300):
        rng = np.random.default_rng(seed)
        first = rng.normal(size=25)
        last = 0.8 * first + 0.6 * rng.normal(size=25)
        y = np.exp(np.concatenate([first, last]))
        data = pd.DataFrame({"unit": np.tile(range(25), 2), "year": np.repeat([0, 1], 25), "y": y})
        for name in rejected:
            try:
                p = CarreeKlomp("y", unit="unit", time="year", statistic=name).of(data).p_value
            except IdentificationError:
                continue
            rejected[name] += p < 0.05
    assert 6 <= rejected["T2"] <= 28
    assert 6 <= rejected["exact"] <= 28


# tables of every kind


def test_rows_in_any_order_and_other_tables_give_the_same():
    polars = pytest.importorskip("polars")
    data = incomes()
    expected = beta(span=5, effects=("year",)).fit(data).params
    assert_allclose(
        beta(span=5, effects=("year",)).fit(data.sample(frac=1, random_state=0)).params, expected, rtol=1e-9
    )
    assert_allclose(beta(span=5, effects=("year",)).fit(polars.from_pandas(data)).params, expected, rtol=1e-9)


@pytest.mark.parametrize(
    "times",
    [
        lambda year: pd.to_datetime(year.astype(str) + "-12-31"),
        lambda year: pd.PeriodIndex(year.astype(str), freq="Y"),
        lambda year: pd.Categorical(year, categories=sorted(year.unique()), ordered=True),
    ],
    ids=["dates", "periods", "categories"],
)
def test_dates_and_periods_count_like_years(times):
    data = incomes()
    again = data.assign(year=times(data["year"]))
    assert_allclose(beta(span=4).fit(again).params, beta(span=4).fit(data).params, rtol=1e-10)
    assert_allclose(beta().fit(again).params, beta().fit(data).params, rtol=1e-10)


def test_rows_that_start_no_spell_are_counted():
    data = incomes(units=5, years=8).drop(index=[3])
    fit = beta(span=3).fit(data)
    dropped = fit.sample.dropped
    assert sum(dropped.values()) + fit.nobs == len(data)
    assert set(dropped) == {"the end of a last spell", "neither start nor end of a spell"}
    assert len(fit.sample.lost) == len(data) - fit.nobs


def test_controls_are_those_of_the_start_and_a_missing_one_is_counted():
    data = incomes(units=10, years=3).assign(x=lambda frame: np.random.default_rng(0).normal(size=len(frame)))
    data.loc[data["unit"] == 4, "x"] = np.nan
    fit = beta(controls="x").fit(data)
    assert fit.nobs == 9
    assert fit.sample.dropped["missing x"] == 1
    assert fit.names == ("beta", "speed", "half_life", "Intercept", "x")


def test_more_than_the_whole_gap_leaves_beta_without_a_speed():
    rng = np.random.default_rng(0)
    y = rng.normal(size=30)
    data = pd.DataFrame(
        {"unit": np.tile(range(30), 2), "year": np.repeat([0, 1], 30), "y": np.exp(np.concatenate([y, -0.5 * y]))}
    )
    fit = beta().fit(data)
    assert fit.names == ("beta", "Intercept")
    assert_allclose(fit.params[0], -1.5)
    assert any("no speed" in one for one in fit.inference(White()).remarks)


@pytest.mark.parametrize("correction", [Nickell(), HahnKuersteiner()], ids=repr)
def test_a_hole_between_spells_is_refused_where_it_matters(correction):
    data = incomes(units=20, years=10)
    holed = data[~((data["unit"] == 3) & data["year"].between(1984, 1984))]
    spec = beta(span=1, effects=("unit", "year"), correction=correction)
    with pytest.raises(IdentificationError, match="1 of 20 unit lack a spell"):
        spec.fit(holed)
    assert beta(span=1, effects=("unit", "year"), correction=HalfPanelJackknife()).regression(holed).nobs


def test_a_persistence_above_one_is_marked():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(30, 6)).cumsum(axis=1) + np.outer(2 * rng.normal(size=30), 1.1 ** np.arange(6))
    data = pd.DataFrame({"unit": np.repeat(range(30), 6), "year": np.tile(range(6), 30), "y": np.exp(y.ravel() / 10)})
    fit = beta(span=1, effects=("unit",), correction=Nickell()).regression(data)
    assert fit.params[0] > 0
    assert "above one" in fit.caveats[0]


# what is refused


def wrong(column, value):
    data = compositions(units=4, years=3)
    data.loc[5, column] = value
    return data


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (wrong("a", 5.0), "row 5 .* is not a composition"),
        (wrong("a", -0.1), "row 5 .* is not a composition"),
        (compositions(units=1), "1 unit"),
        (compositions().assign(d=0.0, c=lambda frame: frame["c"]), "zero in every row"),
    ],
    ids=["sum", "negative", "one unit", "empty part"],
)
def test_what_is_no_panel_of_compositions_is_refused(data, named):
    parts = (*PARTS, "d") if "d" in data else PARTS
    with pytest.raises(EconError, match=named):
        MeanDistance(parts, unit="unit", time="year", kind=TotalVariation()).fit(data)


def test_a_zero_is_named_by_its_row_in_the_table():
    data = compositions(units=4, years=3).set_index(pd.Index([f"r{i}" for i in range(12)]))
    data.loc["r7", list(PARTS)] = [0.0, 0.5, 0.5]
    with pytest.raises(DataError, match="row r7"):
        MeanDistance(PARTS, unit="unit", time="year", kind=Aitchison()).fit(data)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_value_without_logarithm_is_named(value):
    data = incomes(units=6, years=3)
    data.loc[4, "y"] = value
    for run in (
        lambda: beta().fit(data),
        lambda: SigmaConvergence("y", unit="unit", time="year").fit(data),
        lambda: CarreeKlomp("y", unit="unit", time="year", first=1981).of(data),
    ):
        with pytest.raises(DataError, match="row 4"):
            run()


def test_a_leader_that_is_not_there_is_refused():
    with pytest.raises(OptionError, match="no unit 'USA'"):
        mean(to=Leader("USA")).fit(compositions())
    with pytest.raises(OptionError, match="no unit"):
        mean(to=Leader([1, 2])).fit(compositions())
    data = compositions(units=5)
    with pytest.raises(IdentificationError, match="2003 has no row of Leader"):
        mean(to=Leader(0)).fit(data[~((data["unit"] == 0) & (data["year"] == 2003))])


@pytest.mark.parametrize(
    "make",
    [
        lambda: beta(span=0),
        lambda: beta(span="ten"),
        lambda: beta(effects="unit"),
        lambda: beta(effects=("unit",), correction=Nickell),
        lambda: beta(correction=Nickell()),
        lambda: mean(to="USA"),
        lambda: MeanDistance(PARTS, unit="u", time="t", kind=TotalVariation),
        lambda: MeanDistance(PARTS, unit="u", time="unit", kind=TotalVariation()),
        lambda: SigmaConvergence("y", unit="u", time="units"),
        lambda: SigmaConvergence("y", unit="u", time="t", dispersion=TotalVariance()),
        lambda: SigmaConvergence(PARTS, unit="u", time="t"),
        lambda: SigmaConvergence("y", unit="u", time="t", dispersion="sd"),
        lambda: CompositionalConvergence(PARTS, unit="u", time="t", effects=("region",)),
        lambda: CarreeKlomp("y", unit="u", time="t", statistic="T4"),
        lambda: FlowAsymmetry("out", None),
    ],
)
def test_an_option_without_meaning_is_refused(make):
    with pytest.raises(OptionError):
        make()


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        ({"out": [1.0, -1.0], "back": [1.0, 1.0]}, "row 1"),
        ({"out": [1.0, 1.0], "back": [0.0, 0.0]}, "zero in every row"),
        ({"out": [1.0], "back": [1.0]}, "one row"),
        ({"out": [1.0, 2.0], "back": [1.0, 2.0], "all": [9.0, 1.0]}, "less than"),
    ],
)
def test_flows_that_have_no_asymmetry_are_refused(frame, named):
    data = pd.DataFrame(frame)
    with pytest.raises(EconError, match=named):
        FlowAsymmetry("out", "back", total="all" if "all" in data else None).fit(data)


def test_blocks_as_long_as_the_table_are_refused():
    data = pd.DataFrame({"out": [1.0, 2.0, 3.0], "back": [1.0, 1.0, 2.0]})
    with pytest.raises(OptionError, match="block=3"):
        FlowAsymmetry("out", "back").bootstrap(data, block=3)
    with pytest.raises(OptionError, match="seed"):
        FlowAsymmetry("out", "back").bootstrap(data, seed=-1)


def test_two_units_or_equal_ones_have_no_error_of_their_dispersion():
    data = incomes(units=2, years=4)
    spec = SigmaConvergence("y", unit="unit", time="year")
    assert spec.fit(data).nobs == 4
    with pytest.raises(IdentificationError, match="3 or more"):
        spec.table(data)
    based = incomes(units=5, years=4)
    based.loc[based["year"] == 1980, "y"] = 100.0
    with pytest.raises(IdentificationError, match="1980, as in the base period"):
        spec.by_period(based)


def test_texts_have_no_distances_in_time():
    data = incomes(units=5, years=3).assign(year=lambda frame: frame["year"].astype(str))
    with pytest.raises(DataError, match="distances are not known"):
        beta().fit(data)


def test_a_span_that_no_unit_has_is_refused():
    with pytest.raises(IdentificationError, match="two values of year"):
        beta(span=50).fit(incomes(units=4, years=3))
    with pytest.raises(OptionError, match="longer span"):
        beta(span=1e-9).fit(incomes(units=4, years=3))


def test_periods_that_cannot_be_compared_are_refused():
    data = incomes(units=8, years=2)
    spec = CarreeKlomp("y", unit="unit", time="year", first=1900)
    with pytest.raises(OptionError, match="no year 1900"):
        spec.of(data)
    with pytest.raises(IdentificationError, match="5 or more"):
        CarreeKlomp("y", unit="unit", time="year").of(incomes(units=3, years=2))
    flat = data.assign(y=np.where(data["year"] == 1981, 5.0, data["y"]))
    with pytest.raises(IdentificationError, match="all equal"):
        CarreeKlomp("y", unit="unit", time="year").of(flat)


def test_compositions_that_move_apart_have_no_steady_state_to_go_to():
    found = CompositionalConvergence(PARTS, unit="unit", time="year", span=1).fit(compositions(beta=0.1, years=6))
    assert found.params[0] > 0
    assert any("move away" in one for one in found.caveats)


def test_compositions_that_overshoot_have_no_speed():
    found = CompositionalConvergence(PARTS, unit="unit", time="year", span=1).fit(compositions(beta=-1.5, years=4))
    assert "speed" not in found.names
    assert any("no speed" in one for one in found.caveats)


def test_a_leader_is_no_cluster():
    fit = mean(to=Leader(3)).fit(compositions(units=8, years=2))
    estimates = fit.inference(Clustered("unit"))
    assert estimates.clusters == {"unit": 7}
    assert fit.sample.dropped == {"the leader": 2}


@pytest.mark.parametrize(
    "make",
    [
        lambda: BetaConvergence("np.log(y)", unit="unit", time="year"),
        lambda: SigmaConvergence("np.log(y)", unit="unit", time="year"),
        lambda: CarreeKlomp("log(y)", unit="unit", time="year"),
        lambda: Aitchison(zeros=0.01),
        lambda: TotalVariance(zeros=0.01),
        lambda: CompositionalConvergence(PARTS, unit="unit", time="year", zeros=0.01),
    ],
)
def test_a_logarithm_of_a_logarithm_and_a_bare_share_are_refused(make):
    with pytest.raises(OptionError):
        make()
