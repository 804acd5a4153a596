"""Which crises the United States paid for: one row a debtor and crisis, for sources that know only American banks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ.errors import OptionError
from econ.estimators.ols import OLS
from econ.inference.clustered import Clustered
from econ.ledger.evidence import Trial
from econ.stability.curves.grid import Specifications

__all__ = ["american_positions", "american_rows", "american_trial"]

CREDITOR, SOURCE = "USA", "laeven_valencia_2020"
WITHIN = 1  # years after the start of a crisis in which a package counts as its rescue
STALE = 1  # years before the crisis that a position may be old
SURVEY = "us_e16"
FEWEST = 10  # debtors of a position: a share among fewer says nothing


def american_rows(tables: Mapping[str, pd.DataFrame], source: str) -> pd.DataFrame:
    """Crises of debtors, whether the United States took part in a rescue, and what its banks had at stake.

    Parameters
    ----------
    tables
        `crisis_dates`, `contributions`, `packages`, `country_year`, and the source.
    source
        `us_bank_claims` (Treasury Bulletin), or `bank_exposure_points` (its survey of country exposure).

    Returns
    -------
    pandas.DataFrame
        One row a debtor and year in which a crisis began that the source covers: `paid`, 100 where the United States
        contributed to a package of that debtor begun in that year or the next; `us_share` and `us_rank`, of the debtor
        in the claims on all countries of the source at the last position before the year, in percent; `log_gdp` of the
        year before; `region` of the debtor's packages.

    Raises
    ------
    OptionError
        If there is no such source.

    Examples
    --------
    >>> from econ.datasets import load
    >>> from econ.ledger.american import american_rows
    >>> names = ("crisis_dates", "contributions", "packages", "country_year", "us_bank_claims")
    >>> rows = american_rows({name: load(name) for name in names}, "us_bank_claims")
    >>> float(rows.loc["MEX in 1982", "paid"]), int(rows["year"].min())
    (100.0, 1982)
    """
    positions = american_positions(tables, source)
    dates = tables["crisis_dates"]
    crises = dates.loc[dates["source"] == SOURCE, ["iso3", "year"]].drop_duplicates()
    crises = crises[crises["iso3"] != CREDITOR].sort_values(["year", "iso3"])
    last = crises["year"].map(lambda year: _last(positions.index, int(year)))
    crises = crises[last.notna()].assign(position=last.dropna())
    shares, ranks = 100 * positions.div(positions.sum(axis=1), axis=0), 100 * positions.rank(axis=1, pct=True)
    gdp = tables["country_year"].set_index(["iso3", "year"])["gdp_current_usd_m"].astype("float64")
    before = gdp.reindex(pd.MultiIndex.from_arrays([crises["iso3"], crises["year"] - 1])).to_numpy()
    packages = tables["packages"].drop_duplicates("debtor_iso3").set_index("debtor_iso3")
    rows = crises.assign(
        paid=100 * _paid(tables, crises),
        us_share=_at(shares, crises),
        us_rank=_at(ranks, crises),
        log_gdp=np.log(before),
        region=packages["region"].reindex(crises["iso3"]).to_numpy(),
    )
    rows = rows[rows["us_share"].notna()].rename(columns={"iso3": "debtor_iso3"})
    return rows.set_index(rows["debtor_iso3"] + " in " + rows["year"].astype(str))


def american_trial(
    concept: str, tables: Mapping[str, pd.DataFrame], source: str, *, term: str = "us_share", predicted: int = 1
) -> Trial:
    """The linear probability that the United States pays, on a term, size and years.

    Parameters
    ----------
    concept, predicted
        What stands for the hypothesis, and the sign that it predicts.
    tables, source
        As for `american_rows`.
    term
        A column of it, or a product.
    """
    rows = american_rows(tables, source)
    rows = rows.assign(asia=(rows["region"] == "asia").astype("float64"))
    always = ("us_share", "asia") if ":" in term else ()
    right = " + ".join([term, *always, "log_gdp"])
    grid = Specifications(
        ("paid",),
        (term,) if always else ("us_share", "us_rank"),
        ("log_gdp",),
        always=always,
        effects=(None, "year"),
        covariance=Clustered("debtor_iso3"),
    )
    known = rows[rows["log_gdp"].notna()]
    years = f"{known['year'].min()} to {known['year'].max()}" if len(known) else "no year"
    size = f"{len(known)} crises of {known['debtor_iso3'].nunique()} debtors, {years}"
    return Trial(
        concept=concept,
        covers=f"{size}, {(known['paid'] > 0).sum()} of them paid for",
        spec=OLS(f"paid ~ {right} | year"),
        data=rows,
        term=term,
        predicted=predicted,
        covariance=Clustered("debtor_iso3"),
        grid=grid,
        by="debtor_iso3",
    )


def american_positions(tables: Mapping[str, pd.DataFrame], source: str) -> pd.DataFrame:
    """Claims of American banks by date (rows, `YYYY-MM`) and debtor, positions of few debtors left out.

    Negative claims count as nothing.

    Parameters
    ----------
    tables
        The source among them.
    source
        As for `american_rows`.

    Raises
    ------
    OptionError
        If there is no such source.
    """
    if source == "us_bank_claims":
        table = tables[source]
        rows = table[(table["kind"] == "country") & (table["latest"] == "yes") & table["iso3"].notna()]
        rows = rows.assign(date=rows["position_date"].astype(str).str[:7], debtor_iso3=rows["iso3"])
    elif source == "bank_exposure_points":
        table = tables[source]
        rows = table[(table["concept_family"] == SURVEY) & table["claims_usd_m"].notna()]
        rows = rows[rows["debtor_iso3"].str.fullmatch("[A-Z]{3}")].sort_values("item")
        rows = rows.drop_duplicates(["date", "debtor_iso3"])
    else:
        raise OptionError(f"no source {source!r} of the claims of American banks")
    wide = rows.pivot_table(index="date", columns="debtor_iso3", values="claims_usd_m", aggfunc="first")
    return wide[wide.notna().sum(axis=1) >= FEWEST].astype("float64").clip(lower=0.0)


def _at(wide: pd.DataFrame, crises: pd.DataFrame) -> np.ndarray:
    """The cell of each crisis, missing where the source has none."""
    table = wide.reindex(columns=wide.columns.union(crises["iso3"].unique()))
    lines = zip(crises["position"], crises["iso3"], strict=True)
    return np.array([table.loc[position, iso3] for position, iso3 in lines], dtype=np.float64)


def _last(dates: pd.Index, year: int) -> str | None:
    """The last position before the year, if it is not too old."""
    near = [date for date in dates if year - 1 - STALE <= int(str(date)[:4]) < year]
    return max(near, default=None)


def _paid(tables: Mapping[str, pd.DataFrame], crises: pd.DataFrame) -> np.ndarray:
    given = tables["contributions"]
    mine = (given["creditor_iso3"] == CREDITOR) & (given["row_type"] == "creditor") & (given["committed_usd_m"] != 0)
    paid = set(given.loc[mine, "package_id"])
    starts = tables["packages"].assign(year=tables["packages"]["start"].str[:4].astype("int64"))
    starts = starts[starts["package_id"].isin(paid)]
    known = set(zip(starts["debtor_iso3"], starts["year"], strict=True))
    lines = zip(crises["iso3"], crises["year"], strict=True)
    return np.array([float(any((iso, year + more) in known for more in range(WITHIN + 1))) for iso, year in lines])
