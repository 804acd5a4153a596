"""Foreigners' Treasury purchases and holdings around dated threats and crises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from econ import OLS, Clustered, Estimates, NeweyWest
from econ.event_study import TWFE, Smoothness, pretrend_test, sensitivity
from econ.event_study.pretrends import POWERS
from econ.event_study.robustness import Sensitivity
from econ.markets import AbnormalReturns, abnormal_returns, returns_from_prices
from econ.report import Figure, Panel, Row, Section, Table, event_study_figure, table
from econ.report.tables import number
from econ.types import Fit

INPUTS = ("events", "fx_daily", "treasury_holders", "us_securities_transactions")

BILLION = 1_000
MONTHS, QUARTERS = 12, 6  # on either side of a date
LAGS = 3
HOLDER, OTHERS_LEFT_OUT = "JPN", ("TOT",)
WINDOW = (-12, 12)
AROUND = (-6, 5)  # months whose estimates are bounded
ESTIMATION, DAYS = (-250, -31), (-5, 20)
SIZE = 0.05
CHOSEN = (  # dates of the table `events`, and what is asked of them
    "1997-06-23_hashimoto_remark_at_columbia_tempted_to_sell_tre",
    "1997-07-02_thailand_floats_baht",
    "1997-10-27_us_shares_fall_7_2_percent",
    "1998-08-17_russia_devalues_and_defaults",
    "2001-04-05_kuroda_op_ed_on_yen_and_fundamentals",
)


@dataclass(frozen=True)
class Flow:
    """A series of net purchases of Treasury bonds and notes."""

    name: str
    label: str
    period_type: str
    source: str
    iso3: str | None
    span: int

    @property
    def frequency(self) -> str:
        """Of pandas periods."""
        return "M" if self.period_type == "month" else "Q"


FLOWS = (
    Flow("all", "All foreigners, month", "month", "CM-V-1", None, MONTHS),
    Flow("japan", "Japan, quarter", "quarter", "CM-V-4", HOLDER, QUARTERS),
)


@dataclass(frozen=True, eq=False)
class Break:
    """A level shift and a break of trend of a series at a date, and how they rank among those at all other dates."""

    event: str
    flow: Flow
    estimates: Estimates
    share_as_large: float
    dates: int


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Breaks of purchases, holdings against those of others, and the dollar."""
    events = tables["events"].set_index("event_id").loc[list(CHOSEN)]
    breaks = [
        one
        for flow in FLOWS
        for event in events.itertuples()
        if (one := _break(_net(tables["us_securities_transactions"], flow), flow, str(event.Index), event.date))
    ]
    last = events.iloc[-1]
    fit = _holdings(tables["treasury_holders"], last["date"])
    placebos = _placebos(tables["treasury_holders"], last["date"])
    dollar = _dollar(tables["fx_daily"], events)
    return Section(
        title="Treasury purchases and holdings around threats and crises",
        question=(
            "When Japan's leaders spoke of selling Treasuries, or a crisis broke, did foreigners sell, and did the "
            "dollar fall?"
        ),
        findings=(_sold(breaks), _held(placebos, last), _moved(dollar)),
        items=(
            _figure(fit, last),
            _breaks_table(breaks, events),
            _dollar_table(dollar, events),
            _holdings_table(fit, placebos, last),
        ),
        estimates={f"{one.flow.name}/{_slug(one.event)}": one.estimates for one in breaks}
        | {"holdings/path": fit.inference(Clustered("holder_code"))},
    )


def _slug(event: str) -> str:
    return event.partition("_")[0]


def _net(flows: pd.DataFrame, flow: Flow) -> pd.Series:
    """Purchases less sales in billions of dollars, by period."""
    rows = flows[(flows["source_table"] == flow.source) & (flows["period_type"] == flow.period_type)]
    rows = rows[rows["latest"] == "yes"]
    rows = rows[rows["iso3"] == flow.iso3] if flow.iso3 else rows
    rows = rows.sort_values("issue").drop_duplicates("period", keep="last")
    net = (rows["treasury_purchases"] - rows["treasury_sales"]).astype(float) / BILLION
    series = pd.Series(net.to_numpy(), index=pd.PeriodIndex(rows["period"], freq=flow.frequency)).sort_index()
    return series.reindex(pd.period_range("1994-12", series.index[-1], freq=flow.frequency)).dropna()


def _interrupted(series: pd.Series, place: int, span: int) -> Estimates:
    """Level and trend before and after a period, with errors for dependence over time."""
    window = series.iloc[max(place - span, 0) : place + span]
    since = np.arange(len(window)) - min(place, span)
    after = (since >= 0).astype(float)
    data = pd.DataFrame({"net": window.to_numpy(), "trend": since, "shift": after, "break": after * since})
    data["period"] = window.index.astype("int64")
    return OLS("net ~ trend + shift + `break`").fit(data).inference(NeweyWest("period", lags=LAGS))


