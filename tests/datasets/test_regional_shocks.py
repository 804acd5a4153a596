"""Shares and shocks of the instrument, against loops over the raw table."""

import math

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ.datasets import creditor_panel, load
from econ.datasets.regional_shocks import regional_shocks
from econ.errors import DataError, OptionError

BASES = ("cbs_ultimate", "cbs_immediate", "lbs_residence", "lbs_residence_total")
every = pytest.mark.parametrize("basis", BASES)
RESCUES = ("GBR_1968", "KOR_1997", "BRA_1998", "ISL_2008", "IRL_2010", "EGY_2013", "PAK_2018", "ARG_2023")
NUMBERS = ["claims_growth", "predicted_growth", "left_out"]


@pytest.fixture(scope="module")
def tables():
    return {name: load(name) for name in ("bank_claims", "dyads")}


@pytest.fixture(scope="module")
def panel():
    rows = creditor_panel(risk_set="revealed").exposures
    return rows[rows["package_id"].isin(RESCUES)]


@pytest.fixture(scope="module")
def found(panel, tables):
    return {basis: regional_shocks(panel, basis, tables) for basis in BASES}


@pytest.fixture(scope="module")
def raw(tables):
    claims = tables["bank_claims"]
    rows = claims[claims["basis"].isin(BASES) & (claims["quarter"] == 4)]
    books = {basis: {} for basis in BASES}
    for row in rows.itertuples(index=False):
        of_creditor = books[row.basis].setdefault((row.creditor_iso3, row.year), {})
        of_creditor[row.debtor_iso3] = max(0.0, row.claims_usd_m)
    return books


@pytest.fixture(scope="module")
def continents(tables):
    return dict(tables["dyads"][["debtor_iso3", "debtor_continent"]].itertuples(index=False))


def growth(after, before):
    return 2 * (after - before) / (after + before) if after + before > 0 else 0.0


def totals(books, year):
    sums = {}
    for (_, when), book in books.items():
        if when == year:
            for debtor, amount in book.items():
                sums[debtor] = sums.get(debtor, 0.0) + amount
    return sums


@every
def test_growth_shares_and_shocks_of_all_rows_are_those_of_a_loop(basis, panel, found, raw, continents):
    books = raw[basis]
    borrowers = {debtor for book in books.values() for debtor in book}
    sums = {year: totals(books, year) for _, year in books}
    expected, lines, shocks = {}, {}, {}
    for place, row in zip(panel.index, panel.itertuples(index=False), strict=True):
        year, gdp = row.base_year, row.gdp_usd_m
        before, after = (books.get((row.creditor_iso3, when)) for when in (year - 1, year))
        if before is None or after is None:
            continue
        home = continents.get(row.debtor_iso3, "")
        there = [one for one in borrowers if continents.get(one) == home and one not in {"USA", "JPN", "DEU"}]
        actual = predicted = left = 0.0
        for one in there:
            start, end = before.get(one, 0.0), after.get(one, 0.0)
            first, last = sums[year - 1].get(one, 0.0), sums[year].get(one, 0.0)
            actual += end - start
            predicted += start * growth(last, first)
            left += start * growth(last - end, first - start)
            shocks[f"{one} {year}"] = growth(last, first)
            lines[place, f"{one} {year}"] = 100 * start / gdp
        if pd.isna(gdp):  # the row is dropped, its shocks remain without a share
            continue
        expected[place] = [100 * one / gdp for one in (actual, predicted, left)]
    rows = found[basis].rows
    assert list(rows.index) == list(expected)
    assert_allclose(rows[NUMBERS], [expected[place] for place in rows.index], rtol=1e-8, atol=1e-9)
    assert_allclose(found[basis].shocks, [shocks[name] for name in found[basis].shocks.index], atol=1e-9)
    shares = found[basis].shares
    assert set(shares.columns) == set(shocks)
    dense = np.array([[lines.get((place, name), 0.0) for name in shares.columns] for place in shares.index])
    assert_allclose(shares, dense, rtol=1e-12)
    assert len(rows) > 50


@every
def test_what_shares_and_shocks_predict_is_their_product(basis, found):
    one = found[basis]
    assert_allclose(one.shares.to_numpy() @ one.shocks.to_numpy(), one.rows["predicted_growth"], rtol=1e-9, atol=1e-12)
    assert_allclose(one.shares.sum(axis=1), one.rows["lent_before"], rtol=1e-12)


@every
def test_shares_are_not_negative_and_shocks_are_bounded(basis, found):
    one = found[basis]
    assert (one.shares >= 0).all().all()
    assert one.shares.notna().all().all()
    assert one.shocks.between(-2, 2).all()
    assert one.shocks.index.equals(one.shares.columns)
    assert one.borrowers.index.equals(one.shares.columns)
    years = one.shocks.index.str.partition(" ").get_level_values(2)
    assert (one.borrowers.to_numpy() + " " + years == one.shocks.index).all()


