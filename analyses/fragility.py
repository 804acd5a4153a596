"""How much of the headline coefficients survives without creditors and packages, and in other specifications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ import OLS, Clustered, wild_bootstrap
from econ.errors import EconError
from econ.ledger.rescues import rescue_rows
from econ.report import Figure, Row, Section, Table, contour_figure, specification_curve_figure
from econ.report.tables import number
from econ.stability import (
    InfluentialSet,
    JointTest,
    Reversal,
    Shuffle,
    Sign,
    Significance,
    SpecificationCurve,
    Specifications,
    StructuralBreaks,
    double_selection,
    influential_set,
    joint_test,
    leave_one_out,
    omitted_variable,
    oster,
    romano_wolf,
    sharpened_q,
    specification_curve,
    structural_breaks,
    westfall_young,
)
from econ.stability.influential import Change
from econ.stability.proportional import HEADROOM
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
OUTCOME, ALWAYS, EFFECTS = "contributed", "log_distance", "creditor_iso3 + package_id"
COVARIANCE = Clustered("creditor_iso3")
HEADLINES = {
    "bank_claims": "Bank claims on the debtor, % of GDP",
    "trade_lead": "Trade with the lead creditor, % of GDP",
    "fdi_debtor": "FDI flow to the debtor, % of GDP",
}
CONTROLS = ("log_distance", "trade_debtor", "un_agreement", "common_language", "same_region")
BY = {"row": None, "creditor": "creditor_iso3", "package": "package_id", "crisis": "crisis"}
DRAWS, SIZE = 99, 0.05
CHANGES: dict[str, Change] = {
    "another sign": Sign(),
    f"another verdict at {SIZE:.0%}": Significance(),
    "significant, other sign": Reversal(),
}


@dataclass(frozen=True, eq=False)
class Headline:
    """One coefficient and all that is asked of it."""

    term: str
    data: pd.DataFrame

    @property
    def label(self) -> str:
        """What the report calls it."""
        return HEADLINES[self.term]

    @cached_property
    def fit(self) -> Fit:
        """The headline regression."""
        return OLS(f"{OUTCOME} ~ {self.term} + {ALWAYS} | {EFFECTS}").fit(self.data)

    @cached_property
    def row(self) -> pd.Series:
        """Estimate, error and test."""
        return self.fit.inference(COVARIANCE).row(self.term)

    @cached_property
    def wild(self) -> float:
        """P-value of the wild bootstrap."""
        return wild_bootstrap(self.fit, self.term, COVARIANCE, level=None).p_value

    @cached_property
    def curve(self) -> SpecificationCurve:
        """All specifications."""
        grid = Specifications(
            (OUTCOME, "burden_share"),
            (self.term,),
            CONTROLS,
            effects=(None, "package_id", EFFECTS),
            samples=(None, "group_of_ten", "regional_group"),
            covariance=COVARIANCE,
        )
        return specification_curve(grid, self.data)

    @cached_property
    def joint(self) -> JointTest:
        """Inference on all of them."""
        return joint_test(self.curve, Shuffle(strata="package_id", reps=DRAWS))

    @cached_property
    def agreeing(self) -> float:
        """Share of the specifications whose estimate has the sign of the headline's."""
        estimates = self.curve.numbers["estimate"].dropna()
        return float((np.sign(estimates) == np.sign(self.row["estimate"])).mean())


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Every headline coefficient under every question, on one page."""
    data = rescue_rows(tables)
    headlines = [Headline(term, data) for term in HEADLINES]
    return Section(
        title="How fragile the headline coefficients are",
        question=(
            "How much of the coefficients on bank exposure, trade interdependence and direct investment is left "
            "without single creditors, rescues and crises, in other reasonable specifications, and beside omitted "
            "variables?"
        ),
        findings=tuple(_finding(one) for one in headlines),
        items=(
            _survival(headlines),
            _left_out(headlines),
            _sets(headlines),
            *(_curve(one) for one in headlines),
            *(_contours(one) for one in headlines),
        ),
        estimates={one.term: one.fit.inference(COVARIANCE) for one in headlines},
    )


def _finding(one: Headline) -> str:
    without = leave_one_out(one.fit, one.term, COVARIANCE, by="creditor_iso3")
    flips = int((np.sign(without.estimates) == -np.sign(one.row["estimate"])).sum())
    loses = int(((without.inference["p_value"].dropna() < SIZE) != (one.row["p_value"] < SIZE)).sum())
    worst = without.ranked.iloc[0]
    facts = one.curve.summary
    sure = facts["share significant and positive"] + facts["share significant and negative"]
    return (
        f"{one.label}: {number(one.row['estimate'])} (p = {one.row['p_value']:.3f}, wild bootstrap {one.wild:.3f}). "
        f"Leaving out one of {without.groups.count} creditors turns its sign in {flips} and the verdict at {SIZE:.0%} "
        f"in {loses} cases; most depends on {worst.name}, without which it is {number(worst['estimate'])}. Of "
        f"{facts['estimated']:.0f} specifications {one.agreeing:.0%} have its sign and {sure:.0%} are significant at "
        f"{SIZE:.0%} by themselves; together they differ from chance with p = {one.joint.median.p_value:.3f} (median) "
        f"and {one.joint.share.p_value:.3f} (number of significant ones)."
    )


def _survival(headlines: list[Headline]) -> Table:
    """One column a coefficient, one row a question."""
    hypotheses = {one.term: (one.fit, one.term) for one in headlines}
    several = {
        name: adjust(hypotheses, COVARIANCE)["adjusted"]
        for name, adjust in (("Romano-Wolf", romano_wolf), ("Westfall-Young", westfall_young))
    }
    q = sharpened_q([one.row["p_value"] for one in headlines])
    columns = [
        _column(one, {name: p[one.term] for name, p in several.items()}, rate)
        for one, rate in zip(headlines, q, strict=True)
    ]
    rows = tuple(Row(question, tuple(column[question] for column in columns)) for question in columns[0])
    return Table(
        name="fragility_survival",
        title="Each headline coefficient under every question",
        columns=tuple(one.label for one in headlines),
        rows=rows,
        notes=(
            "Linear probability of a contribution on the exposure and log distance with creditor and package "
            f"effects; errors clustered by creditor (CR1). Specifications: outcomes {OUTCOME} and burden_share, every "
            f"set of {', '.join(CONTROLS)}, no effects, package effects or both, all potential creditors, the Group "
            f"of Ten or the debtor's regional group. Joint tests: {DRAWS} permutations of the exposure among the "
            "creditors of a rescue.",
            "δ: how strong selection on unobservables has to be, relative to that on the controls, to explain the "
            f"whole coefficient (Oster 2019; the short regression has the effects only, R² max is {HEADROOM} times "
            "that of the long one). Robustness value: share of what is left of exposure and outcome that an omitted "
            "variable has to explain to take the coefficient to zero, or to insignificance under classical errors "
            "(Cinelli and Hazlett 2020).",
            "The test of no change over the years is Andrews', whose p-value is that of many years and creditors; "
            f"with the at most {max(_years(one) for one in headlines)} years of these regressions it may reject too "
            "often. Windows are a third of the years; counts are those that can be estimated. Post-double-selection: "
            "controls by the Lasso, loadings by creditor.",
            "What may not be concluded: that a coefficient which survives is an effect. All of these questions take "
            "the rescues, creditors and controls that are here as those that matter.",
        ),
        data=pd.DataFrame(columns, index=[one.term for one in headlines]).T.reset_index(names="question"),
    )


def _years(one: Headline) -> int:
    return one.fit.sample.groups("year").count


def _column(one: Headline, adjusted: Mapping[str, float], rate: float) -> dict[str, str]:
    facts, breaks = one.curve.summary, structural_breaks(one.fit, one.term, COVARIANCE, time="year")
    strength = omitted_variable(one.fit, one.term)
    return {
        "Estimate": f"{number(one.row['estimate'])} ({number(one.row['se'])})",
        "Observations, creditors": f"{one.fit.nobs}, {int(one.row['df']) + 1}",
        "p: t": f"{one.row['p_value']:.3f}",
        "p: wild bootstrap": f"{one.wild:.3f}",
        **{f"p: all three, {name}": f"{p_value:.3f}" for name, p_value in adjusted.items()},
        "q: sharpened": f"{rate:.3f}",
        "Specifications estimated": f"{facts['estimated']:.0f} of {facts['specifications']:.0f}",
        "Median of specifications": number(facts["median"]),
        "Share with the headline's sign": f"{one.agreeing:.0%}",
        "Share significant, positive": f"{facts['share significant and positive']:.0%}",
        "Share significant, negative": f"{facts['share significant and negative']:.0%}",
        "Joint p: median": f"{one.joint.median.p_value:.3f}",
        "Joint p: number significant": f"{one.joint.share.p_value:.3f}",
        "Joint p: average": f"{one.joint.stouffer.p_value:.3f}",
        **_selection(one),
        "Robustness value": f"{strength.robustness():.1%}",
        "Robustness value of the test": f"{strength.robustness_of_test():.1%}",
        "p: no change over the years": _tested(breaks),
        "Rolling windows, lowest to highest": _range(breaks.rolling["estimate"]),
        "First to all years, lowest to highest": _range(breaks.recursive["estimate"]),
        "Post-double-selection": _double(one),
    }


def _selection(one: Headline) -> dict[str, str]:
    """Oster's numbers, with a bootstrap by creditors."""
    short = OLS(f"{OUTCOME} ~ {one.term} | {EFFECTS}").fit(one.fit.sample.data.iloc[one.fit.sample.rows])
    try:
        found = oster(short, one.fit, one.term)
        interval = found.interval("creditor_iso3", reps=DRAWS)
    except EconError as error:
        return {"δ for zero": f"not defined: {error}", f"{1 - SIZE:.0%} of δ": "", "Estimate at δ = 1": ""}
    low, high = interval.delta
    return {
        "δ for zero": f"{found.delta:.2f}",
        f"{1 - SIZE:.0%} of δ": f"[{low:.2f}, {high:.2f}]",
        "Estimate at δ = 1": number(found.bound()),
    }


