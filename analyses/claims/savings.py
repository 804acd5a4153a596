"""What Posen (2001) prints on the savings of American families and Japanese households."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from econ.claims import Claim, Computed, Gap, Reading
from econ.report import Section
from econ.report.claims_table import Check, Tables, claims_section

INPUTS = ("equity_year_end", "household_assets", "japan_savings_1990s", "posen_claims", "scf_holding", "scf_shares")

CERTIFICATES = "certificates_of_deposit"
EQUITY = (("stocks",), ("stocks", "pooled_investment_funds"))  # without and with funds, which hold bonds as well
PERCENT = 100


def analyse(tables: Tables) -> Section:
    """Each claim on savings against survey waves and national accounts."""
    return claims_section(
        tables,
        CHECKS,
        name="claims_savings",
        title="Printed claims on savings",
        question="Do the paper's figures on the composition of household savings hold?",
        notes=(
            "The survey gives the percentage of families that hold an asset, not their number, and its sampling error "
            "is not printed; later vintages of the waves may differ from what the paper used.",
            "The equity that families hold in retirement accounts cannot be separated from other assets there.",
            "The Japanese accounts have one class of currency and all deposits: demand deposits are a part of it.",
        ),
    )


def _certificate_holders(tables: Tables, claim: Claim) -> Computed:
    """Holders after the peak over the peak: the lowest wave, and the last."""
    holding = tables["scf_holding"]
    rows = holding[(holding["asset_class"] == CERTIFICATES) & holding["year"].isin(claim.years)]
    waves = rows.set_index("year")["holding_pct"].sort_index()
    relative = waves.loc[waves.idxmax() :] / waves.max()
    source = f"percentage of families, lowest and last wave over {waves.idxmax()}, the highest of {len(waves)}"
    shares = tables["scf_shares"]
    value = shares[(shares["asset_class"] == CERTIFICATES) & shares["year"].isin(claim.years)]
    value = value.set_index("year")["share"].sort_index()
    relative_value = value.iloc[-1] / value.max()
    amounts = Reading("the share of certificates in financial assets", relative_value, relative_value)
    return Computed(relative.min(), relative.iloc[-1], source, _span(waves), readings=(amounts,))


def _equity_elasticity(tables: Tables, claim: Claim) -> Computed:
    """Log growth of the equity portion over log growth of the index, between the waves of the period."""
    shares = tables["scf_shares"].pivot_table(index="year", columns="asset_class", values="share").sort_index()
    shares = shares[shares.index.isin(claim.years)]
    prices = tables["equity_year_end"].pivot_table(index="year", columns="index", values="close")["DJIA"]
    found = []
    for classes in EQUITY:
        portion = np.log(shares[list(classes)].sum(axis=1))
        for first, last in combinations(shares.index, 2):
            found.append((portion[last] - portion[first]) / np.log(prices[last] / prices[first]))
    source = (
        f"log growth of the share of stocks, without and with funds, in the waves {_listed(shares)}, over that of the "
        "Dow Jones at year ends"
    )
    return Computed(min(found), max(found), source, _span(shares))


def _demand_deposits(tables: Tables, claim: Claim) -> Computed:
    """Between nothing and the class of which demand deposits are a part."""
    assets = tables["household_assets"]
    japan = assets[(assets["country_iso3"] == "JPN") & assets["year"].isin(claim.years)]
    quarters = japan.pivot_table(index=["year", "quarter"], columns="harmonised_class", values="level", aggfunc="sum")
    share = quarters["deposits"] / quarters.sum(axis=1) * PERCENT
    source = (
        f"bounds: nothing, and all of currency and deposits, {len(share)} quarters from {share.index[0][0]}Q"
        f"{share.index[0][1]} to {share.index[-1][0]}Q{share.index[-1][1]}"
    )
    years = tuple(sorted(set(quarters.index.get_level_values("year"))))
    whole = Reading("currency and all deposits", share.min(), share.max())
    return Computed(0.0, share.max(), source, years, readings=(whole,))


def _equity_fall(tables: Tables, claim: Claim) -> Gap:
    """The peak is before the first year; the fall since then, and what it says of the peak."""
    savings = tables["japan_savings_1990s"]
    rows = savings[(savings["item"] == "equities") & savings["fiscal_year"].isin(claim.years)]
    levels = rows.set_index("fiscal_year")["level_jpy_tn"].sort_index()
    relative = levels.iloc[1:] / levels.iloc[0]
    return Gap(
        f"Equities are known from fiscal year {levels.index[0]} on, after the peak, and bonds not at all. Relative to "
        f"that year equities stood between {relative.min():.2f} and {relative.max():.2f} until {levels.index[-1]}; "
        "relative to a higher peak before, lower.",
        "equities and bonds of Japanese households in the years of the peak",
    )


def _span(waves: pd.DataFrame | pd.Series) -> tuple[int, ...]:
    """Years from the first wave to the last."""
    return tuple(range(int(waves.index.min()), int(waves.index.max()) + 1))


def _listed(waves: pd.DataFrame) -> str:
    return ", ".join(str(year) for year in waves.index)


CHECKS: dict[str, Check] = {
    "c06": _certificate_holders,
    "c07": _equity_elasticity,
    "c23": _demand_deposits,
    "c24": _equity_fall,
}