@every
def test_years_are_those_before_the_rescue(basis, panel, found, tables):
    """A row has shares only in shocks of its base year; claims of that year's end and the one before decide."""
    shares, rows = found[basis].shares, found[basis].rows
    year = shares.columns.str[-4:].astype(int).to_numpy()
    positive = shares.to_numpy() > 0
    assert (year[None, :] == rows["base_year"].to_numpy()[:, None])[positive].all()
    assert (rows["base_year"] < rows["start"].str[:4].astype(int)).all()
    one = panel[panel["package_id"] == "IRL_2010"]
    before = regional_shocks(one, basis, tables).rows
    claims = tables["bank_claims"]
    later = claims.assign(claims_usd_m=claims["claims_usd_m"].astype("float64") * np.where(claims["year"] > 2009, 9, 1))
    pd.testing.assert_frame_equal(regional_shocks(one, basis, {**tables, "bank_claims": later}).rows, before)


@every
def test_own_growth_does_not_move_the_left_out_prediction(basis, panel, tables):
    """One creditor's claims of the base year, multiplied, change its growth but not what others predict for it."""
    one = panel[panel["package_id"] == "IRL_2010"]
    claims = tables["bank_claims"]
    mine = (claims["creditor_iso3"] == "AUT") & (claims["year"] == 2009)
    grown = claims.assign(claims_usd_m=claims["claims_usd_m"].astype("float64") * np.where(mine, 4, 1))
    found = [regional_shocks(one, basis, {**tables, "bank_claims": table}).rows for table in (claims, grown)]
    before, after = (rows.set_index("creditor_iso3")[NUMBERS] for rows in found)
    assert_allclose(after.loc["AUT", "left_out"], before.loc["AUT", "left_out"], rtol=1e-9)
    assert after.loc["AUT", "claims_growth"] > before.loc["AUT", "claims_growth"]
    assert after.loc["AUT", "predicted_growth"] > before.loc["AUT", "predicted_growth"]
    others = before.index.drop("AUT")
    assert_allclose(after.loc[others, "claims_growth"], before.loc[others, "claims_growth"], rtol=1e-9)
    assert (after.loc[others, "left_out"] >= before.loc[others, "left_out"] - 1e-9).all()
    assert (after.loc[others, "left_out"] > before.loc[others, "left_out"]).any()


@every
def test_other_bases_change_nothing(basis, panel, found, tables):
    claims = tables["bank_claims"]
    scale = np.where(claims["basis"] == basis, 1.0, 5.0)
    other = {**tables, "bank_claims": claims.assign(claims_usd_m=claims["claims_usd_m"].astype("float64") * scale)}
    again = regional_shocks(panel, basis, other)
    pd.testing.assert_frame_equal(again.rows, found[basis].rows)
    pd.testing.assert_frame_equal(again.shares, found[basis].shares)


def test_doubled_claims_give_two_thirds():
    """Growth is relative to the mean of both years."""
    names = ["creditor_iso3", "debtor_iso3", "year", "claims_usd_m"]
    lines = [
        ("AAA", "XXX", 2000, 10.0), ("AAA", "XXX", 2001, 20.0),
        ("BBB", "XXX", 2000, 10.0), ("BBB", "XXX", 2001, 10.0),
    ]  # fmt: skip
    claims = pd.DataFrame(lines, columns=names).assign(basis="one", quarter=4)
    dyads = pd.DataFrame({"debtor_iso3": ["XXX"], "debtor_continent": ["here"]})
    rows = pd.DataFrame({"creditor_iso3": ["AAA", "BBB"], "debtor_iso3": "XXX", "base_year": 2001, "gdp_usd_m": 1000.0})
    found = regional_shocks(rows, "one", {"bank_claims": claims, "dyads": dyads})
    assert_allclose(found.shocks, [0.4])
    assert_allclose(found.rows["claims_growth"], [1.0, 0.0])
    assert_allclose(found.rows["predicted_growth"], [0.4, 0.4])
    assert_allclose(found.rows["left_out"], [0.0, 2 / 3])


def test_what_cannot_be_done_is_refused(panel, tables):
    with pytest.raises(OptionError, match="no basis"):
        regional_shocks(panel, "nothing", tables)
    early = panel[panel["base_year"] < 1980]
    with pytest.raises(DataError, match="no row"):
        regional_shocks(early, "cbs_ultimate", tables)
    assert math.isfinite(regional_shocks(panel, "cbs_ultimate", tables).shocks.sum())
