"""What Posen (2001) prints on direct investment between Japan and the United States."""

from __future__ import annotations

import pandas as pd

from econ.claims import Claim, Computed, in_units
from econ.report import Section
from econ.report.claims_table import Check, Tables, claims_section

INPUTS = ("fdi_flows", "posen_claims")

BILLION = 1e3  # millions
UNITS = {"USD billion per quarter": 1 / 4, "USD billion per month": 1 / 12}


def analyse(tables: Tables) -> Section:
    """Each claim on direct investment against the yearly flows."""
    return claims_section(
        tables,
        CHECKS,
        name="claims_investment",
        title="Printed claims on direct investment",
        question="Do the paper's figures on direct investment between Japan and the United States hold?",
        notes=(
            "Net flows by calendar year and country of the immediate investor; Japanese sources count by fiscal year "
            "and by notification, which gives other numbers.",
        ),
    )


def _flow(tables: Tables, creditor: str, debtor: str) -> pd.Series:
    flows = tables["fdi_flows"]
    rows = flows[(flows["creditor_iso3"] == creditor) & (flows["debtor_iso3"] == debtor)]
    return rows.set_index("year")["fdi_flow_usd_m"] / BILLION


def _outflow(tables: Tables, claim: Claim) -> Computed:
    """Every year of the period."""
    flow = _flow(tables, "JPN", "USA")
    flow = flow[flow.index.isin(claim.years)]
    years = tuple(int(year) for year in flow.index)
    return in_units(Computed(flow.min(), flow.max(), f"flow of each of {len(flow)} years", years, every=True), UNITS)


def _ratio(tables: Tables, claim: Claim) -> Computed:
    out, back = _flow(tables, "JPN", "USA"), _flow(tables, "USA", "JPN")
    year = claim.years[0]
    ratio = out[year] / back[year]
    source = f"flow to the United States of {out[year]:.1f} over flow to Japan of {back[year]:.1f} USD billion"
    return Computed(ratio, ratio, source, (year,))


CHECKS: dict[str, Check] = {"c38": _outflow, "c39": _ratio}
