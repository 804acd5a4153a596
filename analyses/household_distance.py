"""How far apart the households of the United States and Japan keep their savings, by year."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from econ import OLS, Estimates, NeweyWest
from econ.convergence import Aitchison, Distance, Hellinger, TotalVariation, distance
from econ.report import Figure, Panel, Row, Section, Table, drawing, table

INPUTS = ("household_assets",)

KINDS: dict[str, Distance] = {
    "Total variation": TotalVariation(),
    "Hellinger": Hellinger(),
    "Aitchison": Aitchison(),
}
LAGS = 3
YEAR_END = 4
COVARIANCE = NeweyWest("year", lags=LAGS)
TREATMENTS: dict[str, dict[str, str | None]] = {
    "As harmonised": {},
    "US money-market funds with deposits": {"money_market_funds": "deposits"},
    "Without US noncorporate equity": {"noncorporate_equity": None},
}


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Distances by year, their trends, and how much rests on decisions about classes."""
    yearly = {name: _distances(tables["household_assets"], moved) for name, moved in TREATMENTS.items()}
    main = yearly["As harmonised"]
    trends = {kind: {name: _trend(frame, kind, broken=False) for name, frame in yearly.items()} for kind in KINDS}
    broken = {kind: {name: _trend(frame, kind, broken=True) for name, frame in yearly.items()} for kind in KINDS}
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


def _distances(assets: pd.DataFrame, moved: Mapping[str, str | None]) -> pd.DataFrame:
    """Year-end distances: one row a year with a column a kind, and whether Japan counts by the 2008 SNA."""
    ends = assets[assets["quarter"] == YEAR_END].copy()
    ends["part"] = ends["harmonised_class"]
    for asset_class, part in moved.items():
        ends.loc[ends["asset_class"] == asset_class, "part"] = part
    levels = ends.dropna(subset="part").pivot_table(
        index=["country_iso3", "year"], columns="part", values="level", aggfunc="sum"
    )
    shares = levels.div(levels.sum(axis=1), axis=0)
    years = shares.loc["JPN"].index.intersection(shares.loc["USA"].index)
    usa, japan = (shares.loc[country].loc[years].to_numpy() for country in ("USA", "JPN"))
    regime = ends[ends["country_iso3"] == "JPN"].groupby("year")["method_regime"].first()
    columns = {kind: distance(usa, japan, kind=measure) for kind, measure in KINDS.items()}
    frame = pd.DataFrame(columns, index=years).rename_axis("year").reset_index()
    return frame.assign(sna2008=(regime.reindex(years).to_numpy() == "sna2008").astype(float))


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
            "Classes: deposits, debt securities, equity and funds, insurance and pension, other. Dotted line: "
            "Japan's accounts change from the 1993 to the 2008 SNA, which moves the level.",
        ),
    )


def _trends(
    trends: Mapping[str, Mapping[str, Estimates]], broken: Mapping[str, Mapping[str, Estimates]], year: int
) -> Table:
    columns = [f"{name}{suffix}" for name in TREATMENTS for suffix in ("", f", break in {year}")]
    blocks = [
        Panel(kind, tuple(one for name in TREATMENTS for one in (trends[kind][name], broken[kind][name])))
        for kind in KINDS
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