def _tested(breaks: StructuralBreaks) -> str:
    try:
        return f"{breaks.test.p_value:.3f}"
    except EconError:
        return "too few years"


def _range(estimates: pd.Series) -> str:
    """Lowest and highest of the windows that can be estimated, and how many these are."""
    found = estimates.dropna()
    if found.empty:
        return "none can be estimated"
    return f"{number(found.min())} to {number(found.max())}; {len(found)} of {len(estimates)}"


def _double(one: Headline) -> str:
    """The coefficient with controls chosen by the Lasso."""
    try:
        found = double_selection(f"{OUTCOME} ~ {one.term} | {EFFECTS}", one.data, CONTROLS, cluster="creditor_iso3")
        row = found.fit.inference(COVARIANCE).row(one.term)
    except EconError as error:
        return f"refused: {error}"
    return f"{number(row['estimate'])} ({number(row['se'])}); controls kept: {len(found.controls)}"


def _left_out(headlines: list[Headline]) -> Table:
    """What leaving out a row, creditor, package or crisis does."""
    rows: list[Row] = []
    data = []
    for what, column in BY.items():
        found = [leave_one_out(one.fit, one.term, COVARIANCE, by=column) for one in headlines]
        cells = {
            "number": [f"{each.groups.count}" for each in found],
            "lowest": [number(float(np.nanmin(each.estimates))) for each in found],
            "highest": [number(float(np.nanmax(each.estimates))) for each in found],
            "other sign": [
                f"{int((np.sign(each.estimates) == -np.sign(one.row['estimate'])).sum())}"
                for one, each in zip(headlines, found, strict=True)
            ],
            "cannot be estimated": [f"{int(np.isnan(each.estimates).sum())}" for each in found],
            "most influential": [str(each.ranked.index[0]) for each in found],
            "moves the estimate, in errors": [f"{-each.ranked['shift'].iloc[0]:+.2f}" for each in found],
        }
        rows.append(Row(f"Without one {what}"))
        rows += [Row(name, tuple(line)) for name, line in cells.items()]
        data += [
            each.table.assign(term=each.term, without=what, label=[str(label) for label in each.labels])
            for each in found
        ]
    return Table(
        name="fragility_left_out",
        title="The headline coefficients without single rows, creditors, packages and crises",
        columns=tuple(one.label for one in headlines),
        rows=tuple(rows),
        notes=(
            "Exact, effects included. A row is a creditor in a rescue. The movement is that of the estimate when the "
            "most influential is left out, in standard errors of the headline.",
        ),
        data=pd.concat(data, ignore_index=True),
    )


