"""Foreign holders of Treasuries as a composition: who holds what share, and how it moved."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ import OLS, Estimates, NeweyWest
from econ.breaks import BaiPerron, Breaks, Sequential
from econ.convergence import Hellinger, TotalVariation, distance
from econ.report import Figure, Row, Section, Table, drawing
from econ.report.tables import number

INPUTS = ("treasury_holders",)

ALL, HOLDER = "TOT", "JPN"
OTHERS = "others"
LAGS = 12
SIZE = 0.05
YEAR = 12
ERRORS = NeweyWest("month", lags=LAGS)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Movement of the composition, concentration, and breaks of Japan's share."""
    shares = _shares(tables["treasury_holders"])
    moves = _moves(shares)
    trends = {name: _trend(moves, name) for name in ("from_start", "evenness", "japan")}
    breaks = BaiPerron("japan ~ t", time="month", breaks=Sequential(covariance=ERRORS)).find(moves)
    return Section(
        title="Foreign holders of Treasuries as a composition",
        question="Do foreign holdings of Treasuries become more evenly spread, and does Japan's share follow a course?",
        findings=(
            _moved(shares, moves),
            _even(moves, trends["evenness"]),
            _japan(moves, breaks),
            _verdict(moves, trends),
        ),
        items=(_figure(moves, breaks), _table(trends, breaks)),
        estimates={f"trend/{name}": one for name, one in trends.items()}
        | {"breaks/japan": breaks.fit.inference(ERRORS)},
    )


def _shares(holders: pd.DataFrame) -> pd.DataFrame:
    """(months, holders) shares of all foreign holdings; holders that are not in every month are with the others."""
    wide = holders.pivot_table(index="month", columns="holder_code", values="holdings_usd_bn").sort_index()
    total = wide.pop(ALL)
    always = wide.loc[:, wide.notna().all()]
    rest = total - always.sum(axis=1)
    parts = always.assign(**{OTHERS: rest})
    return parts.div(parts.sum(axis=1), axis=0)


def _moves(shares: pd.DataFrame) -> pd.DataFrame:
    """One row a month: distance from the first month, from a year before and from equal shares, and Japan's share."""
    values = shares.to_numpy()
    named = shares.drop(columns=OTHERS)
    within = named.div(named.sum(axis=1), axis=0).to_numpy()
    equal = np.full(within.shape, 1 / within.shape[1])
    first = np.broadcast_to(values[0], values.shape)
    before = np.r_[np.full(YEAR, np.nan), distance(values[YEAR:], values[:-YEAR], kind=TotalVariation())]
    return pd.DataFrame(
        {
            "month": shares.index,
            "t": np.arange(len(shares)) / (10 * YEAR),
            "from_start": distance(values, first, kind=TotalVariation()),
            "year_before": before,
            "evenness": distance(within, equal, kind=Hellinger()),
            "japan": shares[HOLDER].to_numpy(),
        }
    )


def _trend(moves: pd.DataFrame, name: str) -> Estimates:
    return OLS(f"{name} ~ t").fit(moves).inference(ERRORS)


def _moved(shares: pd.DataFrame, moves: pd.DataFrame) -> str:
    last = moves.iloc[-1]
    return (
        f"From {moves['month'].iloc[0]} to {last['month']}, {last['from_start']:.0%} of foreign holdings would have "
        f"to change hands for the shares of {shares.shape[1] - 1} holders and the others to be what they were; over "
        f"{YEAR} months it is {moves['year_before'].mean():.1%} on average."
    )


def _even(moves: pd.DataFrame, trend: Estimates) -> str:
    row = trend.row("t")
    way = "nearer to" if row["estimate"] < 0 else "farther from"
    sure = "" if row["p_value"] < SIZE else f" (not distinguishable from no trend at {SIZE:.0%})"
    return (
        f"Among the holders that are there throughout, shares came {way} equality by {abs(row['estimate']):.3f} of "
        f"the Hellinger distance a decade{sure}, from {moves['evenness'].iloc[0]:.3f} to "
        f"{moves['evenness'].iloc[-1]:.3f}."
    )


def _japan(moves: pd.DataFrame, breaks: Breaks) -> str:
    dates = ", ".join(breaks.dates) or "none"
    return (
        f"Japan's share went from {moves['japan'].iloc[0]:.1%} to {moves['japan'].iloc[-1]:.1%}; breaks of its level "
        f"or trend, as far as a series that wanders has any: {dates}."
    )


def _verdict(moves: pd.DataFrame, trends: Mapping[str, Estimates]) -> str:
    even, japan = trends["evenness"].row("t"), trends["japan"].row("t")
    spread = even["estimate"] < 0 and even["p_value"] < SIZE
    falls = japan["estimate"] < 0 and japan["p_value"] < SIZE
    return (
        f"Verdict on holders: the shares {'became more even' if spread else 'did not become more even'}, and Japan's "
        f"{'fell' if falls else 'did not fall'} along a trend; {moves['japan'].iloc[-1]:.1%} is what it could sell at "
        "most, whatever that would do to yields, of which these tables say nothing."
    )


def _figure(moves: pd.DataFrame, breaks: Breaks) -> Figure:
    titles = {
        "from_start": "Distance from the first month",
        "evenness": "Distance from equal shares",
        "japan": "Japan's share",
    }
    months = pd.PeriodIndex(moves["month"], freq="M").to_timestamp()
    with drawing("treasury_composition", columns=len(titles)) as canvas:
        for axes, (name, title) in zip(canvas.axes, titles.items(), strict=True):
            axes.plot(months, moves[name], color="#1f5a96", linewidth=1.2)
            axes.set(title=title, xlabel="", ylim=(0, 1.1 * moves[name].max()))
            axes.tick_params(axis="x", rotation=45)
        for place in breaks.starts:
            canvas.axes[-1].axvline(months[place], color="#b3452c", linewidth=0.9, linestyle=":")
    ends = moves.iloc[[0, -1]]
    said = "; ".join(
        f"{title} from {ends[name].iloc[0]:.2f} to {ends[name].iloc[1]:.2f}" for name, title in titles.items()
    )
    return Figure(
        name="treasury_composition",
        title="Foreign holdings of Treasuries as a composition",
        alt=f"Three lines by month. {said}",
        svg=canvas.svg,
        notes=("Total variation, Hellinger distance, share. Dotted: first month after a break.",),
    )


def _table(trends: Mapping[str, Estimates], breaks: Breaks) -> Table:
    labels = {
        "from_start": "Distance from the first month",
        "evenness": "Distance from equal shares",
        "japan": "Japan's share",
    }
    rows = []
    for name, one in trends.items():
        row = one.row("t")
        rows.append(Row(labels[name], (number(row["estimate"]), number(row["se"]), number(row["p_value"]))))
    if breaks.dates:
        intervals = breaks.intervals(ERRORS)
        rows.append(Row("Breaks of Japan's share, with 95 % intervals"))
        rows += [Row(str(line.date), (str(line.low), str(line.high), "")) for line in intervals.itertuples()]
    return Table(
        name="treasury_composition_trends",
        title="Trends of the composition of foreign holders, per decade",
        columns=("Trend", "Error", "p-value"),
        rows=tuple(rows),
        notes=(
            f"Monthly; Newey-West errors ({LAGS} lags). Holders that are not in every month count with the others.",
            "By country of the custodian: London, Brussels and the Caribbean hold for others, and shares of owners "
            "are not known.",
        ),
        data=pd.concat([one.table.assign(series=name) for name, one in trends.items()], ignore_index=True),
    )
