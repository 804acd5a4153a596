"""Whether incomes of countries converge: dispersion, growth on starting levels, clubs, and gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from econ import Clustered, Estimates, NeweyWest, White
from econ.convergence import (
    AQSB,
    CIPS,
    FQSB,
    IPS,
    BetaConvergence,
    CarreeKlomp,
    Clubs,
    Hadri,
    HalfPanelJackknife,
    Hamilton,
    HodrickPrescott,
    LogT,
    Nickell,
    PhillipsSul,
    RaisedSieve,
    SigmaConvergence,
    StochasticConvergence,
    VonLynckerThoennessen,
    clubs,
)
from econ.convergence.club_search.sieve import CRITICAL
from econ.outcomes import Test
from econ.report import Figure, Panel, Row, Section, Table, table, transition_figure
from econ.report.tables import number

INPUTS = ("gdp_per_capita_panel", "ips_moments", "unit_root_quantiles")  # the last two for p-values

VALUE, UNIT, TIME = "gdp_pc_2017usd", "iso3", "year"
SPAN = 10
DECADE = 10
SIEVE = RaisedSieve()
LAGS = 3
SIZE = 0.05
COMMON = "CIPS, levels less what is common"
TREND = HodrickPrescott(400)
MAIN = LogT(f"np.log({VALUE})", unit=UNIT, time=TIME, trend=TREND)
VARIANTS: dict[str, LogT] = {
    "Hodrick-Prescott trend": MAIN,
    "All residuals in the long-run variance": LogT(
        MAIN.value, unit=UNIT, time=TIME, trend=TREND, errors=FQSB(all_residuals=True)
    ),
    "Sandwich errors": LogT(MAIN.value, unit=UNIT, time=TIME, trend=TREND, errors=AQSB()),
    "Hamilton trend": LogT(MAIN.value, unit=UNIT, time=TIME, trend=Hamilton(horizon=2, lags=2)),
    "A quarter of the periods left out": LogT(MAIN.value, unit=UNIT, time=TIME, trend=TREND, trim=0.25),
}
REGRESSIONS = {
    "Cross-section": BetaConvergence(VALUE, unit=UNIT, time=TIME),
    f"{SPAN}-year spells": BetaConvergence(VALUE, unit=UNIT, time=TIME, span=SPAN, effects=(TIME,)),
    "Country effects": BetaConvergence(VALUE, unit=UNIT, time=TIME, span=SPAN, effects=(UNIT, TIME)),
    "Nickell's bias removed": BetaConvergence(
        VALUE, unit=UNIT, time=TIME, span=SPAN, effects=(UNIT, TIME), correction=Nickell()
    ),
    "Half-panel jackknife": BetaConvergence(
        VALUE, unit=UNIT, time=TIME, span=SPAN, effects=(UNIT, TIME), correction=HalfPanelJackknife()
    ),
}


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Sigma, beta, clubs and gaps of real income per head."""
    data = tables["gdp_per_capita_panel"]
    sigma = SigmaConvergence(VALUE, unit=UNIT, time=TIME)
    trend = sigma.fit(data).inference(NeweyWest(TIME, lags=LAGS))
    equal = CarreeKlomp(VALUE, unit=UNIT, time=TIME).of(data)
    growth = {name: _growth(spec, data) for name, spec in REGRESSIONS.items()}
    found = clubs(data, MAIN, sieve=SIEVE)
    merged = found.merge(PhillipsSul(iterate=True))
    gaps = StochasticConvergence(VALUE, unit=UNIT, time=TIME)
    levels = replace(gaps, to=None)
    panel_tests = {
        "Im-Pesaran-Shin, gaps": gaps.panel_test(data, IPS(lags=1)),
        "Hadri, gaps": gaps.panel_test(data, Hadri(lags=LAGS)),
        COMMON: levels.panel_test(data, CIPS(lags=1)),
    }
    log_t = {name: spec.test(data) for name, spec in VARIANTS.items()}
    return Section(
        title="Do incomes converge? Dispersion, growth, clubs and gaps",
        question="Do countries' incomes per head converge, to one path or to several?",
        findings=(
            _dispersed(trend, equal),
            _grew(growth),
            _clubs_said(log_t["Hodrick-Prescott trend"], found, merged),
            _gaps_said(panel_tests),
            _verdict(trend, growth, log_t, panel_tests),
        ),
        items=(
            _figure(merged),
            _growth_table(growth, trend),
            _clubs_table(found, merged),
            _variants_table(data, log_t),
            _members_table(merged),
        ),
        estimates={f"beta/{_key(name)}": one for name, one in growth.items()}
        | {"sigma/trend": trend, "log_t/all": MAIN.fit(data).inference(MAIN.errors)},
    )


