"""Breaks in where households keep their savings, and whether the two countries' compositions approach each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from econ import DriscollKraay, Estimates, NeweyWest
from econ.breaks import BaiPerron, Breaks, BreakTest, Coincidence, Sequential
from econ.convergence import (
    ADF,
    DFGLS,
    KPSS,
    Aitchison,
    CompositionalConvergence,
    Johansen,
    LeeStrazicich,
    PhillipsPerron,
    TotalVariation,
    ZivotAndrews,
    distance,
)
from econ.convergence.unit_root import UNIT_ROOT, SeriesTest
from econ.datasets import household_shares
from econ.outcomes import Test
from econ.report import Figure, Row, Section, Table, drawing
from econ.report.tables import number

INPUTS = ("events", "household_assets", "unit_root_quantiles")  # the last for p-values

QUARTER = "period"
LAGS = 4
SIZE = 0.05
TRIM = 0.15
MOST = 4
NEAREST = 2 * LAGS  # quarters to an end of a series, at which a date is tested
YEARLY = 3  # lags in years
ERRORS = NeweyWest(QUARTER, lags=LAGS)
TESTS: dict[str, SeriesTest] = {
    "ADF": ADF(),
    "Phillips-Perron": PhillipsPerron(lags=LAGS),
    "DF-GLS": DFGLS(),
    "KPSS": KPSS(lags=LAGS),
    "Zivot-Andrews": ZivotAndrews(),
    "Lee-Strazicich": LeeStrazicich(),
}


@dataclass(frozen=True, eq=False)
class Series:
    """A quarterly series, its breaks, and the dates of reforms that concern it."""

    name: str
    label: str
    data: pd.DataFrame  # period, y, t
    breaks: Breaks
    of_changes: Breaks
    reforms: tuple[str, ...]

    @property
    def coincidence(self) -> Test | None:
        """Whether breaks lie near reforms; None without a break or a reform in the sample."""
        inside = [one for one in self.reforms if self.data[QUARTER].iloc[0] <= one <= self.data[QUARTER].iloc[-1]]
        return Coincidence().of(self.breaks, inside) if self.breaks.dates and inside else None


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Breaks, unit roots of the gaps, and convergence in log-ratio coordinates."""
    shares = household_shares(tables["household_assets"])
    spliced = household_shares(tables["household_assets"], spliced=True)
    parts = tuple(shares.columns[4:])
    changed = _quarters(shares[shares["method_regime"] == "sna2008"]).min()
    series = _series(shares, parts, tables["events"])
    spliced_distance = _broken("spliced", "Distance, Japan spliced", _gap(spliced, parts), ())
    gaps = _gaps(spliced, parts)
    tests = {part: {name: test.of(gaps[part]) for name, test in TESTS.items()} for part in parts}
    ranks = Johansen(lags=1).of(gaps[list(parts[:-1])])
    beta = _beta(spliced, parts)
    return Section(
        title="Breaks and convergence in household portfolios",
        question=(
            "When did the composition of household savings change course, did that coincide with deregulation, and do "
            "the American and the Japanese composition approach each other?"
        ),
        findings=(
            _broke([*series, spliced_distance]),
            _coincided(series),
            _roots(tests, ranks),
            _closing(beta),
            _verdict(spliced_distance, tests, beta),
        ),
        items=(
            _figure(series, changed),
            _breaks_table([*series, spliced_distance]),
            _known_table(series[0], spliced_distance, tables["events"], changed),
            _roots_table(tests, ranks, changed),
            _beta_table(beta, changed),
        ),
        estimates={f"breaks/{one.name}": one.breaks.fit.inference(ERRORS) for one in [*series, spliced_distance]}
        | {f"beta/{name}": one for name, one in beta.items()},
    )


def _quarters(frame: pd.DataFrame) -> pd.Series:
    return frame["year"].astype(str) + "Q" + frame["quarter"].astype(str)


def _both(shares: pd.DataFrame, parts: Sequence[str]) -> tuple[pd.Index, np.ndarray, np.ndarray]:
    """Quarters that both countries have, and (T, parts) shares of each."""
    wide = shares.assign(period=_quarters(shares)).set_index(["country_iso3", "period"])[list(parts)]
    common = wide.loc["JPN"].index.intersection(wide.loc["USA"].index).sort_values()
    return common, wide.loc["USA"].loc[common].to_numpy(), wide.loc["JPN"].loc[common].to_numpy()


