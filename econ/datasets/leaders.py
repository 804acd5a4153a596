"""Who leads a rescue, and what ties a creditor to the leader."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ.errors import MissingColumnError
from econ.sample import listed

__all__ = ["LEADERS", "POWERS", "with_leader"]

LEADERS = ("USA", "JPN", "DEU")  # those whose trade with every creditor is in the table
POWERS = {"latin_america": "USA", "asia": "JPN", "europe": "DEU", "other": "USA"}
STRUCTURAL = "USA"
NEEDED = ("package_id", "creditor_iso3", "debtor_iso3", "base_year", "region", "lead_creditor_iso3", "gdp_usd_m")


def with_leader(panel: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The creditor panel with the leading power of each rescue, and trade with it.

    The leader is the lead creditor where it is one of the powers whose trade with all creditors is known, and
    otherwise the power of the debtor's region: the United States in Latin America, Japan in Asia, Germany in Europe,
    the United States elsewhere.

    Parameters
    ----------
    panel
        `creditor_panel(...).data` or `.exposures`.
    tables
        `trade` and `country_year`.

    Returns
    -------
    pandas.DataFrame
        With `leader`; `is_leader`; `trade_leader` and `trade_structural`, exports to and imports from the leader and
        the United States in percent of the creditor's GDP, zero trade partners being oneself missing; `leader_trade`,
        the leader's trade with the debtor in percent of the leader's GDP; `relative_size`, the creditor's GDP over the
        leader's; all in the base year.

    Raises
    ------
    MissingColumnError
        If the panel lacks a column.

    Examples
    --------
    >>> from econ.datasets import creditor_panel, load
    >>> from econ.datasets.leaders import with_leader
    >>> tables = {name: load(name) for name in ("trade", "country_year")}
    >>> panel = with_leader(creditor_panel().data, tables).set_index(["package_id", "creditor_iso3"])
    >>> panel.loc[("KOR_1997", "USA"), "leader"]
    'JPN'
    """
    missing = [name for name in NEEDED if name not in panel.columns]
    if missing:
        raise MissingColumnError(f"no column {listed(missing)}; give the panel of creditor_panel(...)")
    lead = panel["lead_creditor_iso3"]
    leader = lead.where(lead.isin(LEADERS), panel["region"].map(POWERS)).rename("leader")
    trade = tables["trade"].set_index(["creditor_iso3", "partner_iso3", "year"])[["exports_usd_m", "imports_usd_m"]]
    total = trade["exports_usd_m"] + trade["imports_usd_m"]
    gdp = tables["country_year"].set_index(["iso3", "year"])["gdp_current_usd_m"].astype("float64")
    year, own = panel["base_year"], panel["gdp_usd_m"].astype("float64")
    structural = pd.Series(STRUCTURAL, index=panel.index)
    leaders_gdp = _at(gdp, leader, year)
    return panel.assign(
        leader=leader,
        is_leader=panel["creditor_iso3"] == leader,
        trade_leader=100 * _at(total, panel["creditor_iso3"], leader, year) / own,
        trade_structural=100 * _at(total, panel["creditor_iso3"], structural, year) / own,
        leader_trade=100 * _at(total, leader, panel["debtor_iso3"], year) / leaders_gdp,
        relative_size=own / leaders_gdp,
    )


def _at(values: pd.Series, *keys: pd.Series) -> np.ndarray:
    """The values at keys, missing where there are none."""
    wanted = pd.MultiIndex.from_arrays([key.to_numpy() for key in keys])
    return np.asarray(values.reindex(wanted).to_numpy(dtype=np.float64))
