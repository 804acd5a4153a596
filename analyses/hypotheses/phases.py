"""Hypothesis: exposure counts in each phase, and what changed between phases."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ import OLS, Clustered, White, randomization_test
from econ.datasets.concepts import CONCEPTS
from econ.ledger import Hypothesis, Trial, examine
from econ.ledger.american import american_positions
from econ.ledger.rescues import concept_trials, covered, rescue_rows
from econ.report import Section
from econ.report.hypothesis_section import hypothesis_section
from econ.stability import Specifications
from econ.types import Fit

INPUTS = (
    "contributions",
    "packages",
    "potential_creditors",
    "trade",
    "bank_claims",
    "bank_exposure_points",
    "fdi_flows",
    "country_year",
    "dyads",
    "un_votes",
    "us_bank_claims",
)
ASIAN_CRISIS, DEBT_CRISIS = "asia_1997_99", "latam_debt_1982_92"
FIRST = "THA_1997"
CREDITOR, STALE = "USA", 24  # months that a position may be old
SOURCES = {"us_bank_claims": "Treasury Bulletin", "bank_exposure_points": "Country Exposure Lending Survey"}
INITIATIVE = "1989-03"  # Brady's speech, in the table of events
LINES, YEAR = "FED08_", 2008
EURO = "EMU"
EMERGING = ("asia", "america", "africa")
LINE_CONCEPTS = ("cbs_ultimate", "cbs_immediate", "lbs_residence", "lbs_residence_total")
HYPOTHESIS = Hypothesis(
    number=8,
    title="Phases",
    statement=(
        "Exposure counts more as the Asian crisis spreads, less once the debt initiative of 1989 let banks write off, "
        "and decided who got a dollar swap line in 2008."
    ),
    estimand=(
        "Difference of the effect of a share of claims after the first rescue of the Asian crisis; elasticity of what "
        "the United States committed to its banks' claims, and its change from the debt initiative on; and the change "
        "in the probability of a swap line, in percentage points, for one percentage point more of all claims of "
        "American banks in the table."
    ),
    specification=(
        "Linear probability with effects of creditors and rescues; log amounts on log claims with errors by debtor; "
        "linear probability across countries with errors robust to heteroskedasticity (HC3) and p by permutation."
    ),
    data=(
        "Bank claims by concept; amounts of the 1980s whether or not a document was read that states them; claims of "
        "American banks on debtors of the 1980s by their survey of country exposure, the last before the rescue; "
        "lines of 2008 among countries outside the euro area that are in the tables of claims."
    ),
    falsifier=(
        "Exposure that counts for less after the first Asian rescue or for more after the initiative, or lines that "
        "went where American banks had less."
    ),
    identification=(
        "Phases are few and everything changes between them. Countries in the tables are those that were ever rescued "
        "or gave, so that the test of the lines is within an unusual set; size and openness go along with exposure, "
        "and log GDP and trade with the United States stand beside it for that reason."
    ),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Within the Asian crisis, across the debt initiative, and the swap lines of 2008."""
    rows = rescue_rows(tables)
    asia = rows[rows["crisis"] == ASIAN_CRISIS]
    asia = asia.assign(later=(asia["package_id"] != FIRST).astype("float64"))
    trials = [
        *concept_trials(
            asia,
            tables,
            "claims_share:later",
            concepts=("lbs_residence", "published_table", "bis_consolidated"),
            beside="claims_share",
            label=": after the first Asian rescue",
        ),
        *(trial for source in SOURCES for trial in _debt_crisis(tables, source)),
        *(_lines(tables, name, emerging=True) for name in LINE_CONCEPTS),
        *(_lines(tables, name, emerging=False) for name in LINE_CONCEPTS[:1]),
    ]
    return hypothesis_section(HYPOTHESIS, [examine(one) for one in trials], name="phases")


def _debt_crisis(tables: Mapping[str, pd.DataFrame], source: str) -> list[Trial]:
    """What the United States committed to debtors of the 1980s, on what its banks had there."""
    rows = rescue_rows(tables, complete=False, amounts="all")
    rows = rows[(rows["crisis"] == DEBT_CRISIS) & (rows["creditor_iso3"] == CREDITOR)]
    rows = rows.assign(
        log_claims=np.log(_last_claims(american_positions(tables, source), rows)),
        initiative=(rows["start"] >= INITIATIVE).astype("float64"),
        log_amount=rows["log_committed"],
    )
    elasticity = _debt_trial(f"Debt crisis: American amounts on claims, {SOURCES[source]}", rows, "log_claims", (), 1)
    beside = ("log_claims", "initiative")
    change = _debt_trial(
        f"Debt crisis: the same after the initiative, {SOURCES[source]}", rows, "log_claims:initiative", beside, -1
    )
    return [elasticity, change]


