"""Tests of series and panels, gaps and clubs: laws over every member, published critical values, what is refused."""

import numpy as np
import pandas as pd
import pytest
from laws.members import is_frozen, members
from numpy.testing import assert_allclose

import econ.convergence.panel_unit_roots
import econ.convergence.unit_roots
from econ.convergence import (
    ADF,
    AQSB,
    CIPS,
    FQSB,
    IPS,
    KPSS,
    Average,
    ByBIC,
    BySignificance,
    Fisher,
    GrownSieve,
    Hadri,
    HodrickPrescott,
    Johansen,
    Leader,
    LeeStrazicich,
    LogT,
    Pairs,
    PhillipsSul,
    RaisedSieve,
    SingleSieve,
    StochasticConvergence,
    ZivotAndrews,
    clubs,
)
from econ.convergence.simulated import simulated_p_value
from econ.convergence.unit_root import STATIONARY, UNIT_ROOT
from econ.errors import DataError, EconError, IdentificationError, NotDefinedError, OptionError
from econ.studies.unit_roots import unit_root_quantiles

SERIES = [one() for one in members(econ.convergence.unit_roots, "of")]
PANELS = [one() for one in members(econ.convergence.panel_unit_roots, "of")]
every = pytest.mark.parametrize("test", SERIES, ids=repr)
every_panel = pytest.mark.parametrize("test", PANELS, ids=repr)


def walk(seed, T=80):
    return np.random.default_rng(seed).normal(size=T).cumsum()


def noise(seed, T=80):
    return np.random.default_rng(seed).normal(size=T)


def test_the_folders_hold_the_tests():
    assert len(SERIES) == 6
    assert len(PANELS) == 4
    assert all(is_frozen(type(one)) for one in (*SERIES, *PANELS))
    assert {one.null for one in (*SERIES, *PANELS)} == {UNIT_ROOT, STATIONARY}


@every
def test_a_walk_and_noise_are_told_apart(test):
    false = noise if test.null == STATIONARY else walk
    true = walk if test.null == STATIONARY else noise
    assert np.mean([test.of(false(seed)).p_value < 0.05 for seed in range(20)]) <= 0.3
    assert np.mean([test.of(true(seed)).p_value < 0.05 for seed in range(20)]) >= 0.7


@every
@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1e-6), (1e8, 1.0), (-3.0, 1e6)])
def test_level_and_unit_of_measurement_are_irrelevant(test, shift, scale):
    y = walk(3)
    found, moved = test.of(y), test.of(shift + scale * y)
    assert_allclose(moved.statistic, found.statistic, rtol=1e-5)
    assert_allclose(moved.p_value, found.p_value, rtol=1e-4, atol=1e-8)


@every
@pytest.mark.parametrize(
    "wrong",
    [
        np.full(50, 3.0),
        np.r_[np.arange(30.0), np.nan],
        np.r_[walk(0), np.inf],
        np.zeros((20, 2)),
        ["a", "b"],
        [1.0, 2.0],
        np.tile([1.0, -1.0], 40),
        None,
    ],
    ids=["constant", "missing", "infinite", "table", "texts", "short", "alternating", "nothing"],
)
def test_what_is_no_series_is_refused(test, wrong):
    if test.null == STATIONARY and isinstance(wrong, np.ndarray) and wrong.ndim == 1 and abs(wrong[0]) == 1:
        pytest.skip("alternating values are stationary")
    with pytest.raises(EconError):
        test.of(wrong)


@every
def test_an_index_out_of_order_is_refused(test):
    y = pd.Series(walk(0), index=np.random.default_rng(0).permutation(80))
    with pytest.raises(DataError, match="order of time"):
        test.of(y)
    assert_allclose(test.of(y.sort_index().reset_index(drop=True)).statistic, test.of(y.sort_index()).statistic)


