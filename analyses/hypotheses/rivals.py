"""Hypotheses that explain contributions otherwise, and a placebo."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ import OLS, White, randomization_test
from econ.datasets import creditor_panel
from econ.datasets.concepts import CONCEPTS, with_exposure
from econ.datasets.leaders import with_leader
from econ.datasets.panel import TABLES
from econ.estimates import Estimates, NotEstimable
from econ.ledger import Hypothesis, Trial, examine
from econ.ledger.rescues import rescue_rows, rescue_trial
from econ.report import Row, Section, Table
from econ.report.hypothesis_section import hypothesis_section
from econ.report.tables import number
from econ.stability.attempts import REFUSALS

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
MAJORITY = 50.0  # percent of all claims, which the smallest group of creditors holds together
K_GROUPS = ("cbs_ultimate", "cbs_immediate", "lbs_residence", "lbs_residence_total", "published_table")
PLACEBO = ("cbs_ultimate", "cbs_immediate", "lbs_residence", "lbs_residence_total")
CAPITAL_KEY = "capital_key"
HYPOTHESIS = Hypothesis(
    number=7,
    title="Rival explanations",
    statement=(
        "Contributions follow from something else than exposure and linkages: joint experience (regimes), membership "
        "of the smallest group that holds most claims (k-groups), being near (regionalism), or the size of the leader "
        "(hegemonic stability, under which others may leave the bill to a large leader)."
    ),
    estimand=(
        "Change in the probability of a contribution, in percentage points, for one more doubling of earlier rescues "
        "together with the leader, membership of the k-group, being in the debtor's region, less log distance, and "
        "one percentage point more of the leader in the GDP of all potential creditors."
    ),
    specification=(
        "Linear probability with effects of creditors and rescues where the rival varies within rescues; the leader's "
        "size does not, and is tested across rescues with effects of creditors among the others, errors by rescue."
    ),
    data=(
        "Earlier rescues are those of the list; regions those of the table of distances; k-groups by claims within "
        "one source. In rescues shared out by the capital key exposure should not matter: there it is a placebo."
    ),
    falsifier="A rival whose coefficient has the other sign.",
    identification=(
        "Experience grows with time and with whatever made a creditor take part before; distance stands for trade, "
        "banking and politics at once; the leader's size is one number a rescue. The placebo can only reveal that "
        "exposure goes along with the capital key, not that it does nothing elsewhere."
    ),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Each rival, and the placebo of the capital key."""
    rows = _with_rivals(rescue_rows(tables), rescue_rows(tables, complete=False))
    followers = rows[~rows["is_leader"]]
    trials = [
        rescue_trial("Regimes: earlier rescues together with the leader", followers, "joint_experience"),
        rescue_trial("Regimes: earlier rescues of the creditor", rows, "experience"),
        *_k_groups(rows, tables),
        rescue_trial("Regionalism: same region", rows, "same_region"),
        rescue_trial("Regionalism: log distance", rows, "log_distance", predicted=-1),
        rescue_trial(
            "Hegemony: size of the leader, others' contributions",
            followers,
            "leader_size",
            predicted=-1,
            effects="creditor_iso3",
            cluster="package_id",
        ),
    ]
    placebo, estimates = _placebo(tables)
    return hypothesis_section(
        HYPOTHESIS, [examine(one) for one in trials], name="rivals", items=(placebo,), estimates=estimates
    )


