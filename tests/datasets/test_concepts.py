"""Exposure by concept: every measure against loops over the raw tables, and no concept beside another."""

import math

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from econ.datasets import creditor_panel, load
from econ.datasets.concepts import CONCEPTS, with_exposure
from econ.datasets.leaders import with_leader
from econ.errors import MissingColumnError, OptionError

STATISTICS = [name for name, one in CONCEPTS.items() if not one.published]
PUBLISHED = [name for name, one in CONCEPTS.items() if one.published]
SHARES = ["claims_share", "claims_rank"]
WHOLE = ["portfolio_share", "region_share", "similarity"]
TOTALS = {"ALL", "EUROPE"}
TABLES = ("bank_claims", "bank_exposure_points", "trade", "country_year", "dyads")
every = pytest.mark.parametrize("name", list(CONCEPTS))
statistic = pytest.mark.parametrize("name", STATISTICS)


@pytest.fixture(scope="module")
def tables():
    return {name: load(name) for name in TABLES}


@pytest.fixture(scope="module")
def panel(tables):
    return with_leader(creditor_panel(risk_set="revealed").exposures, tables)


@pytest.fixture(scope="module")
def measured(panel, tables):
    return {name: with_exposure(panel, name, tables) for name in CONCEPTS}


@pytest.fixture(scope="module")
def raw(tables):
    """Claims as plain dictionaries: concept, debtor and period, creditor; the first item that was opened where a source has several."""
    found = {name: {} for name in CONCEPTS}
    for row in tables["bank_claims"].itertuples(index=False):
        if row.basis not in CONCEPTS:
            continue
        if row.basis == "published_table":
            period = f"{row.year}-{3 * row.quarter:02}"
        elif row.quarter == 4:
            period = int(row.year)
        else:
            continue
        found[row.basis].setdefault((row.debtor_iso3, period), {})[row.creditor_iso3] = max(0.0, row.claims_usd_m)
    points = tables["bank_exposure_points"]
    points = points[points["concept_family"] == "bis_consolidated"]
    points = points.sort_values(["opened", "item"], key=lambda one: one if one.name == "item" else one != "yes")
    for row in points.itertuples(index=False):
        if not pd.isna(row.claims_usd_m):
            cell = found["bis_consolidated"].setdefault((row.debtor_iso3, row.date), {})
            cell.setdefault(row.creditor_iso3, max(0.0, row.claims_usd_m))
    return found


def months(date):
    return 12 * int(date[:4]) + int(date[5:7])


def cell_of(row, name, raw):
    """The claims of all creditors on the debtor at the position that counts for the rescue."""
    if not CONCEPTS[name].published:
        return raw[name].get((row.debtor_iso3, row.base_year), {})
    dates = [date for debtor, date in raw[name] if debtor == row.debtor_iso3]
    near = [date for date in dates if 0 < months(row.start) - months(date) <= 18]
    return raw[name][row.debtor_iso3, max(near)] if near else {}


@every
def test_claims_and_shares_of_all_rows_are_those_of_a_loop(name, measured, raw):
    expected = []
    for row in measured[name].itertuples():
        cell = cell_of(row, name, raw)
        own = cell.get(row.creditor_iso3, math.nan)
        if CONCEPTS[name].published:
            total = cell.get("ALL", math.nan)
        else:
            total = sum(amount for creditor, amount in cell.items() if creditor not in TOTALS)
        expected.append((own, 100 * own / total if total > 0 else math.nan))
    assert_allclose(measured[name][["claims_usd_m", "claims_share"]].astype("float64"), expected, rtol=1e-12)
    assert measured[name]["claims_share"].notna().sum() >= 12


@every
def test_ranks_of_all_rows_are_those_of_a_loop(name, measured, raw):
    """Mean place from below among the creditors of the debtor, in percent of their number; groups are none."""
    expected = []
    for row in measured[name].itertuples():
        cell = {one: amount for one, amount in cell_of(row, name, raw).items() if one not in TOTALS}
        own = cell.get(row.creditor_iso3, math.nan)
        below = sum(amount < own for amount in cell.values())
        same = sum(amount == own for amount in cell.values())
        expected.append(100 * (below + (same + 1) / 2) / len(cell) if row.creditor_iso3 in cell else math.nan)
    assert_allclose(measured[name]["claims_rank"], expected, rtol=1e-12)


