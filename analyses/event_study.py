"""What happened to creditors' trade with and claims on the debtor around the rescue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ import OLS, Clustered
from econ.datasets import creditor_panel
from econ.datasets.risk_sets import REVEALED_YEARS
from econ.estimates import Estimates
from econ.report import Figure, Panel, Section, Table, drawing, table

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

FIRST, LAST, BASE = -4, 5, -1
COVARIANCE = Clustered("creditor_iso3", "package_id")
EVENT_TIMES = [time for time in range(FIRST, LAST + 1) if time != BASE]
BEFORE = [time for time in EVENT_TIMES if time < BASE]
AFTER = [time for time in EVENT_TIMES if time > BASE]
BANK_BASIS, YEAR_END = "cbs_ultimate", 4


@dataclass(frozen=True)
class Outcome:
    """A series of each creditor with the debtor."""

    name: str
    label: str

    @property
    def spec(self) -> OLS:
        """Contributors against the other potential creditors of the same package, year by year."""
        terms = " + ".join(map(term, EVENT_TIMES))
        return OLS(f"log_{self.name} ~ {terms} | package_id^creditor_iso3 + package_id^event_time")


OUTCOMES = (
    Outcome("trade", "Trade with the debtor (log)"),
    Outcome("claims", "Bank claims on the debtor (log)"),
)


def term(time: int) -> str:
    """Name of the regressor of an event time."""
    return f"contributor_m{-time}" if time < 0 else f"contributor_p{time}"


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Event-time paths of both outcomes, as a figure and a table."""
    panel = creditor_panel(risk_set="revealed", tables=tables).data
    pairs = panel[panel["complete_list"] & ~panel["formula_driven"] & panel["contributed"].notna()]
    series = {"trade": _trade(tables["trade"]), "claims": _claims(tables["bank_claims"])}
    samples = {one.name: _stacked(pairs, series[one.name], one.name) for one in OUTCOMES}
    fits = {one.name: one.spec.fit(samples[one.name]) for one in OUTCOMES}
    paths = {name: fit.inference(COVARIANCE) for name, fit in fits.items()}
    names = ("average before", "average after")
    averages = {name: fit.combine(_averages(), names).inference(COVARIANCE) for name, fit in fits.items()}
    return Section(
        title="Trade and claims around the rescue",
        question=(
            "Does business with the debtor develop differently after the rescue for creditors that contributed, and "
            "did it already before?"
        ),
        findings=tuple(_finding(one, averages[one.name]) for one in OUTCOMES),
        items=(_figure(paths), _table(paths, averages, _span(tables))),
        estimates={f"{name}/path": one for name, one in paths.items()}
        | {f"{name}/averages": one for name, one in averages.items()},
    )


def _trade(trade: pd.DataFrame) -> pd.DataFrame:
    total = trade["exports_usd_m"] + trade["imports_usd_m"]
    renamed = trade.assign(amount=total).rename(columns={"partner_iso3": "debtor_iso3", "year": "calendar_year"})
    return renamed[["creditor_iso3", "debtor_iso3", "calendar_year", "amount"]]


def _claims(claims: pd.DataFrame) -> pd.DataFrame:
    chosen = claims[(claims["basis"] == BANK_BASIS) & (claims["quarter"] == YEAR_END)]
    renamed = chosen.rename(columns={"claims_usd_m": "amount", "year": "calendar_year"})
    return renamed[["creditor_iso3", "debtor_iso3", "calendar_year", "amount"]]


def _stacked(pairs: pd.DataFrame, series: pd.DataFrame, name: str) -> pd.DataFrame:
    """One row per package, creditor and year around the rescue; amounts of zero or less have no logarithm."""
    columns = ["package_id", "creditor_iso3", "debtor_iso3", "year", "contributed"]
    times = pd.DataFrame({"event_time": range(FIRST, LAST + 1)})
    stacked = pairs[columns].merge(times, how="cross")
    stacked["calendar_year"] = stacked["year"] + stacked["event_time"]
    stacked = stacked.merge(series, on=["creditor_iso3", "debtor_iso3", "calendar_year"], how="left")
    logs = np.log(stacked["amount"].where(stacked["amount"] > 0))
    dummies = {term(time): stacked["contributed"] * (stacked["event_time"] == time) for time in EVENT_TIMES}
    return _comparable(stacked.assign(**{f"log_{name}": logs}, **dummies), f"log_{name}")