def _with_rivals(rows: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """Logs (base 2) of one and the number of earlier rescues, and the leader's share in the GDP of those at risk."""
    gave = every[every["contributed"] > 0]
    starts = gave.groupby("creditor_iso3")[["package_id", "start"]].apply(lambda part: set(map(tuple, part.to_numpy())))
    own = [_earlier(starts, row.creditor_iso3, row.start) for row in rows.itertuples()]
    joint = [mine & _earlier(starts, row.leader, row.start) for mine, row in zip(own, rows.itertuples(), strict=True)]
    gdp = rows["gdp_usd_m"].astype("float64")
    leaders = (gdp / rows["relative_size"]).where(rows["relative_size"] > 0)
    return rows.assign(
        experience=np.log2(1.0 + np.array([len(one) for one in own])),
        joint_experience=np.log2(1.0 + np.array([len(one) for one in joint])),
        leader_size=100 * leaders / gdp.groupby(rows["package_id"]).transform("sum"),
    )


def _earlier(starts: pd.Series, creditor: str, start: str) -> set[str]:
    """Rescues that a creditor took part in and that began before; a month alone is its first day."""
    return {package for package, other in starts.get(creditor, ()) if other < start}


def _k_groups(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> list[Trial]:
    """Membership of the smallest group of creditors whose banks hold the majority of claims."""
    trials = []
    for name in K_GROUPS:
        data = with_exposure(rows, name, tables).sort_values("claims_share", ascending=False)
        before = data.groupby("package_id")["claims_share"].cumsum() - data["claims_share"]
        total = data.groupby("package_id")["claims_share"].transform("sum")
        known = data["claims_share"].notna() & (total >= MAJORITY)
        member = (before < MAJORITY).astype("float64").where(known)
        trial = rescue_trial(
            f"k-group: {CONCEPTS[name].label}",
            data.assign(k_group=member),
            "k_group",
            randomized=CONCEPTS[name].published,
        )
        trials.append(trial)
    return trials


def _placebo(tables: Mapping[str, pd.DataFrame]) -> tuple[Table, dict[str, Estimates | NotEstimable]]:
    """Shares in rescues by the capital key on exposure: what a mechanical rule gives, claimed for nothing."""
    panel = creditor_panel(risk_set="revealed", tables={name: tables[name] for name in TABLES}).data
    keyed = panel[(panel["share_rule"] == CAPITAL_KEY) & (panel["burden_share"] > 0)].reset_index(drop=True)
    rows = with_leader(keyed, tables)
    gdp = rows["gdp_usd_m"].astype("float64")
    rows = rows.assign(
        burden_percent=100 * rows["burden_share"],
        gdp_percent=100 * gdp / gdp.groupby(rows["package_id"]).transform("sum"),
    )
    found = {CONCEPTS[name].label: _one_placebo(with_exposure(rows, name, tables)) for name in PLACEBO}
    columns = ("Estimate", "Interval", "p, permutation", "Rows", "Rescues")
    lines = [Row(label, cells, (estimates,) * len(cells)) for label, (estimates, cells, _) in found.items()]
    data = pd.DataFrame([{"concept": label, **numbers} for label, (_, _, numbers) in found.items()])
    table = Table(
        "rivals_placebo",
        "Placebo: shares in rescues by the capital key on exposure",
        columns,
        tuple(lines),
        (
            "Percentage points of the burden for one percentage point more of all claims on the debtor, given the "
            "share in GDP. The shares follow the capital of the central bank, set years before: exposure cannot have "
            "moved them. A coefficient that differs from zero shows how much exposure goes along with size and place.",
            "These rescues enter no test of exposure.",
        ),
        data,
    )
    return table, {f"placebo/{label}": estimates for label, (estimates, _, _) in found.items()}


def _one_placebo(
    rows: pd.DataFrame,
) -> tuple[Estimates | NotEstimable, tuple[str, ...], dict[str, object]]:
    spec = OLS("burden_percent ~ claims_share + gdp_percent")
    try:
        fit = spec.fit(rows)
        estimates = fit.inference(White("HC3"))
        p_value = randomization_test(fit, "claims_share", White("HC1")).p_value
    except REFUSALS as error:
        refused = NotEstimable("OLS", spec.formula, str(error))
        return refused, ("—", "", "", "", ""), {"reason": str(error)}
    row = estimates.row("claims_share")
    packages = fit.sample.column("package_id").nunique()
    cells = (
        number(row["estimate"]),
        f"[{number(row['low'])}, {number(row['high'])}]",
        f"{p_value:.3f}",
        f"{fit.nobs}",
        f"{packages}",
    )
    return estimates, cells, {**row[["estimate", "se"]].to_dict(), "p_value": p_value, "nobs": fit.nobs}
