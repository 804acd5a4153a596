"""Hypothesis: a creditor contributes where its own banks are exposed."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from econ.datasets.concepts import CONCEPTS
from econ.ledger import Hypothesis, examine
from econ.ledger.american import american_trial
from econ.ledger.rescues import concept_trials, rescue_rows
from econ.report import Section
from econ.report.hypothesis_section import hypothesis_section

INPUTS = (
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
HYPOTHESIS = Hypothesis(
    number=1,
    title="Private returns",
    statement=(
        "A creditor government contributes to a rescue where its own banks are more exposed to the debtor, and to the "
        "debtor's region."
    ),
    estimand=(
        "Change in the probability of a contribution for one percentage point more of all banks' claims on the debtor "
        "held by the creditor's banks, among potential creditors of a rescue; for the region, of the creditor's own "
        "claims; across debtors, of the claims of banks in the United States."
    ),
    specification=(
        "Linear probability on the share, log distance, effects of creditors and of rescues; errors by creditor. "
        "Across debtors: on the share, log GDP and effects of years, errors by debtor."
    ),
    data=(
        "Shares and ranks within one source at one date, never across sources: concepts of bank claims by creditor "
        "and debtor, and sources that know only American banks. Rescues shared out by a formula are left out."
    ),
    falsifier="A share with a negative coefficient that survives few-cluster inference and other specifications.",
    identification=(
        "Banks lend where their governments have interests anyway, claims are measured with error, and only rescues "
        "that happened are seen: the checks of exposure give a shift-share instrument, placebos, bounds, and what "
        "selection, pledges and measurement error could do. Effects of creditors take out lasting interests, but not "
        "those in one debtor. Potential creditors are those that gave within ten years before or after, which looks "
        "ahead; the Asian cells of both published sources are largely one table, so that they are one piece of "
        "evidence."
    ),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Every concept of exposure to the debtor, then to its region, then across the debtors of American banks."""
    rows = rescue_rows(tables)
    statistics = [name for name, one in CONCEPTS.items() if not one.published]
    trials = [
        *concept_trials(rows, tables, "claims_share", alternatives=("claims_rank", "portfolio_share")),
        *concept_trials(rows, tables, "region_share", concepts=statistics, label=": the region"),
        american_trial("Claims of banks in the United States (Treasury Bulletin)", tables, "us_bank_claims"),
        american_trial("Claims of American banks (Country Exposure Lending Survey)", tables, "bank_exposure_points"),
    ]
    return hypothesis_section(HYPOTHESIS, [examine(one) for one in trials], name="private_returns")