def _debt_trial(concept: str, rows: pd.DataFrame, term: str, beside: tuple[str, ...], predicted: int) -> Trial:
    covariance = Clustered("debtor_iso3")
    grid = Specifications(
        ("log_amount",), (term,), ("log_distance", "trade_debtor"), always=beside, covariance=covariance
    )
    return Trial(
        concept=concept,
        covers=covered(rows, ["log_amount", "log_claims"]),
        spec=OLS(f"log_amount ~ {' + '.join([term, *beside])}"),
        data=rows,
        term=term,
        predicted=predicted,
        covariance=covariance,
        grid=grid,
        by="debtor_iso3",
    )


def _last_claims(positions: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Claims of American banks at the last position before each rescue that is not too old; missing where zero."""
    found = []
    for debtor, start in zip(rows["debtor_iso3"], rows["start"], strict=True):
        oldest = str(pd.Period(start[:7], "M") - STALE)
        known = positions.loc[(positions.index < start[:7]) & (positions.index >= oldest)]
        known = known[debtor].dropna() if debtor in known.columns else known.iloc[:0, 0]
        found.append(known.iloc[-1] if len(known) and known.iloc[-1] > 0 else np.nan)
    return np.array(found, dtype=np.float64)


def _lines(tables: Mapping[str, pd.DataFrame], name: str, *, emerging: bool) -> Trial:
    """Who got a line of the Federal Reserve, among countries with a currency of their own, or the emerging of them."""
    claims = tables["bank_claims"]
    before = claims[
        (claims["basis"] == name)
        & (claims["creditor_iso3"] == CREDITOR)
        & (claims["year"] == YEAR - 1)
        & (claims["quarter"] == claims["quarter"].max())
    ].set_index("debtor_iso3")["claims_usd_m"]
    members = tables["potential_creditors"]
    euro = set(members.loc[members["euro_area_since"] <= YEAR, "creditor_iso3"])
    countries = [country for country in before.index if country not in {*euro, EURO, CREDITOR}]
    if emerging:
        countries = [country for country in countries if country in _emerging(tables)]
    trade = tables["trade"]
    mine = trade[(trade["creditor_iso3"] == CREDITOR) & (trade["year"] == YEAR - 1)].set_index("partner_iso3")
    gdp = tables["country_year"].query("year == @YEAR - 1").set_index("iso3")["gdp_current_usd_m"].astype("float64")
    got = set(tables["packages"].loc[tables["packages"]["package_id"].str.startswith(LINES), "debtor_iso3"])
    share = 100 * before.clip(lower=0.0) / before.clip(lower=0.0).sum()
    total = (mine["exports_usd_m"] + mine["imports_usd_m"]).reindex(countries)
    rows = pd.DataFrame(
        {
            "country": countries,
            "line": [100.0 * (country in got) for country in countries],
            "us_share": share.reindex(countries).to_numpy(dtype=np.float64),
            "log_gdp": np.log(gdp.reindex(countries).to_numpy()),
            "us_trade": (100 * total / gdp.reindex(countries)).to_numpy(dtype=np.float64),
        },
        index=countries,
    )
    grid = Specifications(
        ("line",), ("us_share",), ("log_gdp", "us_trade"), covariance=White("HC3"),
    )  # fmt: skip
    known = rows.dropna()
    return Trial(
        concept=f"Swap lines of {YEAR}, {'emerging' if emerging else 'all'} countries: {CONCEPTS[name].label}",
        covers=f"{len(known)} countries, {int((known['line'] > 0).sum())} with a line",
        spec=OLS("line ~ us_share + log_gdp + us_trade"),
        data=rows,
        term="us_share",
        predicted=1,
        covariance=White("HC3"),
        grid=grid,
        p_value=_permuted,
        method="permutation among countries",
        by="country",
    )


def _emerging(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """Countries of Asia, America and Africa that are not in the Group of Ten."""
    continents = tables["dyads"].drop_duplicates("debtor_iso3").set_index("debtor_iso3")["debtor_continent"]
    members = tables["potential_creditors"]
    rich = set(members.loc[members["g10"] == 1, "creditor_iso3"])
    return set(continents.index[continents.isin(EMERGING)]) - rich


def _permuted(fit: Fit) -> float:
    return float(randomization_test(fit, "us_share", White("HC1")).p_value)
