"""Hypothesis: a creditor contributes where its banks are tied to the leader's banks."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from econ.datasets.concepts import CONCEPTS
from econ.ledger import Hypothesis, examine
from econ.ledger.rescues import concept_trials, rescue_rows
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
HYPOTHESIS = Hypothesis(
    number=3,
    title="Institutional linkages (by a proxy)",
    statement=(
        "A creditor contributes where its banks share syndicates and advisory committees with the leader's banks."
    ),
    estimand=(
        "Change in the probability of a contribution, in percentage points, for one point (of a hundred) more "
        "likeness of the portfolios of the creditor's and the leader's banks, among creditors other than the leader."
    ),
    specification="Linear probability on the likeness, log distance, effects of creditors and rescues.",
    data=(
        "No membership of syndicates or committees is in the data. A proxy stands for it and is called one: "
        "co-exposure, the cosine of the two portfolios of bank claims over all debtors but this one, within one "
        "source."
    ),
    falsifier="Less support from those whose banks lend to the same debtors as the leader's.",
    identification=(
        "Banks that lend to the same debtors need not sit on the same committees, and lend there for reasons of trade "
        "and distance: the proxy can be right where the hypothesis is wrong, and the other way round."
    ),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """The proxy under each concept that knows whole portfolios."""
    rows = rescue_rows(tables)
    statistics = [name for name, one in CONCEPTS.items() if not one.published]
    trials = concept_trials(
        rows[~rows["is_leader"]],
        tables,
        "similarity",
        concepts=statistics,
        label=": co-exposure with the leader (proxy)",
    )
    return hypothesis_section(HYPOTHESIS, [examine(one) for one in trials], name="institutional_linkages")