@every_panel
def test_panels_of_walks_and_of_noise_are_told_apart(test):
    false = noise if test.null == STATIONARY else walk
    true = walk if test.null == STATIONARY else noise
    panels = [
        [np.column_stack([of(50 * seed + j, 50) for j in range(6)]) for seed in range(12)] for of in (false, true)
    ]
    size, power = (np.mean([test.of(panel).p_value < 0.05 for panel in some]) for some in panels)
    assert size <= 0.34
    assert power >= 0.8


@every_panel
def test_the_order_of_the_series_is_irrelevant(test):
    panel = np.column_stack([walk(j) for j in range(5)])
    assert_allclose(test.of(panel[:, ::-1]).statistic, test.of(panel).statistic, rtol=1e-7)


@every_panel
@pytest.mark.parametrize(
    "wrong", [walk(0), np.column_stack([walk(0), np.full(80, 1.0), walk(1)]), "abc", 5, None, [[1.0], [2.0, 3.0]]]
)
def test_what_is_no_panel_is_refused(test, wrong):
    with pytest.raises(EconError):
        test.of(wrong)


@pytest.mark.parametrize(
    ("test", "periods", "units", "published"),
    [
        # Elliott, Rothenberg and Stock (1996), table I.C, with a trend
        ("df-gls trend", 50, 1, {0.01: -3.77, 0.05: -3.19, 0.1: -2.89}),
        ("df-gls trend", 100, 1, {0.01: -3.58, 0.05: -3.03, 0.1: -2.74}),
        ("df-gls trend", 200, 1, {0.01: -3.46, 0.05: -2.93, 0.1: -2.64}),
        # Lee and Strazicich (2003, 2013), T = 100, changes of the constant
        ("lee-strazicich constant 1", 100, 1, {0.05: -3.566, 0.1: -3.211}),
        ("lee-strazicich constant 2", 100, 1, {0.05: -3.842, 0.1: -3.504}),
        # Pesaran (2007), table II.b, with a constant
        ("cips constant", 50, 20, {0.01: -2.38, 0.05: -2.20, 0.1: -2.11}),
    ],
)
def test_simulated_quantiles_are_those_of_published_tables(test, periods, units, published):
    for level, critical in published.items():
        assert_allclose(simulated_p_value(test, critical, periods=periods, units=units)[0], level, rtol=0.2)


def test_quantiles_are_the_same_whenever_they_are_simulated():
    import econ.studies.unit_roots as study

    cells = [study._cells()[0], study._cells()[-1]]
    block = study.Block("df-gls", "constant", 0, 1, 20, 500, np.random.SeedSequence(0).spawn(1)[0])
    assert_allclose(study.statistics(block), study.statistics(block))
    assert {cell[0] for cell in cells} == {"df-gls", "cips"}
    with pytest.raises(OptionError, match="share"):
        unit_root_quantiles(share=0)


def test_a_size_outside_the_simulation_is_said():
    assert "quantiles were simulated" in simulated_p_value("cips constant", -2.0, periods=30, units=3)[1][0]
    p, remarks = simulated_p_value("cips constant", -9.0, periods=30, units=10)
    assert p == 0.001
    assert "or smaller" in remarks[-1]


def test_fisher_of_stationarity_holds_its_size():
    panels = [np.random.default_rng(seed).normal(size=(60, 20)) for seed in range(15)]
    assert np.mean([Fisher(KPSS(lags=2)).of(panel).p_value < 0.05 for panel in panels]) < 0.2


def test_series_that_cancel_have_no_average_to_augment_with():
    panel = np.column_stack([walk(j) for j in range(5)])
    with pytest.raises(IdentificationError, match="same average"):
        CIPS().of(panel - panel.mean(axis=1, keepdims=True))
    with pytest.raises(IdentificationError, match="2 series"):
        CIPS().of(panel[:, :2])