@statistic
def test_measures_of_portfolios_of_all_rows_are_those_of_a_loop(name, measured, raw, tables):
    continents = dict(tables["dyads"][["debtor_iso3", "debtor_continent"]].itertuples(index=False))
    portfolios = {}
    for (debtor, year), cell in raw[name].items():
        for creditor, amount in cell.items():
            portfolios.setdefault((creditor, year), {})[debtor] = amount
    known = {debtor for debtor, _ in raw[name]}
    expected = []
    for row in measured[name].itertuples():
        own = portfolios.get((row.creditor_iso3, row.base_year), {})
        its = portfolios.get((row.leader, row.base_year))
        total = sum(own.values())
        if not total > 0:
            expected.append((math.nan,) * 3)
            continue
        there = [
            debtor
            for debtor in own
            if debtor not in {row.debtor_iso3, "USA", "JPN", "DEU"}
            and continents.get(debtor) == continents.get(row.debtor_iso3, "")
        ]
        portfolio = 100 * own.get(row.debtor_iso3, 0.0) / total if row.debtor_iso3 in known else math.nan
        region = 100 * sum(own[debtor] for debtor in there) / total
        similarity = math.nan
        if its is not None and row.leader != row.creditor_iso3:
            rest = {debtor for debtor in {*own, *its} if debtor not in {row.debtor_iso3, row.creditor_iso3, row.leader}}
            product = sum(own.get(debtor, 0.0) * its.get(debtor, 0.0) for debtor in rest)
            lengths = [math.hypot(*(one.get(debtor, 0.0) for debtor in rest)) for one in (own, its)]
            similarity = 100 * product / (lengths[0] * lengths[1]) if min(lengths) > 0 else math.nan
        expected.append((portfolio, region, similarity))
    assert_allclose(measured[name][WHOLE], expected, rtol=1e-9, atol=1e-9)
    assert measured[name][WHOLE].notna().any().sum() >= 2


@pytest.mark.parametrize(
    ("name", "package", "creditor", "share"),
    [
        ("published_table", "THA_1997", "JPN", 100 * 37749 / 69500),
        ("bis_consolidated", "BRA_1998", "USA", None),
        ("cbs_ultimate", "IRL_2010", "GBR", None),
        ("cbs_immediate", "IRL_2010", "DEU", None),
        ("lbs_residence", "KOR_1997", "GBR", None),
        ("lbs_residence_total", "ISL_2008", "GBR", None),
    ],
)
def test_known_cells_are_there_and_exact(name, package, creditor, share, measured, tables):
    rows = measured[name].set_index(["package_id", "creditor_iso3"])
    found = rows.loc[(package, creditor)]
    assert 0 < found["claims_share"] < 100
    if share is not None:
        assert found["claims_share"] == pytest.approx(share, rel=0.01)


@every
def test_shares_and_ranks_are_percent_and_shares_of_a_debtor_sum_to_at_most_all(name, measured):
    found = measured[name]
    for column in [*SHARES, *(WHOLE if name in STATISTICS else ())]:
        known = found[column].dropna()
        assert known.between(0, 100 + 1e-9).all(), column
    sums = found.groupby("package_id")["claims_share"].sum(min_count=1).dropna()
    assert (sums <= 100 + 1e-9).all()
    assert len(sums) >= 3


@statistic
def test_own_and_regional_share_are_disjoint_parts_of_the_portfolio(name, measured):
    both = measured[name][["portfolio_share", "region_share"]].dropna().sum(axis=1)
    assert (both <= 100 + 1e-9).all()
    assert len(both) > 50


@every
def test_a_concept_takes_nothing_from_any_other(name, panel, measured, tables):
    """Rows of other concepts multiplied, in both tables, change nothing; its own do."""

    def others(factor):
        scaled = {}
        for table, key in (("bank_claims", "basis"), ("bank_exposure_points", "concept_family")):
            data = tables[table]
            mine = (data[key] == name) & (CONCEPTS[name].table == table)
            scale = np.where(mine, 1.0, factor)
            scaled[table] = data.assign(claims_usd_m=data["claims_usd_m"].astype("float64") * scale)
        return {**tables, **scaled}

    pd.testing.assert_frame_equal(with_exposure(panel, name, others(7.0)), measured[name])
    lost = {table: tables[table].iloc[:0] for table in ("bank_claims", "bank_exposure_points")}
    lost = {**tables, **lost, CONCEPTS[name].table: tables[CONCEPTS[name].table]}
    pd.testing.assert_frame_equal(with_exposure(panel, name, lost), measured[name])