def _key(name: str) -> str:
    return name.lower().replace(" ", "_").replace("'", "").replace("-", "_")


def _growth(spec: BetaConvergence, data: pd.DataFrame) -> Estimates:
    return spec.fit(data).inference(White("HC1") if spec.span is None else Clustered(UNIT))


def _dispersed(trend: Estimates, equal: Test) -> str:
    row, moved = trend.row(TIME), equal.details
    way = "narrower" if row["estimate"] < 0 else "wider"
    return (
        f"Dispersion: the standard deviation of log incomes went from {moved['first deviation']:.2f} to "
        f"{moved['last deviation']:.2f}, by {DECADE * abs(row['estimate']):.3f} {way} a decade; equal variances in "
        f"the first and the last year have a p-value of {equal.p_value:.2g}."
    )


def _grew(growth: Mapping[str, Estimates]) -> str:
    said = [
        f"{name}: {row['estimate']:.2%} a year ({row['low']:.2%} to {row['high']:.2%})"
        for name, row in ((name, one.row("speed")) for name, one in growth.items() if not one.remarks)
    ]
    marked = [name for name, one in growth.items() if one.remarks]
    rest = f" Not quoted, since the data are not what the method is for: {', '.join(marked)}." if marked else ""
    level = next(iter(growth.values())).level
    return f"Speed at which gaps close, with {level:.0%} intervals. {'; '.join(said)}.{rest}"


def _clubs_said(test: Test, found: Clubs, merged: Clubs) -> str:
    sizes = ", ".join(str(group.size) for group in merged.groups)
    verdict = "is rejected" if test.p_value < SIZE else "is not rejected"
    return (
        f"One path for all {verdict} (log t statistic {test.statistic:.1f}). The search finds {len(found.groups)} "
        f"clubs, {len(merged.groups)} after merging, of {sizes} countries, and leaves {merged.divergent.size} to "
        "themselves."
    )


def _gaps_said(tests: Mapping[str, Test]) -> str:
    said = "; ".join(f"{name} of {one.title}: p = {number(one.p_value)}" for name, one in tests.items())
    return f"Panel tests of log incomes: {said}."


def _verdict(
    trend: Estimates, growth: Mapping[str, Estimates], log_t: Mapping[str, Test], panel: Mapping[str, Test]
) -> str:
    narrower = trend.row(TIME)["estimate"] < 0 and trend.row(TIME)["p_value"] < SIZE
    faster = growth["Cross-section"].row("beta")["high"] < 0
    one_path = all(test.p_value >= SIZE for test in log_t.values())
    shocks = panel[COMMON].p_value < SIZE
    votes = {
        "dispersion falls": narrower,
        "poorer countries grew faster": faster,
        "all approach one path": one_path,
        "shocks to gaps die out once common shocks are removed": shocks,
    }
    yes = [claim for claim, holds in votes.items() if holds]
    no = [claim for claim, holds in votes.items() if not holds]
    return (
        f"Verdict on world-wide convergence, at {SIZE:.0%}: {len(yes)} of {len(votes)} claims hold{_listed(yes)}, "
        f"{len(no)} do not{_listed(no)}."
    )


def _listed(claims: list[str]) -> str:
    return f" ({'; '.join(claims)})" if claims else ""


