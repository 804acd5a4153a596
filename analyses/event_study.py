"""Creditors' trade with and claims on a debtor after they first paid for its rescue, by six estimators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from econ import Clustered, Estimates, NotEstimable
from econ.datasets import creditor_panel
from econ.datasets.risk_sets import REVEALED_YEARS
from econ.event_study import (
    TWFE,
    CallawaySantAnna,
    Imputation,
    LocalProjection,
    Stacked,
    SunAbraham,
    pretrend_test,
    sensitivity,
    treatment_weights,
)
from econ.event_study.negative_weights import TreatmentWeights
from econ.event_study.pretrends import POWERS
from econ.event_study.robustness import Sensitivity
from econ.outcomes import Test
from econ.report import Figure, Panel, Row, Section, Table, event_study_figure, table
from econ.report.tables import number
from econ.stability.attempts import estimated
from econ.types import Fit

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

WINDOW, NEAR = (-4, 5), (-3, 3)
PAIR, YEAR, FIRST = "pair", "year", "first_paid"
COVARIANCE = Clustered("debtor_iso3")
MAIN = "CallawaySantAnna"
SMALL = 0.01
BANK_BASIS, YEAR_END = "cbs_ultimate", 4
PARTIES = ["creditor_iso3", "debtor_iso3"]
KEYS = [*PARTIES, YEAR]


@dataclass(frozen=True)
class Outcome:
    """A series of each creditor with the debtor."""

    name: str
    label: str

    @property
    def column(self) -> str:
        """The log of the amount less that of the creditors that never paid."""
        return f"log_{self.name}"

    @property
    def specs(self) -> dict[str, Any]:
        """The six estimators, with the same options."""
        names: dict[str, Any] = {"outcome": self.column, "unit": PAIR, "time": YEAR, "cohort": FIRST}
        return {
            "TWFE": TWFE(**names, window=WINDOW),
            "SunAbraham": SunAbraham(**names, window=WINDOW),
            MAIN: CallawaySantAnna(**names, window=WINDOW),
            "Imputation": Imputation(**names, window=WINDOW),
            "Stacked": Stacked(**names, window=NEAR),
            "LocalProjection": LocalProjection(**names, window=WINDOW),
        }


OUTCOMES = (
    Outcome("trade", "Trade with the debtor"),
    Outcome("claims", "Bank claims on the debtor"),
)
LABELS = {
    "TWFE": "Two-way fixed effects",
    "SunAbraham": "Sun-Abraham",
    MAIN: "Callaway-Sant'Anna",
    "Imputation": "Imputation",
    "Stacked": "Stacked",
    "LocalProjection": "Local projections",
}


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that one outcome says."""

    outcome: Outcome
    data: pd.DataFrame
    fits: Mapping[str, Fit | NotEstimable]

    def fit(self, name: str) -> Fit:
        """A fit that has to be there."""
        found = self.fits[name]
        assert isinstance(found, Fit)
        return found

    @cached_property
    def paths(self) -> dict[str, Estimates | NotEstimable]:
        """Estimates by event time, by estimator."""
        return {name: _inferred(fit) for name, fit in self.fits.items()}

    @cached_property
    def overall(self) -> dict[str, Estimates | NotEstimable]:
        """The average effect over all treated years, by estimator."""
        return {
            name: fit if isinstance(fit, NotEstimable) else _inferred(fit.aggregate("overall"))
            for name, fit in self.fits.items()
        }

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """How far the main estimates survive unequal trends."""
        return sensitivity(self.fit(MAIN), COVARIANCE)

    @cached_property
    def pretrends(self) -> Test:
        """Whether the main estimates move before the first payment."""
        return pretrend_test(self.fit(MAIN), COVARIANCE)

    @cached_property
    def weights(self) -> TreatmentWeights:
        """What the static two-way coefficient would weigh."""
        return treatment_weights(self.data, outcome=self.outcome.column, unit=PAIR, time=YEAR, cohort=FIRST)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Six estimators side by side for both outcomes, with what their assumptions are worth."""
    pairs = _pairs(creditor_panel(risk_set="revealed", tables=tables).data)
    series = {"trade": _trade(tables["trade"]), "claims": _claims(tables["bank_claims"])}
    studies = [_study(one, pairs, series[one.name]) for one in OUTCOMES]
    return Section(
        title="Business with the debtor after a first payment",
        question=(
            "Does a creditor's business with a debtor grow after it first pays for a rescue, compared with creditors "
            "that never did, and do the answers depend on the estimator?"
        ),
        findings=tuple(_finding(one) for one in studies),
        items=(*(_figure(one) for one in studies), *(_table(one) for one in studies), _diagnostics(studies)),
        estimates={
            f"{one.outcome.name}/{what}/{name}": result
            for one in studies
            for what, results in (("path", one.paths), ("overall", one.overall))
            for name, result in results.items()
        },
    )


def _inferred(fit: Fit | NotEstimable) -> Estimates | NotEstimable:
    return fit if isinstance(fit, NotEstimable) else fit.inference(COVARIANCE)


def _study(outcome: Outcome, pairs: pd.DataFrame, series: pd.DataFrame) -> Study:
    data = _panel(outcome, pairs, series)
    return Study(outcome, data, {name: estimated(spec, data) for name, spec in outcome.specs.items()})


def _trade(trade: pd.DataFrame) -> pd.DataFrame:
    total = trade["exports_usd_m"] + trade["imports_usd_m"]
    renamed = trade.assign(amount=total).rename(columns={"partner_iso3": "debtor_iso3"})
    return renamed[[*KEYS, "amount"]]


def _claims(claims: pd.DataFrame) -> pd.DataFrame:
    chosen = claims[(claims["basis"] == BANK_BASIS) & (claims["quarter"] == YEAR_END)]
    return chosen.rename(columns={"claims_usd_m": "amount"})[[*KEYS, "amount"]]


def _pairs(panel: pd.DataFrame) -> pd.DataFrame:
    """Creditor and debtor with the year of the first payment; missing where it is known that there was none."""
    free = panel[~panel["formula_driven"]]
    paid = free[free["contributed"] == 1].groupby(PARTIES)["year"].min().rename(FIRST)
    known = free[free["complete_list"] & free["contributed"].notna()]
    debtors = known["debtor_iso3"].unique()
    pairs = free.loc[free["debtor_iso3"].isin(debtors), PARTIES].drop_duplicates().set_index(PARTIES).join(paid)
    zero = known[known["contributed"] == 0].set_index(PARTIES).index
    return pairs[pairs[FIRST].notna() | pairs.index.isin(zero)].reset_index()


def _panel(outcome: Outcome, pairs: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """One row a pair and year with a positive amount, as a log less the mean log of those that never paid."""
    data = pairs.merge(series, on=["creditor_iso3", "debtor_iso3"])
    data = data[data["amount"] > 0]
    data[outcome.column] = np.log(data["amount"])
    never = data[data[FIRST].isna()].groupby(["debtor_iso3", YEAR])[outcome.column].mean().rename("others")
    data = data.merge(never.reset_index(), on=["debtor_iso3", YEAR])
    data[outcome.column] -= data["others"]
    first, last = data[YEAR].min(), data[YEAR].max()
    late = data[FIRST] > last  # not paid within these data
    data[FIRST] = data[FIRST].where(~late).astype(float)
    data[PAIR] = data["creditor_iso3"] + " " + data["debtor_iso3"]
    return data[data[FIRST].isna() | (data[FIRST] > first)].reset_index(drop=True)


def _finding(study: Study) -> str:
    rows = {name: one.row("overall") for name, one in study.overall.items() if isinstance(one, Estimates)}
    main = rows[MAIN]
    sure = "is distinguishable" if main["p_value"] < 1 - study.sensitivity.level else "is not distinguishable"
    low, high = min(row["estimate"] for row in rows.values()), max(row["estimate"] for row in rows.values())
    return (
        f"{study.outcome.label}: after a first payment it differs from that of creditors that never paid by "
        f"{main['estimate']:.2f} in logs ({study.sensitivity.level:.0%} interval {main['low']:.2f} to "
        f"{main['high']:.2f}), which {sure} from zero; the {len(rows)} estimators give {low:.2f} to {high:.2f}. "
        f"Before the payment the paths differ with p {_p_value(study.pretrends.p_value)}."
    )


def _p_value(value: float) -> str:
    return f"= {value:.2f}" if value >= SMALL else f"< {SMALL}"


def _figure(study: Study) -> Figure:
    return event_study_figure(
        study.fit(MAIN),
        COVARIANCE,
        name=f"first_payment_{study.outcome.name}_path",
        title=f"{study.outcome.label} around a creditor's first payment ({LABELS[MAIN]})",
        xlabel="Years from the first payment",
        ylabel="Payers less others, log",
    )


def _table(study: Study) -> Table:
    times = [str(time) for time in range(WINDOW[0], WINDOW[1] + 1)]
    labels = {time: f"Year {int(time):+d}" if int(time) else "Year 0" for time in times}
    labels |= {"debtor_iso3": "debtors", "overall": "All treated years"}
    labels |= {study.outcome.column: f"positive {study.outcome.name}"}
    blocks = [
        Panel("By year", tuple(study.paths.values())),
        Panel("Average", tuple(study.overall.values())),
    ]
    payers = study.data.loc[study.data[FIRST].notna(), PAIR].nunique()
    others = study.data.loc[study.data[FIRST].isna(), PAIR].nunique()
    debtors = study.data.loc[study.data[FIRST].notna(), "debtor_iso3"].nunique()
    return table(
        blocks,
        name=f"first_payment_{study.outcome.name}",
        title=f"{study.outcome.label} before and after a first payment, by estimator",
        columns=[LABELS[name] for name in study.fits],
        terms=[*times, "overall"],
        labels=labels,
        notes=(
            f"Pairs of creditor and debtor: {payers} whose creditor paid for a rescue of the debtor, from the year of "
            f"the first payment on, and {others} whose creditor contributed elsewhere within {REVEALED_YEARS} years "
            "of a rescue of the debtor with a complete list of creditors, but is not known to have paid for any. The "
            "log of the amount is taken less its mean over the pairs of the same debtor and year that never paid, so "
            "that a crisis of the debtor drops out. Packages with a formula for the shares are left aside.",
            f"Relative to the year before the first payment, clustered by debtor; {debtors} debtors have payers, and "
            f"with so few the errors are optimistic. Stacked: years {NEAR[0]} to {NEAR[1]} of pairs seen in all of "
            "them. The two-way coefficients take effects to be the same in all cohorts.",
            "What may not be concluded: payers chose to pay, so that a difference afterwards is not the effect of "
            "paying.",
        ),
    )


def _diagnostics(studies: list[Study]) -> Table:
    facts = [_facts(one) for one in studies]
    rows = [Row(label, tuple(fact[label] for fact in facts)) for label in facts[0]]
    sets = pd.concat([one.sensitivity.table.assign(outcome=one.outcome.name) for one in studies], ignore_index=True)
    return Table(
        name="first_payment_diagnostics",
        title="What the estimates rest on",
        columns=tuple(one.label for one in OUTCOMES),
        rows=tuple(rows),
        notes=(
            "Trends before: joint test of the estimates before the payment, and the yearly difference in trends that "
            f"some of them would have shown with probability {POWERS[0]:g} (Roth 2022). Bound: how many times the "
            "largest movement before the payment the difference in trends may move in a year until the interval of "
            "the effect in year 0 contains zero (Rambachan and Roth 2023). Weights: of the treated years in a static "
            "two-way coefficient (de Chaisemartin and D'Haultfœuille 2020).",
        ),
        data=sets[["outcome", "bound", "low", "high", "set_low", "set_high"]],
    )


def _facts(study: Study) -> dict[str, str]:
    test, weights = study.pretrends, study.weights
    return {
        "Trends before, p-value": number(test.p_value),
        f"Trend found with probability {POWERS[0]:g}": number(test.details[f"slope found with power {POWERS[0]:g}"]),
        "Effect in year 0": number(study.sensitivity.estimate),
        "Bound at which zero comes in": number(study.sensitivity.breakdown),
        "Treated years": f"{weights.weights.size:,}",
        "of which with a negative weight": f"{weights.negative:,}",
        "Sum of negative weights": number(weights.negative_sum),
    }
