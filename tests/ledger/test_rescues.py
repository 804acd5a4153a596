"""The rows of hypotheses about rescues, the regression that is the same in all of them, and crises of American banks."""

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ import OLS, Clustered, randomization_test
from econ.datasets import load
from econ.datasets.concepts import CONCEPTS, with_exposure
from econ.errors import EmptySampleError, OptionError
from econ.ledger import examine
from econ.ledger.american import american_positions, american_rows, american_trial
from econ.ledger.rescues import COVARIANCE, concept_trials, covered, rescue_rows, rescue_trial
from econ.stability import specification_curve

NAMES = (
    "contributions",
    "packages",
    "potential_creditors",
    "trade",
    "bank_claims",
    "bank_exposure_points",
    "crisis_dates",
    "fdi_flows",
    "country_year",
    "dyads",
    "un_votes",
    "us_bank_claims",
)
COMPLETE = {"complete", "complete_names"}
SOURCES = ("us_bank_claims", "bank_exposure_points")
source = pytest.mark.parametrize("name", SOURCES)


@pytest.fixture(scope="module")
def tables():
    return {name: load(name) for name in NAMES}


@pytest.fixture(scope="module")
def rows(tables):
    return rescue_rows(tables)


@pytest.fixture(scope="module")
def every(tables):
    return rescue_rows(tables, complete=False)


@pytest.fixture(scope="module")
def gave(tables):
    """Pairs of package and creditor with an amount that is not zero, by the raw table."""
    found, zero = set(), set()
    for row in tables["contributions"].itertuples(index=False):
        if row.row_type == "creditor" and row.creditor_kind == "sovereign":
            nothing = not pd.isna(row.committed_usd_m) and row.committed_usd_m == 0
            (zero if nothing else found).add((row.package_id, row.creditor_iso3))
    return found, zero - found


def test_no_formula_no_debtor_no_unknown_outcome_and_no_pair_twice(rows, every, tables):
    packages = tables["packages"].set_index("package_id")
    for one in (rows, every):
        assert packages.loc[one["package_id"].unique(), "share_rule"].isna().all()
        assert (one["creditor_iso3"] != one["debtor_iso3"]).all()
        assert one["contributed"].isin([0, 1]).all()
        assert not one.duplicated(["package_id", "creditor_iso3"]).any()
        assert one.index.is_unique
        assert (one.index == one["creditor_iso3"] + " in " + one["package_id"]).all()
        assert (one["contributed_percent"] == 100 * one["contributed"]).all()
    assert set(packages.loc[rows["package_id"].unique(), "creditor_list"]) <= COMPLETE
    assert not set(packages.loc[every["package_id"].unique(), "creditor_list"]) <= COMPLETE
    assert set(rows.index) < set(every.index)


def test_who_contributed_is_what_the_raw_table_says(rows, every, gave):
    found, zero = gave
    for row in rows.itertuples():
        assert row.contributed == ((row.package_id, row.creditor_iso3) in found), row.Index
    for row in every[~every["complete_list"]].itertuples():
        pair = (row.package_id, row.creditor_iso3)
        assert pair in (found if row.contributed else zero), row.Index


def test_potential_creditors_gave_to_a_rescue_within_ten_years(rows, tables, gave):
    found, _ = gave
    start = tables["packages"].set_index("package_id")["start"].str[:4].astype(int)
    years = {}
    for package, creditor in found:
        years.setdefault(creditor, set()).add(start[package])
    for row in rows.itertuples():
        assert any(abs(start[row.package_id] - year) <= 10 for year in years[row.creditor_iso3]), row.Index


def test_narrower_sets_are_memberships(rows, tables):
    members = tables["potential_creditors"].set_index("creditor_iso3")
    ten = set(members.index[members["g10"] == 1])
    for row in rows.itertuples():
        since = members["g10_since"].get(row.creditor_iso3, math.nan) if "g10_since" in members else math.nan
        inside = row.creditor_iso3 in ten and not since > int(row.start[:4])
        assert row.group_of_ten == inside, row.Index
    assert (rows["regional_group"] >= rows["group_of_ten"]).all()
    assert rows["regional_group"].sum() > rows["group_of_ten"].sum() > 0


def test_all_amounts_add_some_and_take_none(tables, every):
    more = rescue_rows(tables, complete=False, amounts="all")
    assert more.index.equals(every.index)
    known = every["committed_usd_m"].notna()
    assert (more.loc[known, "committed_usd_m"] >= every.loc[known, "committed_usd_m"]).all()
    assert more["committed_usd_m"].notna().sum() > known.sum()


