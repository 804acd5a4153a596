"""How far the savings of American families moved from wave to wave of the Survey of Consumer Finances."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ import OLS, Estimates, NeweyWest
from econ.convergence import Aitchison, Distance, Hellinger, JensenShannon, TotalVariation, distance
from econ.report import Panel, Row, Section, Table, table
from econ.report.tables import number

INPUTS = ("scf_shares",)

KINDS: dict[str, Distance] = {
    "Total variation": TotalVariation(),
    "Hellinger": Hellinger(),
    "Jensen-Shannon": JensenShannon(),
    "Aitchison": Aitchison(),
}
BANK = ("transaction_accounts", "certificates_of_deposit", "savings_bonds")
LAGS = 1
SIZE = 0.05


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Distances from the first wave and from the wave before, and trends of log-ratios of the classes."""
    shares = tables["scf_shares"].pivot_table(index="year", columns="asset_class", values="share").sort_index()
    shares = shares.div(shares.sum(axis=1), axis=0)
    moves = _moves(shares)
    trends = {part: _trend(shares, part) for part in shares.columns}
    return Section(
        title="Families' savings by wave of the survey",
        question="How much did the composition of American families' financial assets change, and towards what?",
        findings=(_moved(shares, moves), _towards(trends), _verdict(shares, moves)),
        items=(_moves_table(moves, len(shares.columns)), _trends_table(trends, len(shares))),
        estimates={f"log_ratio/{part}": one for part, one in trends.items()},
    )


def _moves(shares: pd.DataFrame) -> pd.DataFrame:
    """One row a wave: each distance from the first wave, and from the wave before."""
    values = shares.to_numpy()
    first = np.broadcast_to(values[0], values.shape)
    columns = {f"{kind}, first": distance(values, first, kind=one) for kind, one in KINDS.items()}
    columns |= {
        f"{kind}, before": np.r_[np.nan, distance(values[1:], values[:-1], kind=one)] for kind, one in KINDS.items()
    }
    return pd.DataFrame(columns, index=shares.index)


def _trend(shares: pd.DataFrame, part: str) -> Estimates:
    """Trend of the centred log-ratio of a class, per decade."""
    logs = np.log(shares)
    data = pd.DataFrame({"year": shares.index, "log_ratio": (logs[part] - logs.mean(axis=1)).to_numpy()})
    data["decade"] = (data["year"] - data["year"].min()) / 10
    return OLS("log_ratio ~ decade").fit(data).inference(NeweyWest("year", lags=LAGS))


def _moved(shares: pd.DataFrame, moves: pd.DataFrame) -> str:
    last = moves.iloc[-1]
    return (
        f"Between {shares.index[0]} and {shares.index[-1]}, {last['Total variation, first']:.1%} of families' "
        "financial assets moved to another class; from one wave to the next it was "
        f"{moves['Total variation, before'].mean():.1%} on average."
    )


def _towards(trends: Mapping[str, Estimates]) -> str:
    rows = {part: one.row("decade") for part, one in trends.items()}
    known = {part: row["estimate"] for part, row in rows.items() if row["p_value"] < SIZE}
    order = sorted(known, key=lambda part: known[part])
    gained = [part for part in reversed(order) if known[part] > 0]
    lost = [part for part in order if known[part] < 0]
    said = [
        f"{verb} {', '.join(part.replace('_', ' ') for part in parts)}"
        for verb, parts in (("gained", gained), ("lost", lost))
        if parts
    ]
    return (
        f"Relative to the geometric mean of all classes, at {SIZE:.0%} these have a trend: {'; '.join(said) or 'none'}."
    )


def _verdict(shares: pd.DataFrame, moves: pd.DataFrame) -> str:
    bank = shares[[part for part in BANK if part in shares]].sum(axis=1)
    ranks = moves["Total variation, first"].rank()
    steady = bool((np.diff(ranks) > 0).all())
    return (
        f"Verdict on the survey: deposits, certificates and savings bonds went from {bank.iloc[0]:.1%} to "
        f"{bank.iloc[-1]:.1%} of families' financial assets; the distance from {shares.index[0]} "
        f"{'grew in every wave' if steady else 'did not grow in every wave'}."
    )


def _moves_table(moves: pd.DataFrame, classes: int) -> Table:
    columns = list(moves.columns)
    rows = [Row(str(year), tuple(number(value) for value in line)) for year, line in moves.iterrows()]
    return Table(
        name="survey_waves_distance",
        title="Distance between waves of the survey",
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(
            f"From the first wave, and from the wave before; {classes} classes. Pension entitlements with defined "
            "benefits are not among them.",
            "Sampling errors of the waves are not published with the table: these are distances of estimates.",
        ),
        data=moves.reset_index(),
    )


def _trends_table(trends: Mapping[str, Estimates], waves: int) -> Table:
    return table(
        [Panel("Centred log-ratio", tuple(trends.values()))],
        name="survey_waves_trends",
        title="Trends of the classes, per decade",
        columns=[part.replace("_", " ") for part in trends],
        labels={"decade": "Decades since the first wave", "Intercept": "Constant"},
        notes=(f"Least squares on {waves} waves, Newey-West errors ({LAGS} lag): few observations.",),
    )
