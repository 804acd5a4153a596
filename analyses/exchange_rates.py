"""Exchange rates around interventions and rescue announcements, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from econ.markets import AbnormalReturns, abnormal_returns, returns_from_prices
from econ.markets.study import POWER
from econ.report import Figure, Row, Section, Table, drawing
from econ.report.tables import number

INPUTS = ("fx_daily", "fx_interventions", "events")

HORIZONS = (1, 5, 20, 60)
ESTIMATION, WINDOW = (-250, -31), (-20, 59)
SHORT = (-5, 20)
LEVEL = 0.95
SIGNS = {"buy_yen": 1.0, "sell_yen": -1.0}
JOINT = "1998-06-17"
DAY = len("YYYY-MM-DD")
MOST_DAYS = 60  # an episode that lasts longer has no day of its own
CURRENCIES = {"MXN": "MEX", "THB": "THA"}
PARTNER = "JPN"


@dataclass(frozen=True, eq=False)
class Group:
    """Events of one kind with their abnormal returns."""

    title: str
    study: AbnormalReturns

    @property
    def count(self) -> int:
        """Number of events."""
        return len(self.study.events)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """How long interventions lasted, and how currencies took announcements of rescues."""
    returns = _returns(tables["fx_daily"])
    dated = _interventions(tables["fx_interventions"], returns)
    study = abnormal_returns(
        returns["JPY"], None, dated["day"].tolist(), model="mean", estimation=ESTIMATION, window=WINDOW
    )
    groups = _groups(returns, tables["events"])
    left = len(tables["fx_interventions"]) - len(dated)
    return Section(
        title="Exchange rates around interventions and rescues",
        question=(
            "Did interventions in the yen move it in the intended direction, for how long, and did announcements of "
            "rescues move the currencies concerned?"
        ),
        findings=(_lasting(study, dated), *(_announced(group) for group in groups)),
        items=(
            _figure(study, dated),
            _interventions_table(study, dated, left),
            _announcements_table(groups),
        ),
    )


def _returns(rates: pd.DataFrame) -> pd.DataFrame:
    """Daily appreciation of each currency against the dollar, in per cent."""
    dollars = rates["rate"].where(rates["quote_convention"] == "usd_per_unit", 1 / rates["rate"])
    prices = rates.assign(price=dollars, day=pd.to_datetime(rates["date"])).pivot_table(
        index="day", columns="currency", values="price"
    )
    return 100 * returns_from_prices(prices)


def _interventions(episodes: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Episodes in the yen that begin on a known day, with their direction."""
    exact = episodes[(episodes["start"].str.len() == DAY) & episodes["direction"].isin(SIGNS)]
    dated = exact.assign(day=pd.to_datetime(exact["start"]), sign=exact["direction"].map(SIGNS))
    first = returns.index[-ESTIMATION[0]]
    inside = (dated["day"] >= first) & (dated["day"] <= returns.index[-WINDOW[1] - 1])
    lasts = pd.to_datetime(dated["end"]) - dated["day"] <= pd.Timedelta(days=MOST_DAYS)
    return dated[inside & lasts].reset_index(drop=True)


def _groups(returns: pd.DataFrame, events: pd.DataFrame) -> tuple[Group, ...]:
    rescues = events[events["type"] == "rescue"].assign(day=lambda d: pd.to_datetime(d["date"]))
    own = [
        (currency, day)
        for currency, country in CURRENCIES.items()
        for day in _within(returns[currency], rescues.loc[rescues["countries"].str.contains(country), "day"])
    ]
    abroad = rescues["countries"].str.contains(PARTNER) & rescues["countries"].str.contains(";")
    shared = [("JPY", day) for day in _within(returns["JPY"], rescues.loc[abroad, "day"])]
    studies = [
        abnormal_returns(returns, None, pairs, model="mean", estimation=ESTIMATION, window=SHORT, calendar="asset")
        for pairs in (own, shared)
    ]
    titles = (
        "The debtor's currency, at rescues of Mexico and Thailand",
        "The yen, at rescues in which Japan took part",
    )
    return tuple(Group(title, study) for title, study in zip(titles, studies, strict=True))


def _within(series: pd.Series, days: pd.Series) -> list[pd.Timestamp]:
    """Days with enough of the series before and after."""
    known = series.dropna().index
    first, last = known[-ESTIMATION[0]], known[-SHORT[1] - 1]
    return sorted({day for day in days if first <= day <= last})