def _break(series: pd.Series, flow: Flow, event: str, date: str) -> Break | None:
    """The break at the period of an event; None where the series is too short around it."""
    place = int(series.index.searchsorted(pd.Period(date, freq=flow.frequency)))
    room = range(flow.span // 2, len(series) - flow.span // 2)
    if place not in room:
        return None
    found = _interrupted(series, place, flow.span)
    others = [_interrupted(series, other, flow.span).row("shift")["statistic"] for other in room]
    mine = abs(found.row("shift")["statistic"])
    return Break(event, flow, found, float(np.mean([abs(other) >= mine for other in others])), len(others))


def _panel(holders: pd.DataFrame, date: str, treated: str) -> pd.DataFrame:
    """Log holdings by month around a date of holders that are printed, above zero, in every month of it."""
    event, month = pd.Period(date, freq="M"), pd.PeriodIndex(holders["month"], freq="M")
    inside = (month >= event + WINDOW[0]) & (month <= event + WINDOW[1])
    rows = holders.assign(month=month)[inside & ~holders["holder_code"].isin(OTHERS_LEFT_OUT)]
    rows = rows[rows["holdings_usd_bn"] > 0]
    counts = rows.groupby("holder_code")["month"].transform("size")
    whole = rows[counts == counts.max()].reset_index(drop=True)
    cohort = pd.Series(event, index=whole.index).where(whole["holder_code"] == treated).astype("period[M]")
    return whole.assign(log_holdings=np.log(whole["holdings_usd_bn"]), cohort=cohort)


def _holdings(holders: pd.DataFrame, date: str, treated: str = HOLDER) -> Fit:
    spec = TWFE(outcome="log_holdings", unit="holder_code", time="month", cohort="cohort")
    return spec.fit(_panel(holders, date, treated))


def _after(fit: Fit) -> float:
    """Mean effect after the event less that before."""
    times = np.array([int(name) for name in fit.names])
    return float(fit.params[times >= 0].mean() - fit.params[times < 0].mean())


def _placebos(holders: pd.DataFrame, date: str) -> pd.Series:
    """The same for every holder in turn as the one that is treated."""
    codes = _panel(holders, date, HOLDER)["holder_code"].unique()
    return pd.Series({code: _after(_holdings(holders, date, code)) for code in codes})


def _as_much(placebos: pd.Series) -> int:
    """Holders that moved as much as the one in question, itself included."""
    return int((placebos.abs() >= abs(placebos[HOLDER])).sum())


def _dollar(rates: pd.DataFrame, events: pd.DataFrame) -> AbnormalReturns:
    yen = rates[rates["currency"] == "JPY"]  # printed as yen for a dollar
    dollars = pd.Series(1 / yen["rate"].to_numpy(), index=pd.to_datetime(yen["date"]), name="JPY")
    returns = 100 * returns_from_prices(dollars)
    return abnormal_returns(returns, None, list(events["date"]), model="mean", estimation=ESTIMATION, window=DAYS)


def _sold(breaks: list[Break]) -> str:
    rows = [one.estimates.row("shift") for one in breaks]
    sales = [one for one, row in zip(breaks, rows, strict=True) if row["estimate"] < 0 and row["p_value"] < SIZE]
    rare = [one for one in sales if one.share_as_large < SIZE]
    return (
        f"Of {len(breaks)} breaks of net purchases at dated threats and crises, {len(sales)} are falls of the level "
        f"that differ from zero at {SIZE:.0%}, and {len(rare)} of these have a t statistic that fewer than {SIZE:.0%} "
        "of the dates of the same series reach."
    )


def _held(placebos: pd.Series, event: pd.Series) -> str:
    return (
        f"After {event['date']} ({event['event']}) Japan's holdings moved by {placebos[HOLDER]:+.2f} in logs relative "
        f"to other holders; {_as_much(placebos)} of {len(placebos)} holders moved as much or more, counting Japan."
    )


def _moved(dollar: AbnormalReturns) -> str:
    rows = dollar.cumulated(0, 1)
    fell = int((ndtr(-rows["car"] / rows["se"]) < SIZE / 2).sum())
    return (
        f"The dollar fell against the yen by more than chance would have it at {SIZE:.0%}, over the day and the next, "
        f"at {fell} of {len(rows)} dates. Daily yields and a record of policy decisions are not among the tables "
        "here, so that neither whether yields rose nor whether policy followed can be checked."
    )


def _figure(fit: Fit, event: pd.Series) -> Figure:
    return event_study_figure(
        fit,
        Clustered("holder_code"),
        name="treasury_holdings_path",
        title=f"Japan's Treasury holdings relative to those of other holders, around {event['date']}",
        xlabel="Months from the event",
        ylabel="Japan less others, log",
        restriction=None,
    )


def _breaks_table(breaks: list[Break], events: pd.DataFrame) -> Table:
    blocks = {flow: [one for one in breaks if one.flow == flow] for flow in FLOWS}
    first = blocks[FLOWS[0]]
    columns = [_slug(one.event) for one in first]
    panels = [
        Panel(flow.label, tuple(one.estimates for one in own)) for flow, own in blocks.items() if len(own) == len(first)
    ]
    ranks = "; ".join(
        f"{flow.label}: " + ", ".join(f"{_slug(one.event)} {one.share_as_large:.2f}" for one in own)
        for flow, own in blocks.items()
    )
    titles = "; ".join(f"{_slug(one.event)}: {events.loc[one.event, 'event']}" for one in first)
    return table(
        panels,
        name="treasury_breaks",
        title="Net foreign purchases of Treasury bonds and notes: level shift and break of trend",
        columns=columns,
        labels={"trend": "Trend before", "shift": "Level shift", "break": "Break of trend"},
        terms=["trend", "shift", "break"],
        notes=(
            f"Billions of dollars a period, {MONTHS} months or {QUARTERS} quarters on either side as far as there "
            f"are; Newey-West errors with {LAGS} lags. {titles}.",
            f"Share of all dates of the series with a level shift of as large a t statistic: {ranks}.",
            "By residence of the counterparty: purchases through London count as British. Bills are not included.",
            "What may not be concluded: dates cluster, windows overlap, and a shift at a date is not caused by it.",
        ),
    )


def _dollar_table(dollar: AbnormalReturns, events: pd.DataFrame) -> Table:
    spans = ((0, 0), (0, 1), (0, 4), (0, DAYS[1]))
    found = {span: dollar.cumulated(*span) for span in spans}
    rows = []
    for place, event in enumerate(events.itertuples()):
        rows.append(Row(f"{event.date}: {event.event}", tuple(number(found[s]["car"].iloc[place], 2) for s in spans)))
        rows.append(Row("", tuple(f"({found[s]['se'].iloc[place]:.2f})" for s in spans)))
    tidy = [found[s].reset_index().assign(first=s[0], last=s[1]) for s in spans]
    return Table(
        name="treasury_dollar",
        title="The yen against the dollar after threats and crises, per cent",
        columns=tuple(f"{last + 1} day{'s' if last else ''}" for _, last in spans),
        rows=tuple(rows),
        notes=(
            "Appreciation of the yen less its mean before, with the standard deviation of its forecast error in "
            "parentheses.",
            *(f"{remark}." for remark in dollar.remarks),
        ),
        data=pd.concat(tidy, ignore_index=True),
    )


def _holdings_table(fit: Fit, placebos: pd.Series, event: pd.Series) -> Table:
    covariance = Clustered("holder_code")
    chosen = [AROUND[0] <= int(name) <= AROUND[1] for name in fit.names]
    near = fit.combine(np.eye(len(chosen))[chosen], [name for name, one in zip(fit.names, chosen, strict=True) if one])
    sets: dict[str, Sensitivity] = {
        "Relative magnitudes": sensitivity(near, covariance),
        "Smoothness": sensitivity(near, covariance, restriction=Smoothness()),
    }
    found = f"slope found with power {POWERS[0]:g}"
    test = pretrend_test(fit, covariance)
    rows = [
        Row("Change after, Japan", (number(placebos[HOLDER]),)),
        Row(
            "Holders that moved as much, of all",
            (f"{_as_much(placebos)} of {len(placebos)}",),
        ),
        Row("Effect in the month of the event", (number(sets["Relative magnitudes"].estimate),)),
        *(Row(f"Bound at which zero comes in: {name.lower()}", (number(one.breakdown),)) for name, one in sets.items()),
        Row(f"Trend found with probability {POWERS[0]:g}, a month", (number(test.details[found]),)),
    ]
    tidy = placebos.rename("change").rename_axis("holder_code").reset_index()
    return Table(
        name="treasury_holdings",
        title=f"Japan's holdings after {event['date']}, and what the estimate rests on",
        columns=("Log holdings",),
        rows=tuple(rows),
        notes=(
            "One treated holder: errors clustered by holder are far too small, and the comparison with every other "
            "holder in its place is the test to read.",
            f"The bounds use the estimates of months {AROUND[0]} to {AROUND[1]}: those of all months have a singular "
            "covariance, since there are fewer holders than months.",
            "Holdings are stocks at the custodian, not transactions, with breaks at benchmark surveys.",
        ),
        data=tidy,
    )
