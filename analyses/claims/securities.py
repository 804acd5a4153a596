"""What Posen (2001) prints on Japanese trades in American stocks and Treasuries."""

from __future__ import annotations

import pandas as pd

from econ.claims import Claim, Computed, Gap, Reading, in_units
from econ.report import Section
from econ.report.claims_table import Check, Tables, claims_section

INPUTS = ("posen_claims", "treasury_holders", "us_securities_transactions")

ABROAD = "Total foreign countries"
YEARLY, QUARTERLY = "CM-V-5", "CM-V-4"
MONTHS, QUARTER, BILLION, PERCENT = 12, 3, 1e3, 100
UNITS = {"USD billion per quarter": QUARTER, "USD billion per year": MONTHS}
AVERAGE_MONTH = "the average month of a quarter"


def analyse(tables: Tables) -> Section:
    """Each claim on securities against the purchases and sales that the Treasury Bulletin prints."""
    return claims_section(
        tables,
        CHECKS,
        name="claims_securities",
        title="Printed claims on trade in securities",
        question="Do the paper's figures on Japanese trade in American stocks and Treasuries hold?",
        notes=(
            "Purchases and sales by residents of Japan; those through London count as British. Treasuries are bonds "
            "and notes, without bills.",
            "No month is printed by country. A month is the average of a year, or lies between the average of a "
            "quarter and all that was bought or sold in the quarter; the four quarters do not add up to the year.",
        ),
    )


def _trades(tables: Tables, source: str, country: str = "Japan") -> pd.DataFrame:
    """Purchases and sales in billions by period, the latest printing; the year of each."""
    table = tables["us_securities_transactions"]
    rows = table[(table["latest"] == "yes") & (table["source_table"] == source) & (table["country"] == country)]
    flows = ["stock_purchases", "stock_sales", "treasury_purchases", "treasury_sales"]
    values = rows.set_index("period")[flows].astype(float) / BILLION
    return values.assign(year=values.index.str[:4].astype(int)).sort_index()


def _in_period(trades: pd.DataFrame, claim: Claim) -> pd.DataFrame:
    return trades[trades["year"].isin(claim.years_around)]


def _monthly(trades: pd.DataFrame, columns: list[str], *, every: bool) -> Computed:
    """Average months of the years, with other units to be tried."""
    values = trades[columns] / MONTHS
    what = " and ".join(name.replace("_", " ") for name in columns)
    years = tuple(int(year) for year in trades["year"])
    return in_units(
        Computed(values.min().min(), values.max().max(), f"{what}, average month of a year", years, every=every), UNITS
    )


def _stock_trades(tables: Tables, claim: Claim) -> Computed:
    both = ["stock_purchases", "stock_sales"]
    return _monthly(_in_period(_trades(tables, YEARLY), claim), both, every=True)


def _stock_purchases(tables: Tables, claim: Claim) -> Computed:
    return _monthly(_in_period(_trades(tables, YEARLY), claim), ["stock_purchases"], every=False)


def _stock_sales(tables: Tables, claim: Claim) -> Computed:
    return _monthly(_in_period(_trades(tables, YEARLY), claim), ["stock_sales"], every=False)


def _stock_growth(tables: Tables, claim: Claim) -> Computed:
    years = _in_period(_trades(tables, YEARLY), claim)
    gross = years["stock_purchases"] + years["stock_sales"]
    growth = gross.iloc[-1] / gross.iloc[0]
    source = f"purchases plus sales of stocks, {gross.index[-1]} over {gross.index[0]}"
    return Computed(growth, growth, source, tuple(int(year) for year in years["year"]))


def _stock_net(tables: Tables, claim: Claim) -> Computed:
    """A month's net lies between nothing and all trades of the quarter; averages are known."""
    quarters = _in_period(_trades(tables, QUARTERLY), claim)
    net = (quarters["stock_purchases"] - quarters["stock_sales"]).abs()
    most = float(quarters[["stock_purchases", "stock_sales"]].max().max())
    source = "bounds of a month: nothing, and the larger of purchases and sales of a quarter"
    averages = Reading(AVERAGE_MONTH, net.min() / QUARTER, net.max() / QUARTER)
    totals = Reading("USD billion per quarter", net.min(), net.max())
    return Computed(0.0, most, source, tuple(sorted(set(quarters["year"]))), readings=(averages, totals))


def _treasury_net_sales(tables: Tables, claim: Claim) -> Computed:
    """The worst month lies between the highest average of a quarter and all sales of a quarter."""
    quarters = _in_period(_trades(tables, QUARTERLY), claim)
    average = (quarters["treasury_sales"] - quarters["treasury_purchases"]) / QUARTER
    source = "bounds of the highest month: the highest average of a quarter, and the largest gross sales of a quarter"
    return Computed(
        average.max(),
        quarters["treasury_sales"].max(),
        source,
        tuple(sorted(set(quarters["year"]))),
        readings=(Reading(AVERAGE_MONTH, average.min(), average.max()),),
    )


def _treasury_months(tables: Tables, claim: Claim) -> Gap:
    """Only a quarter with gross sales above the threshold can hold a month with such net sales."""
    quarters = _in_period(_trades(tables, QUARTERLY), claim)
    threshold = float(claim.quantity.split(" billion")[0].split()[-1])
    able = int((quarters["treasury_sales"] > threshold).sum())
    return Gap(
        f"No month by country is printed. Of {len(quarters)} quarters from {quarters.index[0]} to "
        f"{quarters.index[-1]}, {able} had gross sales that leave room for such a month.",
        "monthly purchases and sales of Treasuries by Japan over the period",
    )


def _treasury_buyers(tables: Tables, claim: Claim) -> Gap:
    japan, abroad = _trades(tables, YEARLY), _trades(tables, YEARLY, ABROAD)
    share = (japan["treasury_purchases"] / abroad["treasury_purchases"] * PERCENT).dropna()
    years = share.index.astype(int)
    before, after = share[years < claim.years[0]], share[years > claim.years[-1]]
    return Gap(
        f"There are no figures by country for {claim.period}; Japan's share in gross purchases of bonds and notes by "
        f"foreigners was {before.iloc[-1]:.1f} percent in {before.index[-1]} and {after.iloc[0]:.1f} percent in "
        f"{after.index[0]}.",
        "purchases of Treasuries by country for these years",
    )


def _treasury_holdings(tables: Tables, claim: Claim) -> Gap:
    holders = tables["treasury_holders"].pivot_table(index="month", columns="holder_code", values="holdings_usd_bn")
    first = holders.iloc[0]
    return Gap(
        f"Holdings by country begin in {first.name}, after {claim.period}, and are known among foreign holders only: "
        f"Japan's share in these was {first['JPN'] / first['TOT']:.1%} in that month.",
        "holdings of Treasuries by country and the total outstanding, from benchmark surveys of these years",
    )


CHECKS: dict[str, Check] = {
    "c33": _stock_trades,
    "c34": _stock_purchases,
    "c35": _stock_sales,
    "c36": _stock_growth,
    "c37": _stock_net,
    "c43": _treasury_holdings,
    "c44": _treasury_net_sales,
    "c45": _treasury_months,
    "c53": _treasury_buyers,
}
