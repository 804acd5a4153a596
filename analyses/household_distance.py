"""How far apart the households of the United States and Japan keep their savings, by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from econ import OLS, Estimates, NeweyWest
from econ.convergence import (
    Aitchison,
    Distance,
    FingerKreinin,
    Hellinger,
    JensenShannon,
    Krugman,
    TotalVariation,
    distance,
)
from econ.datasets import household_shares
from econ.report import Figure, Panel, Row, Section, Table, drawing, table

INPUTS = ("household_assets",)


@dataclass(frozen=True)
class Treatment:
    """Where some classes go, and whether Japanese levels before the change of method are spliced to those after it."""

    moved: Mapping[str, str | None] = field(default_factory=dict)
    spliced: bool = False


KINDS: dict[str, Distance] = {
    "Total variation": TotalVariation(),
    "Hellinger": Hellinger(),
    "Aitchison": Aitchison(),
}
OTHERS: dict[str, Distance] = {
    "Jensen-Shannon": JensenShannon(),
    "Finger-Kreinin": FingerKreinin(),
    "Krugman": Krugman(),
}
LAGS = 3
YEAR_END = 4
COVARIANCE = NeweyWest("year", lags=LAGS)
TREATMENTS = {
    "As harmonised": Treatment(),
    "US money-market funds with deposits": Treatment({"money_market_funds": "deposits"}),
    "Without US noncorporate equity": Treatment({"noncorporate_equity": None}),
    "Spliced": Treatment(spliced=True),
}
BROKEN = tuple(name for name, treatment in TREATMENTS.items() if not treatment.spliced)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Distances by year, their trends, and how much rests on decisions about classes."""
    yearly = {name: _distances(tables["household_assets"], one) for name, one in TREATMENTS.items()}
    main = yearly["As harmonised"]
    every = KINDS | OTHERS
    trends = {kind: {name: _trend(frame, kind, broken=False) for name, frame in yearly.items()} for kind in every}
    broken = {kind: {name: _trend(yearly[name], kind, broken=True) for name in BROKEN} for kind in every}
    estimates = {
        f"{_key(kind)}/{_key(name)}/{label}": one
        for label, group in (("trend", trends), ("trend_and_break", broken))
        for kind, row in group.items()
        for name, one in row.items()
    }
    return Section(
        title="Distance between two countries' household portfolios",
        question="Do American and Japanese households keep their savings in more similar places than they used to?",
        findings=tuple(_finding(kind, main, broken[kind]["As harmonised"]) for kind in KINDS),
        items=(_figure(main), _trends(trends, broken, _break(main)), _by_year(yearly)),
        estimates=estimates,
    )


def _key(text: str) -> str:
    return text.lower().replace(" ", "_").replace("-", "_")


def _distances(assets: pd.DataFrame, treatment: Treatment) -> pd.DataFrame:
    """Year-end distances: one row a year with a column a kind, and whether Japan counts by the 2008 SNA."""
    shares = household_shares(assets, moved=treatment.moved, spliced=treatment.spliced)
    ends = shares[shares["quarter"] == YEAR_END].set_index(["country_iso3", "year"])
    parts = ends.columns.drop(["quarter", "method_regime"])
    years = ends.loc["JPN"].index.intersection(ends.loc["USA"].index)
    usa, japan = (ends.loc[country].loc[years, parts].to_numpy(dtype=float) for country in ("USA", "JPN"))
    regime = ends.loc["JPN"].loc[years, "method_regime"]
    columns = {kind: distance(usa, japan, kind=measure) for kind, measure in (KINDS | OTHERS).items()}
    frame = pd.DataFrame(columns, index=years).rename_axis("year").reset_index()
    return frame.assign(sna2008=(regime.to_numpy() == "sna2008").astype(float))


def _trend(frame: pd.DataFrame, kind: str, *, broken: bool) -> Estimates:
    data = frame.assign(distance=frame[kind], decade=(frame["year"] - frame["year"].min()) / 10)
    return OLS("distance ~ decade + sna2008" if broken else "distance ~ decade").fit(data).inference(COVARIANCE)