def test_coverage_counts_rescues_and_creditors(rows):
    two = rows[rows["package_id"].isin(["KOR_1997", "THA_1997"])]
    names = "THA_1997, KOR_1997"  # by date
    count = two["creditor_iso3"].nunique()
    assert covered(two, ["contributed"]) == f"2 rescues ({names}), {count} creditors"
    assert covered(two.assign(x=np.nan), ["x"]) == "no rescue"
    some = two.assign(x=np.where(two["creditor_iso3"].isin(["FRA", "DEU"]), 1.0, np.nan))
    assert covered(some, ["x", "contributed"]) == f"2 rescues ({names}), 2 creditors"


def test_a_trial_has_every_set_of_controls_effects_and_samples(rows):
    one = rescue_trial(
        "x", rows, "trade_leader:leader_trade", beside="trade_leader", alternatives=("trade_structural",)
    )
    formulas = set()
    for term in ("trade_leader:leader_trade", "trade_structural"):
        for size in range(4):
            for chosen in combinations(("trade_debtor", "un_agreement", "common_language"), size):
                for effects in ("", " | package_id", " | creditor_iso3 + package_id"):
                    right = {term, *chosen, "trade_leader", "log_distance"}
                    formulas |= {
                        (frozenset(right), effects, sample) for sample in (None, "group_of_ten", "regional_group")
                    }
    found = set()
    for spec in one.grid:
        right, _, effects = spec.formula.partition(" ~ ")[2].partition(" | ")
        found.add((frozenset(right.split(" + ")), f" | {effects}" if effects else "", spec.sample))
    assert found == formulas
    assert len(one.grid) == 144
    assert one.spec.formula == (
        "contributed_percent ~ trade_leader:leader_trade + trade_leader + log_distance | creditor_iso3 + package_id"
    )
    assert (one.by, one.covariance) == ("creditor_iso3", Clustered("creditor_iso3"))


def test_no_control_stands_twice_where_the_term_is_one(rows):
    for term in ("trade_debtor", "log_distance", "trade_debtor:is_leader"):
        one = rescue_trial("x", rows, term)
        for spec in one.grid:
            parts = spec.formula.partition(" ~ ")[2].partition(" | ")[0].split(" + ")
            assert len(parts) == len(set(parts))
            assert set(term.split(":")).isdisjoint({*parts} - {term})
        assert ("log_distance" in one.spec.formula.replace(term, "")) == (term != "log_distance")


def test_the_tested_specification_is_one_of_the_grid_and_has_its_estimate(rows):
    one = rescue_trial("x", rows, "trade_leader")
    fit = one.spec.fit(rows)
    table = specification_curve(one.grid, rows)
    place = [spec.sample is None and spec.formula == one.spec.formula for spec in one.grid].index(True)
    assert_allclose(table.numbers["estimate"].iloc[place], fit.params[fit.position("trade_leader")], rtol=1e-8)


def test_each_concept_has_its_own_trial_with_its_own_claims(rows, tables):
    trials = concept_trials(rows, tables, "claims_share", alternatives=("claims_rank", "portfolio_share"), label="!")
    assert [one.concept for one in trials] == [f"{one.label}!" for one in CONCEPTS.values()]
    for name, one in zip(CONCEPTS, trials, strict=True):
        expected = with_exposure(rows, name, tables)["claims_share"]
        pd.testing.assert_series_equal(one.data["claims_share"], expected)
        published = CONCEPTS[name].published
        assert ("portfolio_share" in one.grid.treatments) == (not published)
        assert (one.p_value is not None) == published
        assert one.covers == covered(one.data, ["claims_share", "log_distance"])


def test_products_that_are_permuted_are_columns_and_missing_where_a_factor_is(rows, tables):
    trials = concept_trials(
        rows, tables, "claims_share:trade_leader", concepts=("published_table", "cbs_ultimate"), beside="claims_share"
    )
    published, statistic = trials
    assert (published.term, statistic.term) == ("claims_share_x_trade_leader", "claims_share:trade_leader")
    product = published.data["claims_share"] * published.data["trade_leader"]
    assert_allclose(published.data[published.term], product)
    assert product.isna().any()


