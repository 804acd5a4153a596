"""Hypothesis: a creditor contributes where its trade depends on the leader."""

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
LEADERS_CLAIMS = ("cbs_ultimate", "cbs_immediate", "lbs_residence", "published_table")
HYPOTHESIS = Hypothesis(
    number=2,
    title="Economic linkages",
    statement=(
        "A creditor contributes where its trade depends on the leading creditor, the more so where the leader itself "
        "is exposed to the debtor."
    ),
    estimand=(
        "Change in the probability of a contribution, in percentage points, for one percentage point of GDP more "
        "trade with the leader (or with the United States as the structural power), among creditors other than the "
        "leader; and how it changes with the leader's own exposure to the debtor."
    ),
    specification=(
        "Linear probability on trade with the leader, log distance, effects of creditors and rescues; then on the "
        "product of that trade with the leader's exposure, whose own effect is absorbed by that of the rescue; errors "
        "of products by rescue, since the leader's exposure is one number a rescue."
    ),
    data=(
        "Trade with the United States, Japan and Germany. The leader is the lead creditor where it is one of them, "
        "and otherwise the power of the debtor's region. Its exposure is its trade with the debtor, or the share of "
        "its banks in all claims on the debtor within one source."
    ),
    falsifier="Less support from those who trade more with the leader, in trade itself or in its product.",
    identification=(
        "Trade with the leader changes slowly, so that with effects of creditors it is the difference between leaders "
        "that speaks; distance to the debtor and to its region's power go together. The leader is partly a judgement "
        "of the compiler and partly a rule of ours."
    ),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Trade with the leader and with the structural power, and its products with the leader's exposure."""
    rows = rescue_rows(tables)
    followers = rows[~rows["is_leader"]]
    trials = [
        rescue_trial("Trade with the leader", followers, "trade_leader"),
        rescue_trial("Trade with the United States", rows[rows["creditor_iso3"] != "USA"], "trade_structural"),
        rescue_trial(
            "Trade with the leader × the leader's trade with the debtor",
            followers,
            "trade_leader:leader_trade",
            beside="trade_leader",
            cluster="package_id",
        ),
        *(_with_claims(followers, rows, tables, name) for name in LEADERS_CLAIMS),
    ]
    return hypothesis_section(HYPOTHESIS, [examine(one) for one in trials], name="economic_linkages")


def _with_claims(followers: pd.DataFrame, rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], name: str) -> Trial:
    """The product with the share of the leader's banks in all claims on the debtor."""
    measured = with_exposure(rows, name, tables)
    own = measured[measured["is_leader"]].drop_duplicates("package_id").set_index("package_id")["claims_share"]
    data = followers.assign(leader_claims=followers["package_id"].map(own))
    return rescue_trial(
        f"Trade with the leader × its banks' share, {CONCEPTS[name].label}",
        data,
        "trade_leader:leader_claims",
        beside="trade_leader",
        cluster="package_id",
    )
