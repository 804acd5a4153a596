"""Who contributes to a rescue, and how much: on bank exposure, trade and direct investment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from econ import OLS, PPML, Clustered
from econ.datasets import CreditorPanel, creditor_panel
from econ.datasets.risk_sets import REVEALED_YEARS
from econ.estimates import Estimates, NotEstimable
from econ.report import Panel, Row, Section, Table, table
from econ.stability import attempt
from econ.types import Estimator

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

RISK_SETS = {
    "g10": "the Group of Ten",
    "regional": "the Group of Ten and the debtor's regional group",
    "revealed": f"whoever contributed to a rescue within {REVEALED_YEARS} years",
}
COVARIANCE = Clustered("creditor_iso3", "package_id")
EFFECTS = "creditor_iso3 + package_id"
CONTROLS = "log_distance"
LABELS = {
    "bank_claims": "Bank claims on the debtor, % of GDP",
    "claims_residence": "Claims of bank offices by residence, % of GDP",
    "trade_debtor": "Trade with the debtor, % of GDP",
    "fdi_debtor": "FDI flow to the debtor, % of GDP",
    "trade_lead": "Trade with the lead creditor, % of GDP",
    "log_distance": "Log distance to the debtor",
    "contributed": "a known contribution or zero",
    "log_committed": "a known amount above zero",
    "committed_usd_m": "a known amount",
    "burden_share": "a known share",
    "creditor_iso3": "creditors",
    "package_id": "packages",
}
EXPOSURES = {
    "A: bank exposure": "bank_claims",
    "B: bank exposure by residence of offices": "claims_residence",
    "C: trade with the debtor": "trade_debtor",
    "D: trade with lead creditor and debtor": "trade_lead + trade_debtor",
    "E: FDI and trade": "fdi_debtor + trade_debtor",
    "F: bank exposure, FDI and trade": "bank_claims + fdi_debtor + trade_debtor",
}
KEYS = ["package_id", "creditor_iso3"]
SIZE = 0.05

Results = Mapping[str, Mapping[str, tuple[Estimates | NotEstimable, ...]]]
STEPS = {"sums": "Rows that enter no sum", "risk set": "Risk set", "join": "Cells without a match"}


@dataclass(frozen=True)
class Outcome:
    """A column of the table: heading, response, estimator, and whether amounts of zero are in its sample."""

    heading: str
    response: str
    estimator: type[OLS | PPML]
    complete_lists: bool

    def spec(self, exposures: str) -> Estimator:
        """The regression on these exposures."""
        return self.estimator(f"{self.response} ~ {exposures} + {CONTROLS} | {EFFECTS}")

    def sample(self, data: pd.DataFrame) -> pd.DataFrame:
        """Rows where the outcome is known: all potential creditors of complete lists, or contributors."""
        return data[data["complete_list"]] if self.complete_lists else data[data["contributed"] == 1]


OUTCOMES = (
    Outcome("Contributed (LPM)", "contributed", OLS, complete_lists=True),
    Outcome("Log amount (OLS)", "log_committed", OLS, complete_lists=False),
    Outcome("Amount (PPML)", "committed_usd_m", PPML, complete_lists=True),
    Outcome("Burden share (PPML)", "burden_share", PPML, complete_lists=True),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """The headline table under each risk set, and what the panel rests on."""
    panels = {name: creditor_panel(risk_set=name, tables=tables) for name in RISK_SETS}
    results = {
        name: _results(panel.exposures.merge(_residence(name, tables), on=KEYS, validate="one_to_one"))
        for name, panel in panels.items()
    }
    estimates = {
        f"{risk_set}/{exposure[0]}/{outcome.response}": one
        for risk_set, by_exposure in results.items()
        for exposure, row in by_exposure.items()
        for outcome, one in zip(OUTCOMES, row, strict=True)
    }
    return Section(
        title="Who contributes, and how much",
        question=(
            "Does a creditor government contribute, or contribute more, where its own banks, its trade or its direct "
            "investment are exposed to the debtor?"
        ),
        findings=(*(_finding(exposure, results) for exposure in EXPOSURES), _by_chance(results)),
        items=(
            *(_headline(name, results[name], panels[name], _spans(tables)) for name in RISK_SETS),
            _losses(panels),
            _sums(panels["revealed"]),
        ),
        estimates=estimates,
    )


def _residence(risk_set: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Claims by residence of the bank office: longer, but not the exposure of a country's banks."""
    data = creditor_panel(risk_set=risk_set, bank_basis="lbs_residence", tables=tables).exposures
    return data[[*KEYS, "bank_claims"]].rename(columns={"bank_claims": "claims_residence"})


def _results(data: pd.DataFrame) -> dict[str, tuple[Estimates | NotEstimable, ...]]:
    return {
        title: tuple(attempt(one.spec(exposures), one.sample(data), COVARIANCE) for one in OUTCOMES)
        for title, exposures in EXPOSURES.items()
    }


