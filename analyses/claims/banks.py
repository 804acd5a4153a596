"""What Posen (2001) prints on bank positions of the United States with Japan, and on the cost of crises."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from econ.claims import ABOUT_YEARS, Claim, Computed, Gap, Reading, in_units
from econ.report import Section
from econ.report.claims_table import Check, Tables, claims_section

INPUTS = ("country_year", "posen_claims", "us_bank_claims", "us_bank_liabilities")

ABROAD = "Total foreign countries"
BILLION, TRILLION, PERCENT = 1e3, 1e6, 100  # millions in a billion and in a trillion
TENFOLD = {"USD hundred billion": 10}
NEEDED = "the Treasury Bulletin's positions by country for the years between"


def analyse(tables: Tables) -> Section:
    """Each claim on banks against the positions that the Treasury Bulletin prints."""
    return claims_section(
        tables,
        CHECKS,
        name="claims_banks",
        title="Printed claims on banks",
        question="Do the paper's figures on bank positions between the United States and Japan hold?",
        notes=(
            "Positions are those of banks in the United States with residents of a country: not of American banks by "
            "nationality, and not consolidated. The share is that in the total of foreign countries.",
            f"A date marked 'about' is inferred, so positions up to {ABOUT_YEARS} year away from it count.",
            "The costs of the two crises in output are checks of the level only: the amounts are the paper's own, and "
            "only nominal output comes from the data.",
        ),
    )


def _american_cost(tables: Tables, claim: Claim) -> Computed:
    return _cost_in_output(tables, claim, "c02", "USA", BILLION)


def _japanese_cost(tables: Tables, claim: Claim) -> Computed:
    return _cost_in_output(tables, claim, "c21", "JPN", TRILLION)


def _cost_in_output(tables: Tables, claim: Claim, cost_id: str, country: str, millions: float) -> Computed:
    """The paper's own cost, in so many millions, over the nominal output of each year that may be meant."""
    ledger, table = tables["posen_claims"], tables["country_year"]
    cost = ledger.loc[ledger["claim_id"] == cost_id, "value_low"].item() * millions
    years = table[(table["iso3"] == country) & table["year"].isin(claim.years)].set_index("year").sort_index()
    share = cost / (years["gdp_current_usd_m"] * years["xr_lcu_per_usd"]) * PERCENT
    source = f"the printed cost of claim {cost_id} over nominal GDP in national currency"
    readings = tuple(Reading(f"a share of the output of {year}", value, value) for year, value in share.items())
    return Computed(share.min(), share.max(), source, tuple(int(year) for year in share.index), readings=readings)


def _positions(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Japan, all foreign countries, and Japan's percentage, by date; the latest printing of each."""
    latest = table[table["latest"] == "yes"]
    total = latest[(latest["kind"] == "total") & (latest["country"] == ABROAD)].set_index("position_date")
    japan = latest[latest["iso3"] == "JPN"].set_index("position_date")
    both = pd.DataFrame({"japan": japan[column], "abroad": total[column], "issue": japan["issue"]}).dropna()
    both = both.assign(share=both["japan"] / both["abroad"] * PERCENT, year=both.index.str[:4].astype(int))
    return both.sort_index()


def _claims(tables: Tables) -> pd.DataFrame:
    return _positions(tables["us_bank_claims"], "claims_usd_m")


def _near(positions: pd.DataFrame, claim: Claim) -> pd.DataFrame:
    """Positions in the period of a claim, or close to it if the date is inferred."""
    return positions[positions["year"].isin(claim.years_around)]


def _found(positions: pd.DataFrame, values: pd.Series, what: str) -> Computed:
    source = (
        f"{what}, {len(positions)} positions from {positions.index[0]} to {positions.index[-1]}, "
        f"Treasury Bulletin to {positions['issue'].max()}"
    )
    years = tuple(sorted(set(positions["year"])))
    return Computed(float(values.min()), float(values.max()), source, years)


def _height(tables: Tables, claim: Claim) -> Computed:
    """Bounds of the height: Japan at the dates beside the hole, and the largest total of all countries ever."""
    positions = _claims(tables)
    before, after = _beside(positions, claim.years[0])
    least, most = before["japan"] / TRILLION, positions["abroad"].max() / TRILLION
    source = (
        f"bounds: claims on Japan at {before.name}, and the largest total of all foreign countries at any date, which "
        f"stood at {before['abroad'] / TRILLION:.2f} at {before.name} and {after['abroad'] / TRILLION:.2f} at "
        f"{after.name}; this assumes that it was never higher in between"
    )
    years = (int(before["year"]), int(after["year"]))
    return in_units(Computed(least, most, source, years), TENFOLD)


def _beside(positions: pd.DataFrame, year: int) -> tuple[pd.Series, pd.Series]:
    """The last position before a year without any, and the first after it."""
    return positions[positions["year"] < year].iloc[-1], positions[positions["year"] > year].iloc[0]


def _level_now(tables: Tables, claim: Claim) -> Computed:
    near = _near(_claims(tables), claim)
    return _found(near, near["japan"] / BILLION, "claims on Japan")


def _level_ratio(tables: Tables, claim: Claim) -> Gap:
    return _no_start(_claims(tables), claim, "japan", 1 / BILLION, "USD billion")


def _share_then(tables: Tables, claim: Claim) -> Gap:
    before, after = _beside(_claims(tables), claim.years[0])
    return Gap(
        f"There is no position from {before.name} to {after.name}; the share was {before['share']:.1f} and "
        f"{after['share']:.1f} percent at these dates.",
        NEEDED,
    )


def _share_now(tables: Tables, claim: Claim) -> Computed:
    near = _near(_claims(tables), claim)
    found = _found(near, near["share"], "claims on Japan in claims on all foreign countries")
    dates = tuple(Reading(f"the position of {date}", share, share) for date, share in near["share"].items())
    return replace(found, readings=dates)


def _share_ratio(tables: Tables, claim: Claim) -> Gap:
    return _no_start(_claims(tables), claim, "share", 1.0, "percent")


def _no_start(positions: pd.DataFrame, claim: Claim, column: str, scale: float, unit: str) -> Gap:
    """No ratio without its start; which start the printed ratio would need, given the last position."""
    before, after = _beside(positions, claim.years[0])
    last = positions.iloc[-1]
    end = last[column] * scale
    return Gap(
        f"There is no position from {before.name} to {after.name}. From {end:.1f} {unit} at {last.name}, the printed "
        f"ratio needs a start of {end / claim.low:.1f}; it was {before[column] * scale:.1f} and "
        f"{after[column] * scale:.1f} at the dates beside the hole.",
        NEEDED,
    )


def _liabilities(tables: Tables, claim: Claim) -> Computed:
    near = _near(_positions(tables["us_bank_liabilities"], "liabilities_usd_m"), claim)
    found = _found(near, near["japan"] / TRILLION, "liabilities to Japan")
    return in_units(replace(found, every=True), TENFOLD)


def _liabilities_share(tables: Tables, claim: Claim) -> Computed:
    near = _near(_positions(tables["us_bank_liabilities"], "liabilities_usd_m"), claim)
    found = _found(near, near["share"], "liabilities to Japan in liabilities to all foreign countries")
    return replace(found, every=True)


CHECKS: dict[str, Check] = {
    "c03": _american_cost,
    "c22": _japanese_cost,
    "c25": _height,
    "c26": _level_now,
    "c27": _level_ratio,
    "c28": _share_then,
    "c29": _share_now,
    "c30": _share_ratio,
    "c31": _liabilities,
    "c32": _liabilities_share,
}
