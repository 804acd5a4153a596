"""How one-sided direct investment between Japan and the United States is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ import Estimates, NeweyWest
from econ.convergence import FlowAsymmetry
from econ.outcomes import Test
from econ.report import Row, Section, Table
from econ.report.tables import number

INPUTS = ("fdi_flows", "us_japan_fdi_points")

LAGS = 3
BLOCK = 3  # years drawn together
PAIR = ("JPN", "USA")
SPEC = FlowAsymmetry("out", "back", total="all")
DECADES = ((1982, 1991), (1992, 2001), (2002, 2012))


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Asymmetry of the yearly flows, in all and by decade, and of the published points."""
    years, left_out = _years(tables["fdi_flows"])
    periods = {"All years": years} | {
        f"{first}-{last}": years[years["year"].between(first, last)] for first, last in DECADES
    }
    found = {name: SPEC.fit(frame).inference(NeweyWest("year", lags=LAGS)) for name, frame in periods.items()}
    intervals = {name: SPEC.bootstrap(frame, block=BLOCK) for name, frame in periods.items()}
    points = _points(tables["us_japan_fdi_points"])
    return Section(
        title="Asymmetry of direct investment between Japan and the United States",
        question="Does Japan invest more in the United States than the United States invest in Japan, and by how much?",
        findings=(
            _ratio(found["All years"], intervals["All years"], years, left_out),
            _changed(found),
            _points_said(points, tables["us_japan_fdi_points"]["point_id"].nunique()),
            _verdict(intervals, points),
        ),
        items=(_table(found, intervals, left_out), _points_table(points)),
        estimates={f"flows/{name.lower().replace(' ', '_').replace('-', '_')}": one for name, one in found.items()},
    )