def _comparable(stacked: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Packages in which both contributors and others are observed."""
    seen = stacked[stacked[outcome].notna()].groupby("package_id")["contributed"].nunique()
    return stacked[stacked["package_id"].isin(seen[seen > 1].index)].reset_index(drop=True)


def _averages() -> np.ndarray:
    return np.array([[(time in times) / len(times) for time in EVENT_TIMES] for times in (BEFORE, AFTER)])


def _finding(outcome: Outcome, averages: Estimates) -> str:
    before, after = averages.row("average before"), averages.row("average after")
    sure = "is distinguishable" if after["p_value"] < 1 - averages.level else "is not distinguishable"
    return (
        f"{outcome.label}: relative to the year before the rescue, contributors' average over years 0 to {LAST} "
        f"differs from that of the others by {after['estimate']:.2f} (95 % interval {after['low']:.2f} to "
        f"{after['high']:.2f}), which {sure} from zero; over years {FIRST} to {BEFORE[-1]} by "
        f"{before['estimate']:.2f} ({before['low']:.2f} to {before['high']:.2f})."
    )


def _figure(paths: Mapping[str, Estimates]) -> Figure:
    import seaborn as sns  # noqa: PLC0415 - slow, and for the drawing only

    name = "event_study_paths"
    colour = sns.color_palette("colorblind")[0]
    with drawing(name, columns=len(OUTCOMES)) as canvas:
        for axes, outcome in zip(canvas.axes, OUTCOMES, strict=True):
            rows = paths[outcome.name].table
            axes.axhline(0, color="0.4", linewidth=0.8)
            axes.axvline(BASE, color="0.4", linewidth=0.8, linestyle=":")
            axes.vlines(EVENT_TIMES, rows["low"], rows["high"], color=colour, linewidth=1.4)
            sns.scatterplot(x=EVENT_TIMES, y=rows["estimate"], ax=axes, color=colour, s=28, zorder=3)
            axes.set(title=outcome.label, xlabel="Years from the rescue", ylabel="Contributors less others")
            axes.set_xticks(range(FIRST, LAST + 1))
    return Figure(
        name=name,
        title="Contributors against the other potential creditors, by year from the rescue",
        alt="Two panels of yearly differences with 95 % intervals: "
        + "; ".join(f"{one.label}, {_range(paths[one.name])}" for one in OUTCOMES),
        svg=canvas.svg,
        notes=(
            f"Points: differences relative to year {BASE}; bars: pointwise 95 % intervals, clustered by creditor and "
            "by package. Comparisons are made within packages, so that an earlier rescue never serves as control.",
            *(
                f"{one.label}: {remark}, so that no test should rest on its bars."
                for one in OUTCOMES
                for remark in paths[one.name].remarks
            ),
        ),
    )


def _range(path: Estimates) -> str:
    rows = path.table["estimate"]
    return f"estimates between {rows.min():.2f} and {rows.max():.2f}"


def _span(tables: Mapping[str, pd.DataFrame]) -> tuple[int, int]:
    """First year of the bank claims and last year of trade."""
    claims = tables["bank_claims"]
    return int(claims.loc[claims["basis"] == BANK_BASIS, "year"].min()), int(tables["trade"]["year"].max())


def _table(paths: Mapping[str, Estimates], averages: Mapping[str, Estimates], span: tuple[int, int]) -> Table:
    labels = {term(time): f"Contributor × year {time:+d}" if time else "Contributor × year 0" for time in EVENT_TIMES}
    labels |= {"log_trade": "positive trade", "log_claims": "positive claims"}
    labels |= {"creditor_iso3": "creditors", "package_id": "packages"}
    labels |= {
        "average before": f"Average, years {FIRST} to {BEFORE[-1]}",
        "average after": f"Average, years 0 to {LAST}",
    }
    blocks = [
        Panel("By year", tuple(paths[one.name] for one in OUTCOMES)),
        Panel("Averages", tuple(averages[one.name] for one in OUTCOMES)),
    ]
    return table(
        blocks,
        name="event_study",
        title="Creditors' trade with and bank claims on the debtor around the rescue",
        columns=[one.label for one in OUTCOMES],
        labels=labels,
        notes=(
            "Differences between contributors and the other potential creditors of the same package (whoever "
            f"contributed to a rescue within {REVEALED_YEARS} years), relative to year {BASE}; creditor-package and "
            "package-year effects; clustered by creditor and by package.",
            "Only packages with a complete list of creditors and without a formula for the shares. Claims are "
            f"consolidated, on an ultimate risk basis, from {span[0]}; trade ends in {span[1]}.",
            "What may not be concluded: contributors were not drawn by lot, so that a difference after the rescue is "
            "not its effect; packages are few; a path before the rescue that is not flat warns against any reading.",
        ),
    )