def _finding(kind: str, frame: pd.DataFrame, trend: Estimates) -> str:
    row, first, last = trend.row("decade"), frame.iloc[0], frame.iloc[-1]
    direction = "smaller" if row["estimate"] < 0 else "larger"
    sure = "" if row["p_value"] < 1 - trend.level else ", which is not distinguishable from no trend at 5 %"
    return (
        f"{kind}: {first[kind]:.3f} at the end of {first['year']:.0f}, {last[kind]:.3f} at the end of "
        f"{last['year']:.0f}; with the change of method in {_break(frame)} taken out, {abs(row['estimate']):.3f} "
        f"{direction} per decade (95 % interval {row['low']:.3f} to {row['high']:.3f}){sure}."
    )


def _break(frame: pd.DataFrame) -> int:
    """First year in which Japan counts by the 2008 SNA."""
    return int(frame.loc[frame["sna2008"] == 1, "year"].min())


def _figure(frame: pd.DataFrame) -> Figure:
    import seaborn as sns  # noqa: PLC0415 - slow, and for the drawing only

    name = "household_distance_by_year"
    first_new = _break(frame)
    with drawing(name, columns=len(KINDS)) as canvas:
        for axes, kind in zip(canvas.axes, KINDS, strict=True):
            sns.lineplot(
                data=frame,
                x="year",
                y=kind,
                hue="sna2008",
                ax=axes,
                legend=False,
                palette=["0.55", "#1f5a96"],
                marker="o",
                markersize=4,
                errorbar=None,
            )
            axes.axvline(first_new - 0.5, color="0.4", linewidth=0.8, linestyle=":")
            axes.set(title=kind, xlabel="", ylabel="Distance", ylim=(0, 1.1 * frame[kind].max()))
    ends = "; ".join(f"{kind} from {frame[kind].iloc[0]:.2f} to {frame[kind].iloc[-1]:.2f}" for kind in KINDS)
    return Figure(
        name=name,
        title="Distance between American and Japanese household portfolios, year ends",
        alt=f"Three lines over time: {ends}",
        svg=canvas.svg,
        notes=(
            "Classes: deposits, debt securities, equity and funds, insurance and pension, other. Dotted line: Japan's "
            "accounts change from the 1993 to the 2008 SNA, which moves the level.",
        ),
    )


def _trends(
    trends: Mapping[str, Mapping[str, Estimates]], broken: Mapping[str, Mapping[str, Estimates]], year: int
) -> Table:
    columns = ["As harmonised", "Spliced", *(f"{name}, break in {year}" for name in BROKEN)]
    blocks = [
        Panel(kind, (row["As harmonised"], row["Spliced"], *(broken[kind][name] for name in BROKEN)))
        for kind, row in trends.items()
    ]
    return table(
        blocks,
        name="household_distance_trends",
        title="Trend of the distance per decade",
        columns=columns,
        labels={
            "decade": "Decades since the first year",
            "sna2008": f"2008 SNA (from {year})",
            "Intercept": "Constant",
        },
        notes=(
            f"Year-end distances; least squares with Newey-West errors ({LAGS} lags).",
            "Spliced: Japanese levels before the change of method, times the jump of each class in the quarter of the "
            "change, which takes all of it as method. Finger-Kreinin is a similarity, one less the total variation, "
            "and Krugman's index twice it: they repeat it in the units of their literature.",
            "Money-market funds cannot be told apart from other funds in Japan, and noncorporate equity has no "
            "Japanese counterpart; the columns show what rests on where the American figures go.",
            "What may not be concluded: two countries and one series say nothing of other systems; a trend in a "
            "distance is not proof of a common cause; classes of the two accounts are alike, not the same.",
        ),
    )


def _by_year(yearly: Mapping[str, pd.DataFrame]) -> Table:
    main = yearly["As harmonised"]
    others = [name for name in TREATMENTS if name != "As harmonised"]
    data = main.drop(columns="sna2008")
    for name in others:
        data[f"Total variation: {name}"] = yearly[name]["Total variation"]
    cells = data.drop(columns="year")
    rows = [
        Row(str(year), tuple(f"{value:.3f}" for value in line))
        for year, line in zip(data["year"], cells.to_numpy(), strict=True)
    ]
    return Table(
        name="household_distance_years",
        title="Distance between American and Japanese household portfolios by year",
        columns=tuple(cells.columns),
        rows=tuple(rows),
        notes=(
            "Total variation is the share of a portfolio that would have to move for the two to be equal. From "
            f"{_break(main)} Japan counts by the 2008 SNA.",
        ),
        data=data,
    )
