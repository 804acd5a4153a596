"""Hypothesis: direct investors and banks want different things."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from econ.datasets.concepts import CONCEPTS, with_exposure
from econ.ledger import Hypothesis, Trial, examine
from econ.ledger.rescues import rescue_rows, rescue_trial
from econ.report import Section
from econ.report.hypothesis_section import hypothesis_section

INPUTS = (
    "contributions",
    "packages",
    "potential_creditors",
    "trade",
    "bank_claims",
    "fdi_flows",
    "country_year",
    "dyads",
    "un_votes",
)
STATISTICS = tuple(name for name, one in CONCEPTS.items() if not one.published)
HYPOTHESIS = Hypothesis(
    number=5,
    title="FDI versus bank exposure",
    statement=(
        "Banks want liquidity for the debtor and manufacturers want it to liberalise: bank exposure raises "
        "contributions, and direct investment does so less, or lowers them."
    ),
    estimand=(
        "Difference between the effects of a standard deviation of bank claims and of one of direct investment, both "
        "in percent of GDP, on the probability of a contribution in percentage points; and the latter alone."
    ),
    specification=(
        "Linear probability on both exposures, log distance, effects of creditors and rescues. The difference is the "
        "coefficient on claims beside the sum of both."
    ),
    data="Bank claims under each statistic, in percent of GDP; net flows of direct investment, which end earlier.",
    falsifier="Direct investment that raises contributions more than bank claims do.",
    identification=(
        "Net flows of one year are a poor measure of what manufacturers have at stake; stocks are not in the data. "
        "Both exposures follow distance and size, which are among the regressors."
    ),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """The difference and direct investment itself, under each concept of bank claims."""
    rows = rescue_rows(tables)
    trials = [trial for name in STATISTICS for trial in _trials(rows, tables, name)]
    return hypothesis_section(HYPOTHESIS, [examine(one) for one in trials], name="fdi_and_banks")


def _trials(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], name: str) -> list[Trial]:
    """Both in percent of GDP, then in standard deviations of the rows that have both."""
    claims = with_exposure(rows, name, tables)["claims_usd_m"]
    data = rows.assign(banks=100 * claims / rows["gdp_usd_m"].astype("float64"))
    both = data["banks"].notna() & data["fdi_debtor"].notna()
    deviations = {one: data[one] / data.loc[both, one].std() for one in ("banks", "fdi_debtor")}
    data = data.assign(banks_sd=deviations["banks"], fdi_sd=deviations["fdi_debtor"])
    data = data.assign(both_sd=data["banks_sd"] + data["fdi_sd"])
    label = CONCEPTS[name].label
    return [
        rescue_trial(f"{label} less FDI", data, "banks_sd", beside="both_sd"),
        rescue_trial(f"FDI beside {label}", data, "fdi_sd", beside="banks_sd", predicted=-1),
    ]