def test_dependent_series_have_no_rank():
    panel = np.column_stack([walk(j) for j in range(3)])
    for wrong in (panel - panel.mean(axis=1, keepdims=True), np.column_stack([panel, panel.sum(axis=1)])):
        with pytest.raises(IdentificationError, match="combinations"):
            Johansen().of(wrong)
    with pytest.raises(IdentificationError, match="too few"):
        Johansen(lags=5).of(panel[:14])
    with pytest.raises(IdentificationError, match="12 at most"):
        Johansen().of(np.column_stack([walk(j, 200) for j in range(13)]))


# gaps


def panel(N=5, T=60, seed=0, *, common=True):
    rng = np.random.default_rng(seed)
    base = rng.normal(size=T).cumsum()[:, None] / 10
    own = rng.normal(size=(T, N)) / 20 if common else rng.normal(size=(T, N)).cumsum(axis=0) / 10
    y = np.exp(1 + base + own)
    return pd.DataFrame({"unit": np.tile(list("abcdefgh")[:N], T), "year": np.repeat(range(T), N), "y": y.ravel()})


def gaps(**options):
    return StochasticConvergence("y", unit="unit", time="year", **options)


@pytest.mark.parametrize("to", [Average(), Leader("a"), Pairs()], ids=repr)
def test_units_with_a_common_path_converge(to):
    spec = gaps(to=to, test=ADF(lags=0))
    assert spec.table(panel())["converges"].all()
    assert spec.share(panel(common=False)).statistic < 0.5
    assert gaps(to=to, test=KPSS(lags=2)).table(panel())["converges"].mean() > 0.7


def test_gaps_are_those_of_logarithms():
    data = panel(N=3)
    wide = np.log(data.pivot_table(index="year", columns="unit", values="y"))
    assert_allclose(gaps(to=Pairs()).gaps(data)["a", "c"], wide["a"] - wide["c"])
    assert_allclose(gaps(to=Leader("b")).gaps(data)["c"], wide["c"] - wide["b"])
    assert_allclose(gaps(to=None).gaps(data), wide)
    assert_allclose(gaps(to=Average(), logs=False).gaps(data).sum(axis=1), 0, atol=1e-12)


def test_panel_tests_of_gaps():
    assert gaps().panel_test(panel(), IPS(lags=0)).p_value < 0.01
    assert gaps(to=None).panel_test(panel(common=False), CIPS()).p_value > 0.01
    assert gaps(to=Leader("a")).panel_test(panel(common=False), Hadri(lags=2)).p_value < 0.01
    with pytest.raises(OptionError, match="combinations"):
        gaps(to=Pairs()).panel_test(panel(), IPS())
    with pytest.raises(OptionError, match="no panel test"):
        gaps().panel_test(panel(), IPS)


def test_a_gap_that_never_changes_is_named():
    data = panel(N=3)
    data.loc[data["unit"] == "b", "y"] = 2 * data.loc[data["unit"] == "a", "y"].to_numpy()
    with pytest.raises(IdentificationError, match=r"\('a', 'b'\) never changes"):
        gaps(to=Pairs()).table(data)


def test_what_gaps_cannot_be_made_of_is_named():
    data = panel(N=3)
    with pytest.raises(DataError, match="balanced"):
        gaps().gaps(data.drop(index=7))
    with pytest.raises(OptionError, match="no unit 'z'"):
        gaps(to=Leader("z")).gaps(data)
    with pytest.raises(IdentificationError, match="3 or more"):
        gaps().gaps(panel(N=2))
    zero = data.assign(y=np.where(data.index == 4, 0.0, data["y"]))
    with pytest.raises(DataError, match="of unit 'b' is 0 in year 1"):
        gaps().gaps(zero)
    with pytest.raises(DataError, match="more than once"):
        gaps().gaps(pd.concat([data, data.iloc[[0]]]))