def test_p_of_published_positions_is_a_permutation_within_rescues(rows, tables):
    (one,) = concept_trials(rows, tables, "claims_share", concepts=("bis_consolidated",))
    fit = one.spec.fit(one.data)
    expected = randomization_test(fit, "claims_share", COVARIANCE, strata="package_id").p_value
    found = examine(one)
    assert found.p_value == expected
    assert found.method == "permutation among the creditors of a rescue"


def test_no_concept_is_refused(rows, tables):
    with pytest.raises(EmptySampleError, match="no concept"):
        concept_trials(rows, tables, "claims_share", concepts=())


# the crises of American banks


def positions(tables, name):
    """Claims by date and debtor from the raw table."""
    found = {}
    if name == "us_bank_claims":
        for row in tables[name].itertuples(index=False):
            if row.kind == "country" and row.latest == "yes" and not pd.isna(row.iso3):
                found.setdefault(str(row.position_date)[:7], {})[row.iso3] = max(0.0, row.claims_usd_m)
        return found
    for row in tables[name].sort_values("item").itertuples(index=False):
        iso3 = len(row.debtor_iso3) == 3 and row.debtor_iso3.isalpha()
        if row.concept_family == "us_e16" and iso3 and not pd.isna(row.claims_usd_m):
            found.setdefault(row.date, {}).setdefault(row.debtor_iso3, max(0.0, row.claims_usd_m))
    return {date: cells for date, cells in found.items() if len(cells) >= 10}


@source
def test_positions_are_those_of_the_raw_table(name, tables):
    wide = american_positions(tables, name)
    expected = positions(tables, name)
    assert set(wide.index) == set(expected)
    for date, cells in expected.items():
        found = wide.loc[date].dropna()
        assert dict(found) == {debtor: pytest.approx(amount) for debtor, amount in cells.items()}


@source
def test_shares_ranks_and_who_paid_are_those_of_a_loop(name, tables):
    rows = american_rows(tables, name)
    books = positions(tables, name)
    given = tables["contributions"]
    paid = {
        row.package_id
        for row in given.itertuples(index=False)
        if row.creditor_iso3 == "USA"
        and row.row_type == "creditor"
        and (pd.isna(row.committed_usd_m) or row.committed_usd_m != 0)
    }
    starts = {
        (row.debtor_iso3, int(row.start[:4]))
        for row in tables["packages"].itertuples(index=False)
        if row.package_id in paid
    }
    gdp = tables["country_year"].set_index(["iso3", "year"])["gdp_current_usd_m"]
    crises = tables["crisis_dates"].query("source == 'laeven_valencia_2020' and iso3 != 'USA'")
    expected = {}
    for iso3, year in set(zip(crises["iso3"], crises["year"], strict=True)):
        near = [date for date in books if year - 2 <= int(date[:4]) < year]
        cells = books[max(near)] if near else {}
        if iso3 not in cells:
            continue
        own = cells[iso3]
        below = sum(one < own for one in cells.values()) + (1 + sum(one == own for one in cells.values())) / 2
        expected[f"{iso3} in {year}"] = (
            100 * own / sum(cells.values()),
            100 * below / len(cells),
            100.0 * ((iso3, year) in starts or (iso3, year + 1) in starts),
            math.log(gdp.get((iso3, year - 1), math.nan)),
        )
    assert set(rows.index) == set(expected)
    columns = ["us_share", "us_rank", "paid", "log_gdp"]
    assert_allclose(rows[columns].astype("float64"), [expected[label] for label in rows.index], rtol=1e-9)
    assert (rows["position"].str[:4].astype(int) < rows["year"]).all()
    assert not rows["debtor_iso3"].eq("USA").any()


def test_regressions_across_crises_have_year_effects_and_errors_by_debtor(tables):
    plain = american_trial("x", tables, "us_bank_claims")
    product = american_trial("x", tables, "us_bank_claims", term="us_share:asia", predicted=-1)
    assert plain.spec == OLS("paid ~ us_share + log_gdp | year")
    assert product.spec == OLS("paid ~ us_share:asia + us_share + asia + log_gdp | year")
    for one in (plain, product):
        assert (one.covariance, one.by) == (Clustered("debtor_iso3"), "debtor_iso3")
        known = one.data[one.data["log_gdp"].notna()]
        assert one.covers.startswith(f"{len(known)} crises of {known['debtor_iso3'].nunique()} debtors")
        assert one.covers.endswith(f"{(known['paid'] > 0).sum()} of them paid for")
    assert len(plain.grid) == 8


def test_other_sources_are_refused(tables):
    with pytest.raises(OptionError, match="no source"):
        american_rows(tables, "bank_claims")
