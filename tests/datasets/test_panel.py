"""The creditor panel: who is at risk, what is a zero, what enters a sum, and what was lost."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.datasets import creditor_panel, load
from econ.errors import DataError, OptionError

RISK_SETS = ["g10", "regional", "revealed"]
every = pytest.mark.parametrize("risk_set", RISK_SETS)
COMPLETE = ["complete", "complete_names"]


@pytest.fixture(scope="module")
def tables():
    return {
        name: load(name)
        for name in ("contributions", "packages", "potential_creditors", "trade", "country_year", "bank_claims")
    }


def cell(panel, package, creditor, column):
    rows = panel.data.query("package_id == @package and creditor_iso3 == @creditor")
    return rows[column].item()


@every
def test_one_row_per_package_and_creditor_and_no_debtor_among_its_creditors(risk_set):
    data = creditor_panel(risk_set=risk_set).data
    assert not data.duplicated(["package_id", "creditor_iso3"]).any()
    assert (data["creditor_iso3"] != data["debtor_iso3"]).all()


@every
@pytest.mark.parametrize("amounts", ["opened", "all"])
def test_an_unlisted_creditor_is_a_zero_only_where_the_list_is_complete(risk_set, amounts, tables):
    data = creditor_panel(risk_set=risk_set, amounts=amounts).data
    listed = tables["contributions"][["package_id", "creditor_iso3"]].drop_duplicates().assign(listed=True)
    unlisted = data.merge(listed, how="left")["listed"].isna().to_numpy()
    complete = data["creditor_list"].isin(COMPLETE).to_numpy()
    assert (data.loc[unlisted & complete, ["contributed", "committed_usd_m"]] == 0).all().all()
    assert data.loc[unlisted & ~complete, ["contributed", "committed_usd_m"]].isna().all().all()


@every
@pytest.mark.parametrize("amounts", ["opened", "all"])
def test_sums_hold_creditor_rows_of_sovereigns_only(risk_set, amounts, tables):
    panel = creditor_panel(risk_set=risk_set, amounts=amounts)
    rows = tables["contributions"].query("row_type == 'creditor' and creditor_kind == 'sovereign'")
    usable = rows if amounts == "all" else rows[rows["amount_opened"].isin(["yes", "derived"])]
    inside = usable.merge(panel.data[["package_id", "creditor_iso3"]])
    assert panel.data["committed_usd_m"].sum() == pytest.approx(inside["committed_usd_m"].sum())


def test_all_sovereign_amounts_are_in_the_widest_panel(tables):
    rows = tables["contributions"].query("row_type == 'creditor' and creditor_kind == 'sovereign'")
    panel = creditor_panel(risk_set="revealed", amounts="all")
    assert panel.data["committed_usd_m"].sum() == pytest.approx(rows["committed_usd_m"].sum())


def test_headlines_of_complete_packages_are_the_sums_of_their_parts():
    shown = (
        creditor_panel(risk_set="revealed", amounts="all")
        .headlines.query("creditor_list == 'complete'")
        .set_index("package_id")
    )
    within = (shown["difference"].abs() / shown["total_usd_m"]).drop(
        ["ARG_2023", "EFSF_2011"]
    )  # memo rows make up the rest
    assert (within <= 0.0005).all()


@every
@pytest.mark.parametrize("amounts", ["opened", "all"])
def test_every_row_of_contributions_is_summed_or_lost_and_never_both(risk_set, amounts, tables):
    panel = creditor_panel(risk_set=risk_set, amounts=amounts)
    lost = panel.losses[panel.losses["table"] == "contributions"]
    key = ["package_id", "phase", "creditor_iso3", "instrument", "announced_date"]
    assert not lost.duplicated(key).any()
    kept = tables["contributions"].merge(lost[key], on=key, how="left", indicator=True).query("_merge == 'left_only'")
    assert len(kept) + len(lost) == len(tables["contributions"])
    sums = kept.groupby(["package_id", "creditor_iso3"])["committed_usd_m"].sum()
    found = panel.data.set_index(["package_id", "creditor_iso3"])["committed_usd_m"]
    np.testing.assert_allclose(found[sums.index], sums)
    assert found.drop(sums.index).fillna(0).eq(0).all()
    assert panel.summary["rows"].sum() == len(panel.losses)


@every
def test_every_missing_exposure_is_listed_with_a_reason(risk_set):
    panel = creditor_panel(risk_set=risk_set)
    joined = panel.losses[panel.losses["step"] == "join"].groupby("table").size()
    columns = {
        "country_year": "gdp_usd_m",
        "bank_claims": "bank_claims_usd_m",
        "trade": "trade_debtor_usd_m",
        "trade with the lead": "trade_lead_usd_m",
        "fdi_flows": "fdi_debtor_usd_m",
        "un_votes": "un_agreement",
        "dyads": "distw_km",
    }
    for table, column in columns.items():
        assert joined.get(table, 0) == panel.data[column].isna().sum()
    assert (panel.losses["reason"] != "").all()


@pytest.mark.parametrize(
    ("package", "creditor", "contributed", "committed"),
    [
        ("THA_1997", "USA", 0, 0),  # the source says zero
        ("GBR_1968", "FRA", 0, 0),  # a memo row of the proposal does not undo the final zero
        ("KOR_1997", "JPN", 1, 10000),
        ("KOR_1997", "DEU", 1, np.nan),  # amount not opened
        ("GBR_1968", "SWE", 1, np.nan),  # amount inside a group
        ("BRA_1998", "BEL", 1, np.nan),  # amount unpublished
        ("GRC_2010", "GBR", np.nan, np.nan),  # a memo row says: no party, not a chosen zero
        ("GRC_2010", "USA", 0, 0),  # complete list
        ("MEX_1995B", "DEU", np.nan, np.nan),  # partial list
        ("JAM_1984", "GBR", np.nan, np.nan),  # single list
        ("LVA_2008", "SWE", 1, np.nan),  # not opened; memo rows of the bridge do not stand in
        ("PRT_1976", "USA", 1, 600),  # two phases
        ("MEX_1982", "USA", 1, 925),  # only the opened part
    ],
)
def test_known_cells(package, creditor, contributed, committed):
    panel = creditor_panel(risk_set="g10")
    for column, expected in (("contributed", contributed), ("committed_usd_m", committed)):
        np.testing.assert_equal(cell(panel, package, creditor, column), expected)


def test_all_amounts_fill_what_was_not_opened():
    panel = creditor_panel(risk_set="g10", amounts="all")
    assert cell(panel, "KOR_1997", "DEU", "committed_usd_m") == 1250
    assert cell(panel, "MEX_1982", "USA", "committed_usd_m") == 2925


@pytest.mark.parametrize(
    ("risk_set", "package", "inside", "outside"),
    [
        ("g10", "KOR_1997", ["USA", "CHE", "BEL"], ["AUS", "AUT"]),
        ("regional", "GRC_2010", ["POL", "DNK", "GBR", "USA"], ["GRC", "NOR", "HRV"]),
        ("regional", "ISL_2008", ["NOR", "DNK", "FIN", "SWE"], ["ISL", "POL", "AUT"]),
        ("regional", "THA_1997", ["IDN", "MYS", "MMR", "LAO"], ["THA", "KHM", "AUS"]),
        ("regional", "BHR_2011", ["SAU", "KWT", "OMN"], ["BHR", "JOR"]),
        ("regional", "ESM_2012", ["EST", "GRC", "CYP"], ["LVA", "POL"]),
        ("regional", "MEX_1995B", ["USA"], ["ARG"]),
        ("revealed", "KOR_1997", ["AUS", "HKG", "NZL", "FIN"], ["SAU", "KOR", "POL"]),
        ("revealed", "GBR_1965", ["USA", "DNK"], ["CHN", "SAU"]),
    ],
)
def test_who_is_at_risk(risk_set, package, inside, outside):
    found = set(creditor_panel(risk_set=risk_set).data.query("package_id == @package")["creditor_iso3"])
    assert found >= set(inside)
    assert not found & set(outside)


def test_switzerland_is_at_risk_in_1964_but_not_before_it_joined(tables):
    packages = tables["packages"].assign(
        start=lambda frame: frame["start"].mask(frame["package_id"] == "GBR_1964", "1963-11-25")
    )
    before = creditor_panel(risk_set="g10", tables={"packages": packages}).data
    assert "CHE" not in set(before.query("package_id == 'GBR_1964'")["creditor_iso3"])
    assert "CHE" in set(creditor_panel(risk_set="g10").data.query("package_id == 'GBR_1964'")["creditor_iso3"])


def test_superseded_packages_are_out_and_listed():
    panel = creditor_panel()
    lost = panel.losses[panel.losses["reason"].str.contains("superseded")]["package_id"]
    assert set(lost) == {"EFSF_2010", "MEX_1995A"}
    assert not set(lost) & set(panel.data["package_id"])


def test_exposures_are_those_of_the_year_before_relative_to_gdp(tables):
    panel = creditor_panel(risk_set="g10")
    row = panel.data.query("package_id == 'KOR_1997' and creditor_iso3 == 'USA'").iloc[0]
    trade = tables["trade"].query("creditor_iso3 == 'USA' and partner_iso3 == 'KOR' and year == 1996").iloc[0]
    gdp = tables["country_year"].query("iso3 == 'USA' and year == 1996")["gdp_current_usd_m"].item()
    assert row["base_year"] == 1996
    assert row["trade_debtor_usd_m"] == pytest.approx(trade["exports_usd_m"] + trade["imports_usd_m"])
    assert row["trade_debtor_gdp"] == pytest.approx(row["trade_debtor_usd_m"] / gdp)


@pytest.mark.parametrize("basis", ["cbs_ultimate", "lbs_residence"])
def test_bank_claims_are_year_end_claims_of_one_basis(tables, basis):
    data = creditor_panel(risk_set="g10", bank_basis=basis).data.dropna(subset="bank_claims_usd_m")
    claims = tables["bank_claims"].query("basis == @basis and quarter == 4")
    both = data.merge(
        claims, left_on=["creditor_iso3", "debtor_iso3", "base_year"], right_on=["creditor_iso3", "debtor_iso3", "year"]
    )
    assert len(both) == len(data) > 100
    np.testing.assert_array_equal(both["bank_claims_usd_m"], both["claims_usd_m"])


def test_trade_with_the_lead_is_trade_with_the_lead(tables):
    panel = creditor_panel(risk_set="g10")
    trade = tables["trade"].query("creditor_iso3 == 'FRA' and partner_iso3 == 'USA' and year == 1967").iloc[0]
    assert cell(panel, "GBR_1968", "FRA", "trade_lead_usd_m") == pytest.approx(
        trade["exports_usd_m"] + trade["imports_usd_m"]
    )
    assert np.isnan(cell(panel, "GBR_1968", "USA", "trade_lead_usd_m"))


def test_burden_shares_of_a_complete_package_sum_to_one():
    data = creditor_panel(risk_set="revealed", amounts="all").data
    sums = data[data["burden_share"].notna()].groupby("package_id")["burden_share"].sum()
    assert len(sums) > 10
    assert (sums <= 1 + 1e-9).all()
    assert sums["KOR_1997"] == pytest.approx(1)


def test_a_risk_set_of_ones_own():
    own = pd.DataFrame({"creditor_iso3": ["NZL", "JPN"]})
    data = creditor_panel(risk_set=own).data
    assert set(data["creditor_iso3"]) == {"NZL", "JPN"}
    one = pd.DataFrame({"package_id": ["KOR_1997"], "creditor_iso3": ["NZL"]})
    assert len(creditor_panel(risk_set=one).data) == 1


@pytest.mark.parametrize(
    ("arguments", "error", "named"),
    [
        ({"risk_set": "g8"}, OptionError, "g8"),
        ({"amounts": "some"}, OptionError, "some"),
        ({"bank_basis": "cbs"}, OptionError, "cbs_ultimate"),
        ({"risk_set": pd.DataFrame({"country": ["USA"]})}, DataError, "creditor_iso3"),
        ({"risk_set": pd.DataFrame({"creditor_iso3": ["USA", "USA"]})}, DataError, "repeats creditor USA"),
        ({"risk_set": pd.DataFrame({"package_id": ["X"], "creditor_iso3": ["USA"]})}, DataError, "X"),
        ({"risk_set": pd.DataFrame({"package_id": ["EFSF_2010"], "creditor_iso3": ["USA"]})}, DataError, "superseded"),
        ({"risk_set": pd.DataFrame({"creditor_iso3": ["IMF"]})}, DataError, "'IMF'"),
        ({"risk_set": pd.DataFrame({"creditor_iso3": ["usa", None]})}, DataError, "'usa', nan|'usa', None"),
        ({"risk_set": pd.DataFrame({"creditor_iso3": [1, 2]})}, DataError, "1, 2"),
        ({"risk_set": ["USA"]}, OptionError, "g10"),
        ({"risk_set": pd.DataFrame({"creditor_iso3": []})}, DataError, "no rows"),
        ({"tables": [pd.DataFrame()]}, DataError, "map names"),
        ({"tables": {1: pd.DataFrame()}}, DataError, "1"),
        ({"tables": {"trade": None}}, DataError, "'trade'.*NoneType"),
        ({"bank_basis": 3}, OptionError, "3"),
        ({"tables": {"nope": pd.DataFrame()}}, DataError, "nope"),
        ({"tables": {"trade": pd.DataFrame({"year": [1]})}}, DataError, "lacks the columns"),
    ],
)
def test_bad_arguments_are_named(arguments, error, named):
    with pytest.raises(error, match=named):
        creditor_panel(**arguments)


def test_contributions_to_a_package_that_does_not_exist_are_an_error(tables):
    fewer = tables["packages"].query("package_id != 'KOR_1997'")
    with pytest.raises(DataError, match="KOR_1997"):
        creditor_panel(tables={"packages": fewer})


def changed(tables, name, **columns):
    return {name: tables[name].assign(**columns)}


def test_a_complete_list_without_any_row_is_an_error_and_not_a_column_of_zeros(tables):
    fewer = tables["contributions"].query("package_id != 'KOR_1997'")
    with pytest.raises(DataError, match="complete list of creditors have no row in contributions: 'KOR_1997'"):
        creditor_panel(tables={"contributions": fewer})


def test_contributions_and_packages_have_to_agree_on_the_debtor(tables):
    with pytest.raises(DataError, match="different debtors of 'ARG_1982'"):
        creditor_panel(tables=changed(tables, "contributions", debtor_iso3="ZZZ"))


def test_a_debtor_that_contributes_to_its_own_rescue_enters_no_sum(tables):
    own = (
        tables["contributions"].query("package_id == 'KOR_1997' and creditor_iso3 == 'USA'").assign(creditor_iso3="KOR")
    )
    before = creditor_panel(risk_set="revealed", amounts="all")
    after = creditor_panel(
        risk_set="revealed", amounts="all", tables={"contributions": pd.concat([tables["contributions"], own])}
    )
    assert cell(before, "KOR_1997", "JPN", "burden_share") == cell(after, "KOR_1997", "JPN", "burden_share")
    headline = after.headlines.set_index("package_id").loc["KOR_1997"]
    assert headline["difference"] == pytest.approx(0)
    lost = after.losses.query("package_id == 'KOR_1997' and creditor_iso3 == 'KOR' and table == 'contributions'")
    assert list(lost["reason"]) == ["the debtor itself"]


def test_group_totals_explain_what_the_parts_do_not():
    headlines = creditor_panel(risk_set="revealed", amounts="all").headlines.set_index("package_id")
    for package in ("BHR_2018", "GBR_1964", "GBR_1977", "YUG_1983"):
        assert headlines.loc[package, "group_totals"] == pytest.approx(headlines.loc[package, "difference"])


def test_a_flag_without_a_year_counts_and_a_year_without_a_flag_does_not(tables):
    potential = tables["potential_creditors"]
    gcc = potential.assign(gcc_since=potential["gcc_since"].mask(potential["gcc"] == 1))
    found = creditor_panel(risk_set="regional", tables={"potential_creditors": gcc}).data.query(
        "package_id == 'BHR_2011'"
    )
    assert {"SAU", "KWT"} <= set(found["creditor_iso3"])
    none = creditor_panel(risk_set="g10", tables={"potential_creditors": potential.assign(g10=0)})
    assert none.data.empty


@pytest.mark.parametrize(
    ("name", "column", "value", "named"),
    [
        ("contributions", "committed_usd_m", np.inf, "'committed_usd_m', row 0: inf is not finite"),
        ("contributions", "committed_usd_m", -1, "'committed_usd_m', row 0"),
        ("contributions", "row_type", "creditors", "'row_type', row 0"),
        ("packages", "start", "1983-02-31", "'start', row 0: '1983-02-31' is not a date"),
        ("packages", "start", "1983-01\n", "'start', row 0"),
        ("country_year", "gdp_current_usd_m", 0, "'gdp_current_usd_m', row 0"),
        ("country_year", "year", 1999.5, "'year', row 0: 1999.5 is not a whole number"),
        ("trade", "year", None, "'year', row 0 .* is missing"),
        ("potential_creditors", "eu_since", "soon", "'eu_since', row 0: 'soon' is not a number"),
    ],
)
@pytest.mark.parametrize("index", ["default", "repeated", "named"])
def test_a_wrong_cell_of_ones_own_table_is_named(tables, name, column, value, named, index):
    own = tables[name].copy().astype(object)
    own.loc[0, column] = value
    if index == "repeated":
        own.index = [0] * len(own)
    if index == "named":
        own.index = pd.MultiIndex.from_arrays([own.iloc[:, 0], range(len(own))])
    with pytest.raises(DataError, match=named):
        creditor_panel(tables={name: own})


def test_a_repeated_row_or_column_of_ones_own_table_is_named(tables):
    packages = tables["packages"]
    with pytest.raises(DataError, match=r"same key \(package_id=ARG_1985\)"):
        creditor_panel(tables={"packages": pd.concat([packages, packages.iloc[[3]]])})
    with pytest.raises(DataError, match="'start' more than once"):
        creditor_panel(tables={"packages": pd.concat([packages, packages[["start"]]], axis=1)})


def test_other_types_of_the_same_values_make_the_same_panel(tables):
    own = {
        "packages": tables["packages"].set_index("package_id", drop=False),
        "country_year": tables["country_year"].astype({"year": "float64", "iso3": "category"}),
        "trade": tables["trade"].astype(object),
    }
    assert_same = pd.testing.assert_frame_equal
    assert_same(creditor_panel(tables=own).data, creditor_panel().data)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_panel_of_any_tables_of_the_same_shape_adds_up(seed):
    rng = np.random.default_rng(seed)
    contributions, packages = load("contributions"), load("packages")
    chosen = packages.sample(int(rng.integers(5, 60)), random_state=seed)
    rows = contributions[contributions["package_id"].isin(chosen["package_id"])]
    rows = rows.assign(committed_usd_m=rows["committed_usd_m"] * rng.uniform(0.5, 2, len(rows)))
    own = {"contributions": rows, "packages": chosen.reset_index(drop=True)}
    panel = creditor_panel(risk_set="revealed", amounts="all", tables=own)
    summed = rows.query("row_type == 'creditor' and creditor_kind == 'sovereign'")["committed_usd_m"].sum()
    assert panel.data["committed_usd_m"].sum() == pytest.approx(summed)