@every
def test_shares_and_ranks_have_no_unit(name, panel, measured, tables):
    table = CONCEPTS[name].table
    scaled = tables[table].assign(claims_usd_m=3.0 * tables[table]["claims_usd_m"].astype("float64"))
    found = with_exposure(panel, name, {**tables, table: scaled})
    columns = [*SHARES, *(WHOLE if name in STATISTICS else ())]
    pd.testing.assert_frame_equal(found[columns], measured[name][columns])
    assert_allclose(found["claims_usd_m"].dropna(), 3 * measured[name]["claims_usd_m"].dropna())


@every
def test_rows_index_and_columns_of_the_panel_are_kept(name, panel, measured):
    assert_array_equal(measured[name].index, panel.index)
    pd.testing.assert_frame_equal(measured[name][panel.columns], panel)
    shuffled = panel.sample(frac=1, random_state=1)
    assert not shuffled.index.equals(panel.index)


@every
def test_order_of_rows_is_irrelevant(name, panel, measured, tables):
    shuffled = panel.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(with_exposure(shuffled, name, tables).loc[panel.index], measured[name])


@every
def test_packages_shared_out_by_a_formula_never_have_exposure_here(name, measured, tables):
    packages = load("packages")
    driven = set(packages.loc[packages["share_rule"].notna(), "package_id"])
    assert driven >= {"GRC_2010", "EFSF_2010"}
    assert not driven & set(measured[name]["package_id"])


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_position_is_before_the_rescue_and_at_most_eighteen_months_old(name, panel, tables):
    """One position of one debtor, moved over the months around a rescue, counts in exactly eighteen of them."""
    rescue = panel[panel["package_id"] == "KOR_1997"]
    one = CONCEPTS[name]
    counted = []
    for offset in range(-3, 24):
        ordinal = months(rescue["start"].iloc[0]) - offset - 1
        year, month = ordinal // 12, ordinal % 12 + 1
        if name == "published_table" and month % 3:
            continue
        lines = pd.DataFrame({"creditor_iso3": ["ALL", "JPN"], "debtor_iso3": "KOR", "claims_usd_m": [100.0, 25.0]})
        if name == "published_table":
            lines = lines.assign(basis=name, year=year, quarter=month // 3)
        else:
            lines = lines.assign(concept_family=name, date=f"{year}-{month:02}", item=1, opened="yes")
        found = with_exposure(rescue, name, {**tables, one.table: lines}).set_index("creditor_iso3")["claims_share"]
        if found.notna().any():
            assert found["JPN"] == 25.0
            counted.append(offset)
        else:
            assert not 1 <= offset <= 18
    assert counted
    assert set(counted) <= set(range(1, 19))


@statistic
def test_statistics_are_those_of_the_end_of_the_year_before(name, panel, measured, tables):
    claims = tables["bank_claims"]
    base = panel["base_year"]
    assert (base == panel["start"].str[:4].astype(int) - 1).all()
    other = claims["basis"] != name
    for wrong in (claims["quarter"] != 4, ~claims["year"].isin(base)):
        kept = claims[other | ~wrong]
        found = with_exposure(panel, name, {**tables, "bank_claims": kept})
        pd.testing.assert_frame_equal(found[SHARES], measured[name][SHARES])
    ahead = claims.assign(year=claims["year"] + 1)
    assert not with_exposure(panel, name, {**tables, "bank_claims": ahead})[SHARES].equals(measured[name][SHARES])


@statistic
def test_negative_cells_count_as_nothing(name, panel, tables):
    claims = tables["bank_claims"]
    nothing = claims.assign(claims_usd_m=claims["claims_usd_m"].astype("float64").clip(lower=0))
    zero, negative = (with_exposure(panel, name, {**tables, "bank_claims": one}) for one in (nothing, claims))
    pd.testing.assert_frame_equal(zero, negative)


def test_unknown_concepts_and_missing_columns_are_refused(panel, tables):
    with pytest.raises(OptionError, match="published_ffiec"):
        with_exposure(panel, "published_ffiec", tables)
    for column in ("leader", "base_year", "start", "debtor_iso3"):
        with pytest.raises(MissingColumnError, match=column):
            with_exposure(panel.drop(columns=column), "cbs_ultimate", tables)
