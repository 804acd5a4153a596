"""Hypothesis: private returns and linkages are strongest together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ import OLS, simultaneous_bands
from econ.datasets.concepts import CONCEPTS, with_exposure
from econ.ledger import Hypothesis, examine
from econ.ledger.rescues import ALWAYS, COVARIANCE, EFFECTS, OUTCOME, concept_trials, rescue_rows
from econ.report import Figure, Section, marginal_effect_figure
from econ.report.hypothesis_section import hypothesis_section

INPUTS = (
    "contributions",
    "packages",
    "potential_creditors",
    "trade",
    "bank_claims",
    "bank_exposure_points",
    "fdi_flows",
    "country_year",
    "dyads",
    "un_votes",
)
STATISTICS = tuple(name for name, one in CONCEPTS.items() if not one.published)
POINTS = 21  # at which a marginal effect is drawn
QUANTILES = (0.05, 0.95)  # of the linkage, between which it is drawn
HYPOTHESIS = Hypothesis(
    number=4,
    title="Private returns × linkages",
    statement="Private returns and linkages are complements: exposure counts for more where linkages are strong.",
    estimand=(
        "Coefficient on the product of the share of the creditor's banks in all claims on the debtor with trade with "
        "the leader, or with the likeness of bank portfolios (a proxy); the marginal effect of the share along the "
        "linkage."
    ),
    specification=(
        "Linear probability on share, linkage, their product, log distance, effects of creditors and rescues; "
        "marginal effects with bands that hold for all values of the linkage at once. Complements: the product is "
        "positive."
    ),
    data="Each concept of bank claims by itself; trade with the leader; co-exposure under each statistic.",
    falsifier="A negative product: exposure counts for less where linkages are strong.",
    identification=(
        "A product inherits the doubts about both of its factors and needs far more data than either. A linear "
        "product also picks up a curved effect of exposure where exposure and linkage go together."
    ),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Products with both linkages under each concept, and the marginal effects that can be estimated."""
    rows = rescue_rows(tables)
    followers = rows[~rows["is_leader"]]
    trials = [
        *concept_trials(
            followers, tables, "claims_share:trade_leader", beside="claims_share + trade_leader", label=" × trade"
        ),
        *concept_trials(
            followers,
            tables,
            "claims_share:similarity",
            concepts=STATISTICS,
            beside="claims_share + similarity",
            label=" × co-exposure (proxy)",
        ),
    ]
    figures = [_marginal(followers, tables, name) for name in STATISTICS]
    return hypothesis_section(HYPOTHESIS, [examine(one) for one in trials], name="complements", items=figures)


def _marginal(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], name: str) -> Figure:
    """The effect of a percentage point of claims along trade with the leader."""
    data = with_exposure(rows, name, tables)
    fit = OLS(f"{OUTCOME} ~ claims_share*trade_leader + {ALWAYS} | {EFFECTS}").fit(data)
    used = data["trade_leader"].iloc[fit.sample.rows]
    values = np.linspace(used.quantile(QUANTILES[0]), used.quantile(QUANTILES[1]), POINTS)
    J = np.zeros((POINTS, len(fit.names)))
    J[:, fit.position("claims_share")] = 1.0
    J[:, fit.position("claims_share:trade_leader")] = values
    along = fit.combine(J, [f"at {value:.6g}" for value in values])
    return marginal_effect_figure(
        simultaneous_bands(along, COVARIANCE),
        values,
        observed=used.to_numpy(),
        name=f"complements_{name}",
        title=f"Effect of a share of claims along trade with the leader: {CONCEPTS[name].label}",
        xlabel="Trade with the leader, % of GDP",
        ylabel="Percentage points of probability",
    )