def _sets(headlines: list[Headline]) -> Table:
    """The smallest sets that overturn each headline."""
    rows: list[Row] = []
    data = []
    for what in ("row", "creditor"):
        found = {
            name: [influential_set(one.fit, one.term, COVARIANCE, change, by=BY[what]) for one in headlines]
            for name, change in CHANGES.items()
        }
        rows.append(Row(f"{what.capitalize()}s removed for"))
        for name, sets in found.items():
            rows.append(Row(name, tuple(_removed(one) for one in sets)))
            data += [
                {
                    "term": one.term,
                    "change": name,
                    "by": what,
                    "removed": len(one.labels),
                    "of": one.groups,
                    "approximate": one.approximate,
                    "refit": one.estimate,
                    "p_value": one.p_value,
                    "confirmed": one.confirmed,
                }
                for one in sets
            ]
    return Table(
        name="fragility_sets",
        title="The fewest rows and creditors whose removal overturns each headline",
        columns=tuple(one.label for one in headlines),
        rows=tuple(rows),
        notes=(
            "Sets by the linear approximation of Broderick, Giordano and Meager (2020), which may miss smaller ones; "
            "in brackets the estimate and p-value of a refit without the set, and whether it confirms the change. —: "
            "no set of that kind by the approximation. A verdict changes where a significant estimate is not so any "
            "more, or the other way round.",
        ),
        data=pd.DataFrame(data),
    )


def _removed(found: InfluentialSet) -> str:
    if not found.found:
        return "—"
    verdict = "confirmed" if found.confirmed else "not confirmed"
    tested = f"p = {found.p_value:.3f}" if np.isfinite(found.p_value) else "no test"
    return f"{len(found.labels)} of {found.groups} ({number(found.estimate)}, {tested}, {verdict})"


def _curve(one: Headline) -> Figure:
    return specification_curve_figure(
        one.curve,
        name=f"fragility_curve_{one.term}",
        title=f"{one.label}: all specifications",
        notes=(
            "Outcomes are the probability of a contribution and the share of the burden, whose units differ; errors "
            "are clustered by creditor.",
        ),
    )


def _contours(one: Headline) -> Figure:
    return contour_figure(
        omitted_variable(one.fit, one.term),
        name=f"fragility_contours_{one.term}",
        title=f"{one.label}: what an omitted variable would leave",
        benchmarks=(ALWAYS,),
    )