def _spans(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """First years of the two concepts of bank claims."""
    first = tables["bank_claims"].groupby("basis")["year"].min()
    return {basis: int(first[basis]) for basis in ("cbs_ultimate", "lbs_residence")}


def _headline(
    name: str,
    results: Mapping[str, tuple[Estimates | NotEstimable, ...]],
    panel: CreditorPanel,
    spans: Mapping[str, int],
) -> Table:
    formula = int(panel.data.loc[panel.data["formula_driven"], "package_id"].nunique())
    complete = int(panel.data.loc[panel.data["complete_list"] & ~panel.data["formula_driven"], "package_id"].nunique())
    return table(
        [Panel(title, row) for title, row in results.items()],
        name=f"contributions_{name}",
        title=f"Contributions to rescues; potential creditors: {RISK_SETS[name]}",
        columns=[one.heading for one in OUTCOMES],
        labels=LABELS,
        notes=(
            "Each block of a panel is a regression of its own with creditor and package effects; standard errors are "
            "clustered by creditor and by package (CR1), with t tests on the smaller number of clusters less one.",
            "Exposures are those of the year before the rescue. Bank claims are consolidated claims on an ultimate "
            f"risk basis (from {spans['cbs_ultimate']}) in panels A and F; claims by residence of the office (from "
            f"{spans['lbs_residence']}, without Germany and Japan) in panel B are not those of a country's own banks. "
            "Commitments count only where a document that was read states or implies them.",
            f"Columns 1, 3 and 4 use at most the {complete} packages with a complete list of creditors, column 2 all "
            f"contributors with a known amount. {formula} packages shared out by a capital key or in equal parts are "
            "left out: their shares are mechanical and say nothing about exposure.",
            "What may not be concluded: packages are few and famous ones better covered; amounts are pledges, not "
            "disbursements; missing exposures are not random; with so few clusters even these errors are too small.",
        ),
    )


def _finding(exposure: str, results: Results) -> str:
    """What the regressions of a panel say of its first term, over all outcomes and risk sets."""
    term = EXPOSURES[exposure].split(" + ")[0]
    rows = _testable(results, [exposure])
    asked = f"{len(OUTCOMES)} outcomes under {len(results)} risk sets"
    if not rows:
        return f"{LABELS[term]} (panel {exposure[0]}): none of the regressions of {asked} can be tested."
    refused = len(OUTCOMES) * len(results) - len(rows)
    sure = [row["estimate"] for row in rows if row["p_value"] < SIZE]
    signs = f"{sum(one > 0 for one in sure)} positive, {sum(one < 0 for one in sure)} negative"
    return (
        f"{LABELS[term]} (panel {exposure[0]}): of {asked}, {len(rows)} can be tested; in {len(sure)} of them the "
        f"coefficient differs from zero at {SIZE:.0%} ({signs}). The other {refused} cannot be estimated or have "
        "errors that cannot be trusted."
    )


def _by_chance(results: Results) -> str:
    rows = _testable(results, list(EXPOSURES))
    found = sum(row["p_value"] < SIZE for row in rows)
    return (
        f"Together {found} of {len(rows)} tests reject at {SIZE:.0%}, where {SIZE * len(rows):.1f} would by chance "
        "alone; the tests are not independent, and the smaller number of clusters is at most "
        f"{max(int(row['df']) + 1 for row in rows)}."
    )


def _testable(results: Results, exposures: list[str]) -> list[pd.Series]:
    """Rows of the first term of each panel where a test makes sense."""
    return [
        one.row(EXPOSURES[exposure].split(" + ")[0])
        for by_exposure in results.values()
        for exposure in exposures
        for one in by_exposure[exposure]
        if isinstance(one, Estimates) and not one.remarks and EXPOSURES[exposure].split(" + ")[0] in one.terms
    ]


def _losses(panels: Mapping[str, CreditorPanel]) -> Table:
    """Rows and cells that the join lost, by reason and risk set."""
    counts = pd.concat(
        {name: panel.summary.set_index(["step", "table", "reason"])["rows"] for name, panel in panels.items()},
        axis=1,
    )
    counts = counts.fillna(0).astype(int)
    sizes = tuple(f"{len(panel.data):,}" for panel in panels.values())
    rows = [Row("Rows of the panel", sizes)]
    for step, part in counts.groupby(level="step", sort=False):
        rows.append(Row(STEPS[step]))
        rows += [
            Row(f"{name}: {reason}", tuple(f"{count:,}" for count in line))
            for (_, name, reason), line in zip(part.index, part.to_numpy(), strict=True)
        ]
    return Table(
        name="contributions_losses",
        title="What the panel lost on the way, by reason",
        columns=tuple(panels),
        rows=tuple(rows),
        notes=(
            "Columns: the three sets of potential creditors. A memo row records what is no part of the package; an "
            "amount is opened where a document that was read states or implies it; singletons and separated rows are "
            "lost later, in the estimation. The rows themselves are in the losses of the creditor panel.",
        ),
        data=counts.reset_index(),
    )


def _sums(panel: CreditorPanel) -> Table:
    """Announced totals beside the sums of their parts, for the packages with a complete list."""
    parts = {
        "total_usd_m": "Announced",
        "in_panel": "In the panel",
        "outside_risk_set": "Outside the risk set",
        "not_opened": "Not opened",
        "institutions": "Institutions",
        "difference": "Difference",
        "group_totals": "Totals of groups",
    }
    shown = panel.headlines[panel.headlines["creditor_list"].isin(["complete", "complete_names"])]
    rows = [Row(line["package_id"], tuple(f"{line[part]:,.0f}" for part in parts)) for _, line in shown.iterrows()]
    return Table(
        name="contributions_sums",
        title="Sums of the panel against the announced totals, packages with a complete list, USD million",
        columns=tuple(parts.values()),
        rows=tuple(rows),
        notes=(
            f"Risk set: {RISK_SETS['revealed']}. Not opened: amounts that no document read states; they enter no "
            "estimate. A difference remains where amounts of named participants are unpublished, stand in the total "
            "of a group, or the announcement contains private money.",
        ),
        data=panel.headlines,
    )
