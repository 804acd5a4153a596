"""What Posen (2001) prints on exchange rates and share prices."""

from __future__ import annotations

import pandas as pd

from econ.claims import Claim, Computed
from econ.report import Section
from econ.report.claims_table import Check, Tables, claims_section

INPUTS = ("equity_year_end", "fx_daily", "posen_claims")

RUN_UP_YEARS = (3, 4, 5, 6)  # lengths of a run-up before the highest year-end, none of them the right one
LATE_EIGHTIES = range(1985, 1990)


def analyse(tables: Tables) -> Section:
    """Each claim on prices against daily rates and year-end closes."""
    return claims_section(
        tables,
        CHECKS,
        name="claims_markets",
        title="Printed claims on exchange rates and share prices",
        question="Do the paper's figures on the yen and on share prices hold?",
        notes=(
            "Rates are those at noon in New York. The hour of a printed rate is not known, so it is compared with the "
            "noon of its day and of the next day of trading.",
            "Share prices are two indices at year ends, without dividends; a run-up is the highest close over the "
            f"close {', '.join(str(years) for years in RUN_UP_YEARS[:-1])} or {RUN_UP_YEARS[-1]} years before it. "
            "Whether prices were a bubble is a judgement that no ratio settles.",
        ),
    )


def _yen(tables: Tables) -> pd.Series:
    rates = tables["fx_daily"]
    yen = rates[(rates["currency"] == "JPY") & (rates["quote_convention"] == "units_per_usd")]
    return yen.set_index("date")["rate"].sort_index()


def _yen_of_day(tables: Tables, claim: Claim) -> Computed:
    days = _yen(tables).loc[claim.period :].iloc[:2]
    said = " and ".join(f"{rate:.2f} at noon of {date}" for date, rate in days.items())
    return Computed(days.min(), days.max(), said, claim.years)


def _yen_of_month(tables: Tables, claim: Claim) -> Computed:
    yen = _yen(tables)
    days = yen[yen.index.str.startswith(claim.period)]
    source = f"{len(days)} days of {claim.period}, mean {days.mean():.1f}"
    return Computed(days.min(), days.max(), source, claim.years, every=True)


def _run_ups(tables: Tables, claim: Claim) -> Computed:
    """The American run-up over the Japanese one, for each length."""
    closes = tables["equity_year_end"].pivot_table(index="year", columns="index", values="close")
    american, american_top = _run_up(closes.loc[list(claim.years), "DJIA"], closes["DJIA"])
    japanese, japanese_top = _run_up(closes.loc[list(LATE_EIGHTIES), "N225"], closes["N225"])
    relative = american / japanese
    source = f"Dow Jones to {american_top} over Nikkei to {japanese_top}"
    return Computed(relative.min(), relative.max(), source, claim.years)


def _run_up(period: pd.Series, closes: pd.Series) -> tuple[pd.Series, int]:
    """Highest close of a period over that so many years before, for each length; the year of the highest."""
    top = int(period.idxmax())
    return pd.Series({years: closes[top] / closes[top - years] for years in RUN_UP_YEARS}), top


CHECKS: dict[str, Check] = {"c47": _yen_of_day, "c48": _yen_of_month, "c56": _run_ups}
