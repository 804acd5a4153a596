"""What a creditor has at stake: lagged columns joined to the panel, with the misses counted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ.errors import OptionError

__all__ = ["with_exposures"]

DYAD = ["creditor_iso3", "debtor_iso3"]
YEARLY = [*DYAD, "year"]
YEAR_END = 4
TIES = ["distw_km", "contiguity", "common_language", "colony", "same_region"]
BASE = "base_year"


def with_exposures(
    panel: pd.DataFrame, tables: Mapping[str, pd.DataFrame], bank_basis: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The panel with exposures of the last year before the rescue, and one row for every missing cell.

    Parameters
    ----------
    panel
        Rows (package_id, creditor_iso3) with debtor_iso3, lead_creditor_iso3 and base_year.
    tables
        trade, bank_claims, fdi_flows, country_year, dyads, un_votes.
    bank_basis
        Concept of bank claims; concepts are never pooled.

    Raises
    ------
    OptionError
        If the table of bank claims has no such basis.
    """
    sources = {
        "country_year": (_gdp(tables["country_year"]), ["creditor_iso3", BASE]),
        "bank_claims": (_claims(tables["bank_claims"], bank_basis), [*DYAD, BASE]),
        "trade": (_trade(tables["trade"], "debtor_iso3", "trade_debtor_usd_m"), [*DYAD, BASE]),
        "trade with the lead": (
            _trade(tables["trade"], "lead_creditor_iso3", "trade_lead_usd_m"),
            ["creditor_iso3", "lead_creditor_iso3", BASE],
        ),
        "fdi_flows": (_fdi(tables["fdi_flows"]), [*DYAD, BASE]),
        "un_votes": (_votes(tables["un_votes"]), [*DYAD, BASE]),
        "dyads": (tables["dyads"][[*DYAD, *TIES]].astype(dict.fromkeys(TIES, "float64")), DYAD),
    }
    misses = []
    for name, (source, keys) in sources.items():
        panel = panel.merge(source, on=keys, how="left", validate="many_to_one")
        column = next(column for column in source.columns if column not in keys)
        misses.append(_missing(panel, column, name, source))
    return _relative(panel), pd.concat(misses, ignore_index=True)


def _relative(panel: pd.DataFrame) -> pd.DataFrame:
    gdp = panel["gdp_usd_m"].astype("float64")  # an empty column may have come as text
    shares = {
        f"{name}_gdp": panel[f"{name}_usd_m"].astype("float64") / gdp
        for name in ("bank_claims", "trade_debtor", "trade_lead", "fdi_debtor")
    }
    return panel.assign(**shares)


def _gdp(table: pd.DataFrame) -> pd.DataFrame:
    names = {"iso3": "creditor_iso3", "year": BASE, "gdp_current_usd_m": "gdp_usd_m"}
    return table.rename(columns=names)[list(names.values())]


def _claims(table: pd.DataFrame, basis: str) -> pd.DataFrame:
    known = sorted(table["basis"].unique())
    if not isinstance(basis, str) or (known and basis not in known):
        raise OptionError(f"no basis {basis!r} of bank claims; there are {', '.join(known)}")
    rows = table[(table["basis"] == basis) & (table["quarter"] == YEAR_END)]
    names = {"year": BASE, "claims_usd_m": "bank_claims_usd_m"}
    return rows[[*YEARLY, "claims_usd_m"]].rename(columns=names)


def _trade(table: pd.DataFrame, partner: str, column: str) -> pd.DataFrame:
    """Exports plus imports, missing where either is."""
    total = table["exports_usd_m"] + table["imports_usd_m"]
    rows = table.assign(**{column: total}).rename(columns={"partner_iso3": partner, "year": BASE})
    return rows[["creditor_iso3", partner, BASE, column]]


def _fdi(table: pd.DataFrame) -> pd.DataFrame:
    names = {"year": BASE, "fdi_flow_usd_m": "fdi_debtor_usd_m"}
    return table.rename(columns=names)[[*DYAD, *names.values()]]


def _votes(table: pd.DataFrame) -> pd.DataFrame:
    names = {"year": BASE, "agree_identical": "un_agreement"}
    return table.rename(columns=names)[[*DYAD, *names.values()]]


def _missing(panel: pd.DataFrame, column: str, table: str, source: pd.DataFrame) -> pd.DataFrame:
    rows = panel.loc[panel[column].isna(), ["package_id", "creditor_iso3", "debtor_iso3", "lead_creditor_iso3", BASE]]
    reasons = _why(rows, table, source)
    return rows[["package_id", "creditor_iso3"]].assign(step="join", table=table, reason=reasons)


def _why(rows: pd.DataFrame, table: str, source: pd.DataFrame) -> np.ndarray:
    """The first reason that holds for each missing cell."""
    cases: list[tuple[pd.Series, str]] = []
    if table == "trade with the lead":
        lead = rows["lead_creditor_iso3"]
        cases += [
            (lead.isna() | ~lead.isin(source["lead_creditor_iso3"].unique()), "no lead creditor with trade data"),
            (lead == rows["creditor_iso3"], "the creditor is the lead"),
        ]
    if BASE in source.columns:
        first, last = source[BASE].min(), source[BASE].max()
        cases += [(rows[BASE] < first, f"before {first}"), (rows[BASE] > last, f"after {last}")]
    cases.append((~rows["creditor_iso3"].isin(source["creditor_iso3"].unique()), "creditor not in the table"))
    if "debtor_iso3" in source.columns:
        cases.append((~rows["debtor_iso3"].isin(source["debtor_iso3"].unique()), "debtor not in the table"))
    conditions = [np.asarray(case, dtype=bool) for case, _ in cases]
    return np.select(conditions, [name for _, name in cases], default="no value in the table")