def _figure(found: Clubs) -> Figure:
    return transition_figure(found, name="income_clubs_paths", title="Relative transition paths of income clubs")


def _growth_table(growth: Mapping[str, Estimates], trend: Estimates) -> Table:
    return table(
        [Panel("Growth of log income per year", tuple(growth.values()))],
        name="income_beta",
        title="Growth on the starting level of income",
        columns=list(growth),
        terms=["beta", "speed", "half_life"],
        labels={"beta": "Log income at the start", "speed": "Speed, per year", "half_life": "Half-life, years"},
        notes=(
            f"Real income per head; spells of {SPAN} years; errors robust in the cross-section, else clustered by "
            "country; speed and half-life by the delta method.",
            f"Trend of the standard deviation of logs: {number(trend.row(TIME)['estimate'], 4)} a year (Newey-West "
            f"error {number(trend.row(TIME)['se'], 4)}, {LAGS} lags).",
            "With country effects each country approaches a level of its own, and the speed says nothing of poor "
            "countries catching up with rich ones.",
        ),
    )


def _clubs_table(found: Clubs, merged: Clubs) -> Table:
    rows, tidy = [], []
    for stage, one in (("As found", found), ("Merged", merged)):
        rows.append(Row(stage))
        for line in one.table.itertuples(index=False):
            cells = (str(line.units), number(line.beta), number(line.se), number(line.t, 2))
            rows.append(Row(f"Club {line.club}" if line.club.isdigit() else "No club", cells))
        tidy.append(one.table.assign(stage=stage))
    return Table(
        name="income_clubs",
        title="Convergence clubs of income per head",
        columns=("Countries", "b", "Error", "t"),
        rows=tuple(rows),
        notes=(
            f"Log t regressions on Hodrick-Prescott trends of log income; t above {CRITICAL} is convergence within "
            "the club, b of two or more convergence of levels. Clubs that pass together with the next are merged "
            "until none does.",
            "The tests inside a search are not independent of it: a club found by its statistic will pass it.",
        ),
        data=pd.concat(tidy, ignore_index=True),
    )


def _variants_table(data: pd.DataFrame, log_t: Mapping[str, Test]) -> Table:
    rows, tidy = [], []
    for name, spec in VARIANTS.items():
        found = clubs(data, spec, sieve=SIEVE)
        single = clubs(data, spec).table
        counts = {
            "found": len(found.groups),
            "club not tested again": len(single[single["club"] != "divergent"]),
            "of which fail": int((single["t"] <= CRITICAL).sum()),
            "merged": len(found.merge(PhillipsSul(iterate=True)).groups),
            "merged, other rule": len(found.merge(VonLynckerThoennessen()).groups),
        }
        rows.append(Row(name, (number(log_t[name].statistic, 1), *(str(count) for count in counts.values()))))
        tidy.append({"variant": name, "t": log_t[name].statistic, **counts})
    return Table(
        name="income_clubs_variants",
        title="How many clubs, by choices that the method leaves open",
        columns=("t of all", "Clubs", "Not tested again", "Of which fail", "Merged", "Merged, other rule"),
        rows=tuple(rows),
        notes=(
            "The second row is the formula of the long-run variance as printed; the first leaves out a residual, as "
            "the authors' program and all that follow it do. The critical value for joining a core is raised until "
            "the club passes; not tested again: it is not, and clubs may fail. Other rule: von Lyncker and "
            "Thoennessen.",
        ),
        data=pd.DataFrame(tidy),
    )


def _members_table(found: Clubs) -> Table:
    rows = [Row(f"Club {club}", (", ".join(sorted(found.members(club))),)) for club in range(1, len(found.groups) + 1)]
    tidy = found.memberships.rename_axis("iso3").reset_index()
    return Table(
        name="income_clubs_members",
        title="Members of the merged clubs",
        columns=("Countries",),
        rows=tuple(rows),
        notes=("Countries with complete records only, a selected sample; small oil states and entrepots are in it.",),
        data=tidy,
    )
