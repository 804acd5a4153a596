"""Leaders of rescues and trade with them, against loops over the raw tables."""

import math

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ.datasets import creditor_panel, load
from econ.datasets.leaders import LEADERS, POWERS, with_leader
from econ.errors import MissingColumnError

NUMBERS = ["trade_leader", "trade_structural", "leader_trade", "relative_size"]


@pytest.fixture(scope="module")
def tables():
    return {name: load(name) for name in ("trade", "country_year", "packages")}


@pytest.fixture(scope="module")
def panel():
    return creditor_panel(risk_set="revealed").data


@pytest.fixture(scope="module")
def led(panel, tables):
    return with_leader(panel, tables)


def test_the_lead_creditor_leads_where_it_is_a_power_and_the_power_of_the_region_elsewhere(led, tables):
    packages = tables["packages"].set_index("package_id")
    regional = {"latin_america": "USA", "asia": "JPN", "europe": "DEU", "other": "USA"}
    for package, rows in led.groupby("package_id"):
        lead, region = packages.loc[package, ["lead_creditor_iso3", "region"]]
        expected = lead if lead in {"USA", "JPN", "DEU"} else regional[region]
        assert set(rows["leader"]) == {expected}, package
    assert set(packages["region"]) == set(POWERS)
    assert set(led["leader"]) == set(LEADERS)


@pytest.mark.parametrize(
    ("package", "leader"),
    [
        ("MEX_1982", "USA"),
        ("THA_1997", "JPN"),
        ("KOR_1997", "JPN"),
        ("BRA_1998", "USA"),
        ("IRL_2010", "DEU"),
        ("GBR_1965", "USA"),
        ("FRA_1968", "DEU"),
    ],
)
def test_known_leaders(package, leader, led):
    assert set(led.loc[led["package_id"] == package, "leader"]) == {leader}


def test_no_debtor_leads_its_own_rescue_and_nobody_trades_with_itself(led):
    assert (led["leader"] != led["debtor_iso3"]).all()
    assert (led["is_leader"] == (led["creditor_iso3"] == led["leader"])).all()
    assert led.groupby("package_id")["is_leader"].sum().max() == 1
    assert led.loc[led["is_leader"], "trade_leader"].isna().all()
    assert led.loc[led["creditor_iso3"] == "USA", "trade_structural"].isna().all()
    assert (led.loc[led["is_leader"] & led["relative_size"].notna(), "relative_size"] == 1).all()


def test_numbers_of_all_rows_are_those_of_a_loop(led, tables):
    trade = {
        (row.creditor_iso3, row.partner_iso3, row.year): row.exports_usd_m + row.imports_usd_m
        for row in tables["trade"].itertuples(index=False)
        if not (pd.isna(row.exports_usd_m) or pd.isna(row.imports_usd_m))
    }
    gdp = {
        (row.iso3, row.year): float(row.gdp_current_usd_m)
        for row in tables["country_year"].itertuples(index=False)
        if not pd.isna(row.gdp_current_usd_m)
    }
    expected = []
    for row in led.itertuples(index=False):
        year = int(row.start[:4]) - 1
        own, its = (gdp.get((country, year), math.nan) for country in (row.creditor_iso3, row.leader))
        bilateral = [trade.get((row.creditor_iso3, partner, year), math.nan) for partner in (row.leader, "USA")]
        debtor = trade.get((row.leader, row.debtor_iso3, year), math.nan)
        expected.append((*(100 * one / own for one in bilateral), 100 * debtor / its, own / its))
    assert_allclose(led[NUMBERS].astype("float64"), expected, rtol=1e-12)
    assert (led[NUMBERS].notna().sum() > 500).all()


def test_percent_of_gdp_has_a_plausible_size(led):
    for column in NUMBERS[:3]:
        known = led[column].dropna()
        assert known.between(0, 150).all()
        assert known.median() < 20
    korea = led.query("package_id == 'THA_1997' and creditor_iso3 == 'KOR'").iloc[0]
    assert 5 < korea["trade_leader"] < 12  # of GDP with Japan in 1996
    assert 5 < korea["trade_structural"] < 12


def test_rows_and_other_columns_are_kept_whatever_the_index(panel, led, tables):
    pd.testing.assert_frame_equal(led[panel.columns], panel)
    labelled = panel.set_index(panel["creditor_iso3"] + panel["package_id"]).sample(frac=1, random_state=0)
    again = with_leader(labelled, tables).reset_index(drop=True)
    pd.testing.assert_frame_equal(
        again.sort_values(["package_id", "creditor_iso3"], ignore_index=True)[led.columns],
        led.sort_values(["package_id", "creditor_iso3"], ignore_index=True),
    )


def test_only_the_year_before_counts(panel, tables):
    """What happens in and after the year of a rescue changes nothing."""
    one = panel[panel["package_id"] == "KOR_1997"]
    before = with_leader(one, tables)
    later = {name: tables[name].copy() for name in ("trade", "country_year")}
    for table, columns in (("trade", ["exports_usd_m", "imports_usd_m"]), ("country_year", ["gdp_current_usd_m"])):
        for column in columns:
            values = later[table][column].astype("float64")
            later[table][column] = np.where(later[table]["year"] != 1996, 10 * values, values)
    pd.testing.assert_frame_equal(with_leader(one, later), before)


@pytest.mark.parametrize("column", ["region", "lead_creditor_iso3", "gdp_usd_m", "base_year"])
def test_missing_columns_are_named(column, panel, tables):
    with pytest.raises(MissingColumnError, match=column):
        with_leader(panel.drop(columns=column), tables)