def test_years_that_are_missing_for_all_are_said():
    data = panel(N=4)
    holed = data[data["year"] != 30]
    assert "29 is followed by 31" in gaps(to=None).panel_test(holed, CIPS()).remarks[-1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: gaps(to="a"),
        lambda: gaps(test="ADF"),
        lambda: gaps(test=ADF),
        lambda: ADF("drift"),
        lambda: ADF(lags=-1),
        lambda: ADF(lags="BIC"),
        lambda: ByBIC(-2),
        lambda: KPSS("none"),
        lambda: KPSS(lags=1.5),
        lambda: ZivotAndrews("slope"),
        lambda: ZivotAndrews(trim=1.5),
        lambda: LeeStrazicich(breaks=3),
        lambda: LeeStrazicich(lags=ByBIC(3)),
        lambda: LeeStrazicich(lags=BySignificance()),
        lambda: LeeStrazicich(trim=0.6),
        lambda: Fisher(ADF),
        lambda: Fisher(combination="Q"),
        lambda: IPS("none"),
        lambda: CIPS(lags=-1),
        lambda: Johansen("trend"),
        lambda: HodrickPrescott(-1),
        lambda: HodrickPrescott(smoothing=True),
        lambda: LogT("y", unit="u", time="t", trend="HP"),
        lambda: LogT("y", unit="u", time="t", errors=AQSB),
        lambda: LogT("y", unit="u", time="t", trim=2),
        lambda: SingleSieve("0"),
        lambda: RaisedSieve(step=0),
        lambda: GrownSieve(None),
        lambda: PhillipsSul("low"),
    ],
)
def test_an_option_without_meaning_is_refused(make):
    with pytest.raises(OptionError):
        make()


# clubs


def two_clubs(T=40, base=None):
    year, unit = np.meshgrid(range(1, T + 1), range(8))
    data = pd.DataFrame({"unit": unit.ravel(), "year": year.ravel()})
    data["y"] = 5 + (0.05 + 0.05 * (data["unit"] >= 4)) * data["year"] + (data["unit"] % 4 - 1.4) / data["year"]
    if base is not None:
        data.loc[data["year"] == base, "y"] = 5.0
    return data


LOGT = LogT("y", unit="unit", time="year")


def test_clubs_are_copied_not_changed():
    found = clubs(two_clubs(), LOGT)
    merged = found.merge(PhillipsSul(-1e9))
    assert (len(found.groups), len(merged.groups)) == (2, 1)
    assert sorted(found.members(1)) == [4, 5, 6, 7]
    assert found.transition_paths().shape == (40, 8)
    assert_allclose(found.transition_paths(within=True).iloc[:, :4].mean(axis=1), 1)
    assert found.club_paths().columns.tolist() == [1, 2]


def test_clubs_can_be_limited_and_ordered():
    found = clubs(two_clubs(), LOGT, most=1)
    assert len(found.groups) == 1
    assert found.left.size == 4
    assert found.memberships.isna().sum() == 4
    assert len(clubs(two_clubs(), LOGT, order_by=20).groups) == 2
    assert len(clubs(two_clubs(), LOGT, order_share=0.5, largest="value").groups) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"sieve": "single"},
        {"largest": "most"},
        {"most": 0},
        {"order_by": 1900},
        {"order_by": 20, "order_share": 0.5},
        {"order_share": 3},
    ],
)
def test_an_option_of_the_search_without_meaning_is_refused(options):
    with pytest.raises(OptionError):
        clubs(two_clubs(), LOGT, **options)