def _gap(shares: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame:
    periods, usa, japan = _both(shares, parts)
    return _frame(periods, distance(usa, japan, kind=TotalVariation()))


def _frame(periods: Sequence[str] | pd.Index, values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({QUARTER: np.asarray(periods), "y": values, "t": np.arange(len(values)) / 40})


def _gaps(shares: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame:
    """(T, parts) differences of centred log-ratios, United States less Japan."""
    periods, usa, japan = _both(shares, parts)
    logs = np.log(usa / japan)
    return pd.DataFrame(logs - logs.mean(axis=1, keepdims=True), index=periods, columns=list(parts))


def _series(shares: pd.DataFrame, parts: Sequence[str], events: pd.DataFrame) -> tuple[Series, ...]:
    reforms = events[events["type"] == "deregulation"]
    dates = pd.PeriodIndex(pd.to_datetime(reforms["date"]), freq="Q").astype(str)

    def concerning(country: str) -> tuple[str, ...]:
        return tuple(dates[reforms["countries"].str.contains(country).to_numpy()])

    found = [_broken("distance", "Distance (total variation)", _gap(shares, parts), tuple(dates))]
    for country, label in (("USA", "United States"), ("JPN", "Japan")):
        own = shares[shares["country_iso3"] == country].sort_values(["year", "quarter"])
        data = _frame(_quarters(own), own["deposits"].to_numpy())
        found.append(_broken(f"deposits_{country}", f"Share of deposits, {label}", data, concerning(country)))
    return tuple(found)


def _broken(name: str, label: str, data: pd.DataFrame, reforms: tuple[str, ...]) -> Series:
    spec = BaiPerron("y ~ t", time=QUARTER, trim=TRIM, breaks=Sequential(covariance=ERRORS), most=MOST)
    changes = replace(spec, formula="change ~ 1").find(data.assign(change=data["y"].diff()))
    return Series(name, label, data, spec.find(data), changes, reforms)


def _beta(shares: pd.DataFrame, parts: tuple[str, ...]) -> dict[str, Estimates]:
    """Yearly regressions of the change of the gap on the gap, at year ends that both countries have."""
    ends = shares[shares["quarter"] == LAGS]
    both = ends.groupby("year").filter(lambda year: len(year) == 2)  # noqa: PLR2004 - countries
    base = CompositionalConvergence(parts, unit="country_iso3", time="year", span=1, effects=("year",))
    own = CompositionalConvergence(parts, unit="country_iso3", time="year", span=1, effects=("year", "country_iso3"))
    errors = DriscollKraay("year", lags=YEARLY)
    return {
        "Towards each other": base.regression(both).inference(errors),
        "Each to a composition of its own": own.regression(both).inference(errors),
    }


def _broke(series: Sequence[Series]) -> str:
    said = [f"{one.label}: {', '.join(one.breaks.dates) or 'none'}" for one in series]
    changes = sum(bool(one.of_changes.dates) for one in series)
    return (
        f"Breaks of level or trend (sequential tests at {SIZE:.0%}, at most {MOST}): {'; '.join(said)}. Series that "
        f"wander show such breaks without any: in the mean of quarterly changes, {changes} of {len(series)} series "
        "break."
    )


def _coincided(series: Sequence[Series]) -> str:
    found = {one.label: one.coincidence for one in series}
    known = {label: test for label, test in found.items() if test is not None}
    if not known:
        return "No series has both a break and a dated deregulation within its sample."
    said = [
        f"{label}: breaks lie {test.statistic:.1f} quarters from the nearest reform, as near as {test.p_value:.0%} of "
        "all dates"
        for label, test in known.items()
    ]
    near = sum(test.p_value < SIZE for test in known.values())
    return f"Deregulation: {'; '.join(said)}. {near} of {len(known)} coincide more than chance would at {SIZE:.0%}."


def _converges(test: Test, name: str) -> bool:
    return (test.p_value < SIZE) == (TESTS[name].null == UNIT_ROOT)


def _roots(tests: Mapping[str, Mapping[str, Test]], ranks: pd.DataFrame) -> str:
    counts = {name: sum(_converges(row[name], name) for row in tests.values()) for name in TESTS}
    said = ", ".join(f"{name} {count}" for name, count in counts.items())
    rank = int((ranks["trace"] > ranks["trace_95"]).cumprod().sum())
    return (
        f"Log-ratio gaps that are stationary by each test, of {len(tests)} parts: {said}. Johansen's trace test at "
        f"{SIZE:.0%} finds {rank} relations among {len(ranks)} gaps."
    )


def _closing(beta: Mapping[str, Estimates]) -> str:
    row = beta["Towards each other"].row("initial")
    return (
        f"In log-ratio coordinates, with the change of method spliced, {-row['estimate']:.1%} of the gap between the "
        f"two compositions closes in a year ({beta['Towards each other'].level:.0%} interval {-row['high']:.1%} to "
        f"{-row['low']:.1%})."
    )


def _verdict(spliced: Series, tests: Mapping[str, Mapping[str, Test]], beta: Mapping[str, Estimates]) -> str:
    y = spliced.data["y"]
    closes = bool(beta["Towards each other"].row("initial")["high"] < 0)
    counts = [sum(_converges(test, name) for name, test in row.items()) for row in tests.values()]
    most = sum(count > len(TESTS) / 2 for count in counts)
    smaller = bool(y.iloc[-1] < y.iloc[0])
    claims = {
        "the distance is smaller at the end than at the start": smaller,
        "the gap closes by a share each year": closes,
        "most tests find most gaps stationary": most > len(tests) / 2,
    }
    yes, no = ([claim for claim, holds in claims.items() if holds is wanted] for wanted in (True, False))
    return (
        f"Verdict on household portfolios, once the change of method is spliced out: {len(yes)} of {len(claims)} "
        f"claims hold{_listed(yes)}, {len(no)} do not{_listed(no)}. The distance was {y.iloc[0]:.3f} in "
        f"{spliced.data[QUARTER].iloc[0]} and {y.iloc[-1]:.3f} in {spliced.data[QUARTER].iloc[-1]}."
    )


def _listed(claims: list[str]) -> str:
    return f" ({'; '.join(claims)})" if claims else ""


def _figure(series: Sequence[Series], changed: str) -> Figure:
    name = "household_breaks"
    with drawing(name, columns=len(series)) as canvas:
        for axes, one in zip(canvas.axes, series, strict=True):
            quarters = pd.PeriodIndex(one.data[QUARTER], freq="Q").to_timestamp()
            fitted = one.breaks.fit.fitted
            axes.plot(quarters, one.data["y"], color="0.35", linewidth=1.2)
            edges = [0, *one.breaks.starts.tolist(), len(quarters)]
            for first, last in pairwise(edges):
                axes.plot(quarters[first:last], fitted[first:last], color="#1f5a96", linewidth=1.6)
            for place in one.breaks.starts:
                axes.axvline(quarters[place], color="#b3452c", linewidth=0.9, linestyle=":")
            axes.set(title=one.label, xlabel="")
            axes.tick_params(axis="x", rotation=45)
    said = "; ".join(f"{one.label}: {', '.join(one.breaks.dates) or 'no break'}" for one in series)
    return Figure(
        name=name,
        title="Quarterly series, trends between breaks, and the breaks",
        alt=f"Breaks found. {said}",
        svg=canvas.svg,
        notes=(
            "Blue: linear trends of each segment. Dotted: first quarter after a break. Japan's accounts change in "
            f"{changed}.",
        ),
    )


def _breaks_table(series: Sequence[Series]) -> Table:
    rows, tidy = [], []
    for one in series:
        rows.append(Row(one.label))
        if one.breaks.dates:
            found = one.breaks.intervals(ERRORS).assign(series=one.name)
            tidy.append(found)
            rows += [Row(str(line.date), (str(line.low), str(line.high))) for line in found.itertuples()]
        test = BreakTest("y ~ t", time=QUARTER, covariance=ERRORS, trim=TRIM).of(one.data)
        rows.append(Row("Any break: p-value", (number(test.p_value), "")))
        dates = ", ".join(one.of_changes.dates) or "none"
        rows.append(Row("Breaks of the mean quarterly change", (dates, "")))
    return Table(
        name="household_break_dates",
        title="Breaks of level or trend, with 95 % intervals of their dates",
        columns=("From", "To"),
        rows=tuple(rows),
        notes=(
            f"Partitions of least squares on a constant and a trend, at least {TRIM:.0%} of the quarters in a "
            f"segment; number of breaks, at most {MOST}, by sequential tests at {SIZE:.0%}; intervals and the test of "
            f"any break with Newey-West errors ({LAGS} lags).",
            "The tests' distribution is for stationary regressors and errors: with a trend, and where series have "
            "unit roots (see the tests below), breaks of level or trend are found too often.",
        ),
        data=pd.concat(tidy, ignore_index=True) if tidy else pd.DataFrame({"series": []}),
    )


def _known_table(distance_series: Series, spliced: Series, events: pd.DataFrame, changed: str) -> Table:
    reforms = events[events["type"] == "deregulation"]
    quarters = pd.PeriodIndex(pd.to_datetime(reforms["date"]), freq="Q").astype(str)
    dated = {changed: "Japan's accounts change method"} | dict(zip(quarters, reforms["event"], strict=True))
    rows, tidy = [], []
    for quarter, event in sorted(dated.items()):
        cells = [_known(one.data, quarter) for one in (distance_series, spliced)]
        if any(cells):
            rows.append(Row(f"{quarter}: {event}", tuple(cell or "too near the end" for cell in cells)))
            tidy.append({"quarter": quarter, "event": event, "as_harmonised": cells[0], "spliced": cells[1]})
    return Table(
        name="household_known_breaks",
        title="Did the distance change course at a known date? P-values",
        columns=("As harmonised", "Spliced"),
        rows=tuple(rows),
        notes=(
            f"Wald tests of no change of level and trend, Newey-West errors ({LAGS} lags); dates before the first "
            f"quarter that both countries have are not in the table, nor those with fewer than {NEAREST} quarters on "
            "one side.",
        ),
        data=pd.DataFrame(tidy),
    )


def _known(data: pd.DataFrame, quarter: str) -> str:
    before = int((data[QUARTER] < quarter).sum())
    if min(before, len(data) - before) < NEAREST:
        return ""
    return number(BreakTest("y ~ t", time=QUARTER, covariance=ERRORS, trim=TRIM).at(quarter, data).p_value)


def _roots_table(tests: Mapping[str, Mapping[str, Test]], ranks: pd.DataFrame, changed: str) -> Table:
    rows = [Row(part, tuple(number(row[name].p_value) for name in TESTS)) for part, row in tests.items()]
    tidy = [
        {"part": part, "test": name, "statistic": one.statistic, "p_value": one.p_value}
        for part, row in tests.items()
        for name, one in row.items()
    ]
    traces = ", ".join(
        f"{line.rank:.0f}: {line.trace:.1f} ({line.trace_95:.1f})" for line in ranks.itertuples(index=False)
    )
    return Table(
        name="household_unit_roots",
        title="Unit roots in the log-ratio gaps between the United States and Japan: p-values",
        columns=tuple(TESTS),
        rows=tuple(rows),
        notes=(
            f"Quarterly gaps of centred log-ratios, Japan spliced in {changed}, around a constant. KPSS has "
            "stationarity as its hypothesis, all others a unit root; the last two allow for one break.",
            f"Johansen's trace statistics by rank, with the critical value at {SIZE:.0%}: {traces}.",
        ),
        data=pd.DataFrame(tidy),
    )


def _beta_table(beta: Mapping[str, Estimates], changed: str) -> Table:
    rows = []
    for name, one in beta.items():
        row = one.row("initial")
        rows.append(Row(name, (number(row["estimate"]), number(row["se"]), number(row["p_value"]), f"{one.nobs}")))
    return Table(
        name="household_beta",
        title="Yearly change of the composition on its level, in log-ratio coordinates",
        columns=("β", "Error", "p-value", "Rows"),
        rows=tuple(rows),
        notes=(
            f"Year ends, Japan spliced in {changed}; a row a country, year and coordinate; Driscoll-Kraay errors "
            f"({YEARLY} lags), since two countries are no clusters. With effects of years, only differences between "
            "the two count.",
            f"Aitchison's total variance of two countries is half the square of their {Aitchison.__name__} distance: "
            "σ-convergence is the trend of that distance, in the section on that distance.",
        ),
        data=pd.concat([one.table.assign(regression=name) for name, one in beta.items()], ignore_index=True),
    )