def _intended(study: AbnormalReturns, dated: pd.DataFrame) -> pd.DataFrame:
    """One row an intervention and horizon: cumulated return in the intended direction, with its forecast error."""
    parts = []
    for days in HORIZONS:
        found = study.cumulated(0, days - 1).reset_index(drop=True)
        parts.append(
            pd.DataFrame(
                {
                    "episode_id": dated["episode_id"],
                    "start": dated["start"],
                    "context": dated["context"] + np.where(dated["coordinated"] == 1, ", with other authorities", ""),
                    "days": days,
                    "car": dated["sign"] * found["car"],
                    "se": found["se"],
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    margin = float(ndtri(0.5 + LEVEL / 2))
    rows["low"], rows["high"] = rows["car"] - margin * rows["se"], rows["car"] + margin * rows["se"]
    rows["p_value"] = 2 * ndtr(-np.abs(rows["car"] / rows["se"]))
    return rows


def _lasting(study: AbnormalReturns, dated: pd.DataFrame) -> str:
    rows = _intended(study, dated)
    mine = rows[rows["start"] == JOINT].set_index("days")
    sure = [days for days in HORIZONS if mine.loc[days, "low"] > 0]
    lasted = f"up to {max(sure)} days" if sure else "at none of these horizons"
    parts = ", ".join(f"{mine.loc[days, 'car']:.1f} ({days})" for days in HORIZONS)
    share = rows.assign(right=rows["car"] > 0).groupby("days")["right"].mean()
    return (
        f"The joint intervention of {JOINT} moved the yen in the intended direction by {parts} per cent over so many "
        f"trading days; its interval lies above zero {lasted}. Of {len(dated)} dated interventions "
        f"{share[HORIZONS[0]]:.0%} moved the yen as intended on the day and {share[HORIZONS[-1]]:.0%} over "
        f"{HORIZONS[-1]} days."
    )


def _announced(group: Group) -> str:
    tests = group.study.test(0, 1).set_index("test")
    caar = group.study.cumulated(0, 1)["car"].mean()
    return (
        f"{group.title}: {caar:+.2f} per cent over the day of the announcement and the next ({group.count} events; p "
        f"= {tests.loc['kolari_pynnonen', 'p_value']:.2f} standardised, {tests.loc['corrado', 'p_value']:.2f} by "
        f"ranks); only a mean of {group.study.detectable(0, 1):.2f} would have been found with probability {POWER:g}."
    )


def _figure(study: AbnormalReturns, dated: pd.DataFrame) -> Figure:
    import seaborn as sns  # noqa: PLC0415 - slow, and for the drawing only

    name = "intervention_paths"
    colours = sns.color_palette("colorblind")
    days = [day for day in study.days if day >= 0]
    paths = {
        one.start: [float(study.cumulated(0, day)["car"].iloc[place]) * one.sign for day in days]
        for place, one in enumerate(dated.itertuples())
    }
    with drawing(name) as canvas:
        axes = canvas.axes[0]
        axes.axhline(0, color="0.4", linewidth=0.8)
        for place, (start, path) in enumerate(paths.items()):
            axes.plot(days, path, color=colours[place], linewidth=2.2 if start == JOINT else 1.3, label=start)
        axes.set(xlabel="Trading days from the intervention", ylabel="Per cent, intended direction")
        axes.legend(frameon=False, fontsize=8)
    ends = ", ".join(f"{start}: {path[-1]:.1f}" for start, path in paths.items())
    return Figure(
        name=name,
        title="The yen after dated interventions, in the intended direction",
        alt=f"Cumulated abnormal returns after {len(paths)} interventions; after {days[-1]} days {ends} per cent",
        svg=canvas.svg,
        notes=(
            "Cumulated returns against the dollar less their mean over the year before, from the day of the start.",
        ),
    )


def _interventions_table(study: AbnormalReturns, dated: pd.DataFrame, left: int) -> Table:
    rows = _intended(study, dated)
    shown = []
    for (_, start), mine in rows.groupby(["episode_id", "start"], sort=False):
        by_days = mine.set_index("days")
        shown.append(
            Row(f"{start}, {mine['context'].iloc[0]}", tuple(number(by_days.loc[d, "car"], 2) for d in HORIZONS))
        )
        spans = [f"[{by_days.loc[d, 'low']:.1f}, {by_days.loc[d, 'high']:.1f}]" for d in HORIZONS]
        shown.append(Row("", tuple(spans)))
    means = rows.groupby("days")["car"].mean()
    shown.append(Row("Mean", tuple(number(means[days], 2) for days in HORIZONS)))
    overlaps = study.contamination["event"].nunique()
    return Table(
        name="interventions",
        title="The yen after interventions: did it last?",
        columns=tuple(f"{days} day{'s' if days > 1 else ''}" for days in HORIZONS),
        rows=tuple(shown),
        notes=(
            "Per cent of appreciation against the dollar in the intended direction (a purchase of yen is to raise "
            f"it, a sale to lower it), less the mean return of trading days {ESTIMATION[0]} to {ESTIMATION[1]}; "
            f"{LEVEL:.0%} intervals from the forecast error, which grows with the root of time: after {HORIZONS[-1]} "
            "days it hides all but large effects.",
            f"Rates are those of noon in New York, so that a day in Tokyo shows up on the same date. {left} of "
            f"{left + len(dated)} episodes have no exact first day, are not in the yen, last longer than {MOST_DAYS} "
            f"days or have no rates, and are left out. {overlaps} of these interventions lie in a window of another.",
            "What may not be concluded: authorities intervene when the currency moves, so that a return after an "
            f"intervention is not its effect; {len(dated)} episodes are no sample.",
        ),
        data=rows,
    )


def _announcements_table(groups: tuple[Group, ...]) -> Table:
    spans = ((0, 0), (0, 1), SHORT)
    rows, tidy = [], []
    for group in groups:
        rows.append(Row(f"{group.title} ({group.count} events)"))
        tests = {span: group.study.test(*span).set_index("test") for span in spans}
        cars = {span: group.study.cumulated(*span)["car"].mean() for span in spans}
        rows.append(Row("Mean, per cent", tuple(number(cars[span], 2) for span in spans)))
        rows += [
            Row(f"p-value, {name.replace('_', ' ')}", tuple(number(tests[span].loc[name, "p_value"]) for span in spans))
            for name in tests[spans[0]].index
        ]
        tidy += [tests[span].reset_index().assign(group=group.title, mean=cars[span]) for span in spans]
    remarks = [f"{group.title}: {remark}." for group in groups for remark in group.study.remarks]
    return Table(
        name="rescue_announcements",
        title="Currencies at announcements of rescues",
        columns=tuple(f"Days {first} to {last}" if first != last else f"Day {first}" for first, last in spans),
        rows=tuple(rows),
        notes=(
            "Appreciation against the dollar less its mean before. A closed day counts for the next trading day. Not "
            "all dates of the compilation were looked up (see Data).",
            *remarks,
        ),
        data=pd.concat(tidy, ignore_index=True),
    )