def test_what_has_no_clubs_is_refused():
    with pytest.raises(OptionError, match="no log t test"):
        clubs(two_clubs(), "y")
    with pytest.raises(DataError, match="unit 3 has no year 7"):
        clubs(two_clubs().query("not (unit == 3 and year == 7)"), LOGT)
    with pytest.raises(IdentificationError, match="needs 5"):
        clubs(two_clubs(T=6), LOGT)
    with pytest.raises(IdentificationError, match="1 unit"):
        clubs(two_clubs().query("unit == 1"), LOGT)
    with pytest.raises(DataError, match="mean of 'y'"):
        LOGT.test(two_clubs().assign(y=lambda frame: frame["y"] - 9))
    with pytest.raises(IdentificationError, match="equal in year 1, as in the base period"):
        clubs(two_clubs(base=1), LOGT)
    same = two_clubs()
    same.loc[same["unit"] == 2, "y"] = same.loc[same["unit"] == 1, "y"].to_numpy()
    with pytest.raises(IdentificationError, match="unit 2 has the same path"):
        clubs(same, LOGT)
    with pytest.raises(OptionError, match="no club 3"):
        clubs(two_clubs(), LOGT).members(3)


def test_units_that_converge_to_nothing_are_divergent():
    rng = np.random.default_rng(0)
    data = two_clubs()
    data["y"] = 5 + np.outer(np.linspace(0.01, 1, 8), range(1, 41)).ravel() + rng.normal(size=320) / 100
    found = clubs(data, LOGT)
    assert sorted(found.divergent_units) == list(range(8))
    assert found.table["club"].tolist() == ["divergent"]
    with pytest.raises(NotDefinedError, match="no club"):
        found.club_paths()


def test_a_tie_at_some_date_is_said():
    data = two_clubs()
    data.loc[(data["unit"] == 5) & (data["year"] == 30), "y"] = data.loc[
        (data["unit"] == 4) & (data["year"] == 30), "y"
    ].to_numpy()
    assert "equal at some time" in clubs(data, LOGT).method


@pytest.mark.parametrize("errors", [FQSB(), FQSB(all_residuals=True), AQSB()], ids=repr)
def test_the_error_of_one_fit_is_that_of_many(errors):
    rng = np.random.default_rng(2)
    data = two_clubs().assign(y=lambda frame: frame["y"] + rng.normal(size=len(frame)) / 20)
    spec = LogT("y", unit="unit", time="year", errors=errors)
    estimates = spec.fit(data).inference(errors)
    many = spec.transitions(data).group(np.arange(8))
    assert_allclose(estimates.row("log_t")["estimate"], many.beta[0], rtol=1e-10)
    assert_allclose(estimates.row("log_t")["se"], many.se[0], rtol=1e-8)
    assert_allclose(spec.test(data).statistic, many.t[0], rtol=1e-8)


def test_a_study_is_made_of_its_cells(monkeypatch):
    import econ.studies.unit_roots as study

    few = [cell for cell in study._cells() if cell[-1] in (15, 20, 25) and cell[-2] <= 5]
    monkeypatch.setattr(study, "_cells", lambda: few[:1])
    said = []
    table = unit_root_quantiles(share=0.005, say=said.append)
    assert list(table.columns) == ["test", "units", "periods", "probability", "quantile"]
    assert len(said) == 1
    assert (table.groupby("test")["quantile"].diff().dropna() > 0).all()
    stored = simulated_p_value("df-gls constant", float(table["quantile"][5]), periods=20)[0]
    assert_allclose(stored, 0.05, rtol=0.4)


@pytest.mark.parametrize(("kind", "terms", "breaks"), [("lee-strazicich 1", "both", 1), ("cips", "trend", 0)])
def test_statistics_of_a_block_are_those_of_the_test(kind, terms, breaks):
    import econ.studies.unit_roots as study

    block = study.Block(kind, terms, breaks, 6, 25, 50, np.random.SeedSequence(1))
    drawn = study.statistics(block)
    assert drawn.shape == (50,)
    generator = np.random.default_rng(block.seed)
    if kind == "cips":
        first = generator.standard_normal((50, 25, 6)).cumsum(axis=1)[0]
        expected = CIPS(terms).of(first).statistic
    else:
        first = generator.standard_normal((25, 50)).cumsum(axis=0)[:, 0]
        expected = LeeStrazicich(terms, breaks=1, lags=0).of(first).statistic
    assert_allclose(drawn[0], expected, rtol=1e-8)
