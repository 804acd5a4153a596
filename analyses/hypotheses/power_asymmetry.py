"""Hypothesis: effects differ where the structural and where the regional power leads."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ import OLS, Clustered
from econ.ledger import Hypothesis, Trial, examine
from econ.ledger.american import american_trial
from econ.ledger.rescues import concept_trials, covered, rescue_rows, rescue_trial
from econ.report import Section
from econ.report.hypothesis_section import hypothesis_section
from econ.stability import Specifications

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
CONCEPTS_OF_BOTH = ("lbs_residence", "bis_consolidated")  # those that know rescues in Asia and in Latin America
ASIA, LATIN_AMERICA = "asia", "latin_america"
HYPOTHESIS = Hypothesis(
    number=6,
    title="Power asymmetry",
    statement=(
        "Effects depend on who leads: in Asia, the back yard of a regional power, exposure draws creditors in more "
        "than in Latin America, where the structural power leads and exposure of American banks decides; followers "
        "give more where the leader gives more."
    ),
    estimand=(
        "Difference between the effects of exposure in Asia and elsewhere; the same for American claims, where it "
        "should be negative; and the elasticity of a follower's commitment to the leader's."
    ),
    specification=(
        "Linear probability on exposure and its product with Asia, distance, effects of creditors and rescues; across "
        "crises for American banks; and the log amount of followers on the log amount of the leader and log GDP, "
        "errors by rescue."
    ),
    data=(
        "Trade with the debtor covers most rescues, bank claims later ones; few concepts know rescues of both "
        "regions. Amounts that a document states, formula-driven rescues left out."
    ),
    falsifier="Exposure that counts for less in Asia, or followers who give less where the leader gives more.",
    identification=(
        "Regions differ in decades as much as in leaders: Latin American rescues are of the 1980s and 1990s, those in "
        "Asia of 1997. Leader and followers see the same crisis, so that an elasticity is no response."
    ),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """The regional contrast in trade, bank claims and American claims, and followers on leaders."""
    rows = _regions(rescue_rows(tables))
    two = rows[rows["region"].isin((ASIA, LATIN_AMERICA))]
    trials = [
        rescue_trial("Trade with the debtor × Asia, all regions", rows, "trade_debtor:asia", beside="trade_debtor"),
        rescue_trial(
            "Trade with the debtor × Asia, against Latin America", two, "trade_debtor:asia", beside="trade_debtor"
        ),
        *concept_trials(
            rows, tables, "claims_share:asia", concepts=CONCEPTS_OF_BOTH, beside="claims_share", label=" × Asia"
        ),
        american_trial(
            "Claims of banks in the United States × Asia", tables, "us_bank_claims", term="us_share:asia", predicted=-1
        ),
        _followers(_regions(rescue_rows(tables, complete=False))),
    ]
    return hypothesis_section(HYPOTHESIS, [examine(one) for one in trials], name="power_asymmetry")


def _regions(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(asia=(rows["region"] == ASIA).astype("float64"))


def _followers(rows: pd.DataFrame) -> Trial:
    """What followers committed on what the leader committed to the same rescue."""
    leaders = rows[rows["is_leader"] & rows["log_committed"].notna()].set_index("package_id")["log_committed"]
    data = rows[~rows["is_leader"]].assign(log_leader=lambda part: part["package_id"].map(leaders))
    data = data.assign(log_gdp=np.log(data["gdp_usd_m"].astype("float64")))
    covariance = Clustered("package_id")
    grid = Specifications(
        ("log_committed",), ("log_leader",), ("log_gdp", "log_distance", "trade_debtor"),
        effects=(None, "creditor_iso3"), covariance=covariance,
    )  # fmt: skip
    return Trial(
        concept="Followers' log amount on the leader's",
        covers=covered(data, ["log_committed", "log_leader", "log_gdp"]),
        spec=OLS("log_committed ~ log_leader + log_gdp"),
        data=data,
        term="log_leader",
        predicted=1,
        covariance=covariance,
        grid=grid,
        by="package_id",
    )