def _years(flows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Yearly flows to and fro and Japan's flows to all debtors, and the years with a net withdrawal, left out."""

    def of(creditor: str, debtor: str) -> pd.Series:
        rows = flows[(flows["creditor_iso3"] == creditor) & (flows["debtor_iso3"] == debtor)]
        return rows.set_index("year")["fdi_flow_usd_m"]

    japan = flows[flows["creditor_iso3"] == "JPN"]
    gross = japan["fdi_flow_usd_m"].clip(lower=0).groupby(japan["year"]).sum()
    back = flows[flows["creditor_iso3"] == "USA"]
    gross_back = back["fdi_flow_usd_m"].clip(lower=0).groupby(back["year"]).sum()
    both = pd.DataFrame({"out": of("JPN", "USA"), "back": of("USA", "JPN"), "all": gross.add(gross_back)}).dropna()
    withdrawn = (both[["out", "back"]] < 0).any(axis=1)
    return both[~withdrawn].reset_index(), tuple(both.index[withdrawn])


def _points(points: pd.DataFrame) -> pd.DataFrame:
    """Ratios of published figures of the same period, kind and source, in the two directions."""
    both = points["origin"].isin(PAIR) & points["destination"].isin(PAIR)
    exact = points[(points["operator"] == "=") & both]
    exact = exact.assign(definition=exact["definition"].fillna(""))
    keys = ["period", "kind", "definition"]
    wide = exact.pivot_table(index=keys, columns="origin", values="value_usd_bn", aggfunc="first").dropna()
    sources = exact.groupby(keys)["source"].agg(lambda names: "; ".join(dict.fromkeys(names)))
    return wide.assign(ratio=wide["JPN"] / wide["USA"], source=sources).reset_index()


def _ratio(one: Estimates, interval: Test, years: pd.DataFrame, left_out: tuple[int, ...]) -> str:
    row, (low, high) = one.row("out_in_ratio"), interval.confidence_set[0]
    return (
        f"Over {len(years)} years between {years['year'].min()} and {years['year'].max()}, Japan invested "
        f"{row['estimate']:.1f} dollars in the United States for each dollar that came back (95 % interval of a "
        f"bootstrap of blocks of years: {low:.1f} to {high:.1f}); {len(left_out)} years with a net withdrawal are "
        "left out."
    )


def _changed(found: Mapping[str, Estimates]) -> str:
    said = "; ".join(
        f"{name}: {one.row('out_in_ratio')['estimate']:.1f}" for name, one in found.items() if name != "All years"
    )
    balance = found["All years"].row("grubel_lloyd")["estimate"]
    return f"By decade the ratio was {said}. The Grubel-Lloyd index over all years is {balance:.2f} (1 is balance)."


def _points_said(points: pd.DataFrame, published: int) -> str:
    said = ", ".join(f"{line.period} ({line.kind}): {line.ratio:.1f}" for line in points.itertuples())
    return (
        f"Of {published} published figures, those that exist in both directions for the same period and source give "
        f"ratios of {said}. They are {len(points)} scattered pairs from different sources, not a series, and no trend "
        "can be read from them."
    )


def _verdict(intervals: Mapping[str, Test], points: pd.DataFrame) -> str:
    low, high = intervals["All years"].confidence_set[0]
    last = list(intervals)[-1]
    end = intervals[last].confidence_set[0]
    return (
        f"Verdict on asymmetry: over all years it {'is' if low > 1 or high < 1 else 'is not'} distinguishable from "
        f"balance; in {last} it {'is' if end[0] > 1 or end[1] < 1 else 'is not'}. All {len(points)} published pairs "
        f"{'have' if (points['ratio'] > 1).all() else 'do not have'} the larger figure on Japan's side."
    )


def _table(found: Mapping[str, Estimates], intervals: Mapping[str, Test], left_out: tuple[int, ...]) -> Table:
    labels = {
        "out_in_ratio": "Out / in ratio",
        "grubel_lloyd": "Grubel-Lloyd index",
        "out_share": "Share of outward flows",
        "partner_share": "Share in gross outflows of both",
    }
    rows = []
    for term, label in labels.items():
        rows.append(Row(label, tuple(number(one.row(term)["estimate"], 2) for one in found.values())))
        rows.append(Row("", tuple(f"({number(one.row(term)['se'], 2)})" for one in found.values())))
    ends = [one.confidence_set[0] for one in intervals.values()]
    rows.append(Row("Ratio, 95 % by bootstrap", tuple(f"{low:.1f} to {high:.1f}" for low, high in ends)))
    rows.append(Row("Years", tuple(str(one.nobs) for one in found.values())))
    draws = next(iter(intervals.values())).method
    return Table(
        name="foreign_investment",
        title="Direct investment from Japan to the United States against that from the United States to Japan",
        columns=tuple(found),
        rows=tuple(rows),
        notes=(
            f"Yearly net flows; Newey-West errors ({LAGS} lags); {draws}.",
            f"Years with a net withdrawal are left out: {', '.join(str(year) for year in left_out) or 'none'}.",
            "By country of the immediate investor. The share in gross outflows is that among the countries in the "
            "table of flows.",
        ),
        data=pd.concat([one.table.assign(period=name) for name, one in found.items()], ignore_index=True),
    )


def _points_table(points: pd.DataFrame) -> Table:
    rows = [
        Row(
            f"{line.period}, {line.kind}{f', {line.definition}' if line.definition else ''}",
            (number(line.JPN, 1), number(line.USA, 1), number(line.ratio, 1), line.source),
        )
        for line in points.itertuples()
    ]
    return Table(
        name="foreign_investment_points",
        title="Published figures in both directions, billions of dollars",
        columns=("Japan to United States", "United States to Japan", "Ratio", "Source"),
        rows=tuple(rows),
        notes=(
            "Never to be interpolated: sources and definitions differ, by a factor of up to two for the same stock. "
            f"With {len(points)} points there is no interval, and none is given.",
        ),
        data=points.replace({np.nan: None}),
    )
