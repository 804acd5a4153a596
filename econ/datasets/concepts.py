"""Bank exposure by several concepts, each of which stays within its own source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.datasets.exposures import YEAR_END
from econ.datasets.leaders import LEADERS
from econ.errors import MissingColumnError, OptionError
from econ.sample import listed

__all__ = ["CONCEPTS", "Concept", "with_exposure"]

ALL = "ALL"
ISO3 = 3
MONTHS = 18  # before the rescue, in which a published position counts


@dataclass(frozen=True)
class Concept:
    """A source in which banks' claims can be compared with each other, and with those of no other source.

    Attributes
    ----------
    name
        Its basis in `bank_claims`, or family in `bank_exposure_points`.
    label
        In words.
    table
        Where it lies.
    published
        Whether it is scattered positions read in print, with a total of all banks, instead of a statistic.
    """

    name: str
    label: str
    table: str
    published: bool = False


CONCEPTS = {
    one.name: one
    for one in (
        Concept("cbs_ultimate", "BIS consolidated claims, ultimate risk", "bank_claims"),
        Concept("cbs_immediate", "BIS consolidated claims, immediate borrower", "bank_claims"),
        Concept("lbs_residence", "BIS claims by residence of the office, loans and deposits", "bank_claims"),
        Concept("lbs_residence_total", "BIS claims by residence of the office, all instruments", "bank_claims"),
        Concept("published_table", "BIS table of mid-1997 as printed", "bank_claims", published=True),
        Concept(
            "bis_consolidated",
            "BIS consolidated claims as quoted or recalled",
            "bank_exposure_points",
            published=True,
        ),
    )
}


@dataclass(frozen=True, eq=False)
class _Claims:
    """Claims of one concept by creditor, debtor and period; what is negative in the source counts as nothing."""

    table: pd.DataFrame  # creditor_iso3, debtor_iso3, period, claims

    @cached_property
    def shared(self) -> pd.DataFrame:
        """With the share in all claims on the debtor, and the rank among its creditors."""
        table = self.table
        total = table["creditor_iso3"] == ALL
        own = table[~total & (table["creditor_iso3"].str.len() == ISO3)].copy()  # no groups such as EUROPE
        debtor = [own["debtor_iso3"], own["period"]]
        printed = table[total].set_index(["debtor_iso3", "period"])["claims"]
        sums = own.groupby(["debtor_iso3", "period"])["claims"].transform("sum")
        if total.any():
            sums = pd.Series(printed.reindex(pd.MultiIndex.from_arrays(debtor)).to_numpy(), index=own.index)
        rank = own.groupby(["debtor_iso3", "period"])["claims"].rank(pct=True)
        return own.assign(claims_share=100 * own["claims"] / sums.where(sums > 0), claims_rank=100 * rank)

    @cached_property
    def portfolios(self) -> pd.DataFrame:
        """Claims in the order (creditor, period) by debtor; what is not there is nothing."""
        wide = self.table.pivot_table(index=["creditor_iso3", "period"], columns="debtor_iso3", values="claims")
        return wide.fillna(0.0)


def with_exposure(panel: pd.DataFrame, concept: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The creditor panel with measures of exposure that compare creditors within one source only.

    Parameters
    ----------
    panel
        `creditor_panel(...)` with `leader` (see `econ.datasets.leaders`), one row a package and creditor.
    concept
        Name among `CONCEPTS`.
    tables
        The table of the concept, and `dyads`.

    Returns
    -------
    pandas.DataFrame
        With `claims_usd_m` and, in percent, `claims_share` (of the creditor's banks in all claims on the debtor that
        the source has), `claims_rank` (among the debtor's creditors, 100 the largest) and, for statistics,
        `portfolio_share` (of the debtor in the claims of the creditor's banks), `region_share` (of other debtors of its
        continent but for the leading powers) and
        `similarity` (cosine of the portfolios of the creditor's and the leader's banks over third countries: a proxy
        for ties among banks). Statistics are those of the end of the year before the rescue, published positions the
        last of the 18 months before it.

    Raises
    ------
    OptionError, MissingColumnError
        If there is no such concept, or the panel lacks a column.

    Examples
    --------
    >>> from econ.datasets import creditor_panel, load
    >>> from econ.datasets.concepts import with_exposure
    >>> from econ.datasets.leaders import with_leader
    >>> tables = {name: load(name) for name in ("bank_claims", "trade", "country_year", "dyads")}
    >>> panel = with_exposure(with_leader(creditor_panel().data, tables), "published_table", tables)
    >>> panel.set_index(["package_id", "creditor_iso3"]).loc[("THA_1997", "JPN"), "claims_share"].round(1)
    np.float64(54.3)
    """
    if concept not in CONCEPTS:
        raise OptionError(f"no concept {concept!r} of bank exposure; there are {', '.join(CONCEPTS)}")
    needed = ("package_id", "creditor_iso3", "debtor_iso3", "base_year", "start", "leader")
    missing = [name for name in needed if name not in panel.columns]
    if missing:
        raise MissingColumnError(f"no column {listed(missing)}; give creditor_panel(...).data through with_leader")
    one = CONCEPTS[concept]
    claims = _claims(one, tables[one.table])
    dated = panel.assign(period=_period(panel, claims, published=one.published))
    keys = ["creditor_iso3", "debtor_iso3", "period"]
    shared = claims.shared.rename(columns={"claims": "claims_usd_m"})
    found = dated.merge(shared, on=keys, how="left", validate="many_to_one")
    if not one.published:
        found = _portfolio_measures(found, claims, tables["dyads"])
    return found.drop(columns="period").set_index(panel.index)


def _claims(concept: Concept, table: pd.DataFrame) -> _Claims:
    keys = ["creditor_iso3", "debtor_iso3", "period"]
    if concept.table == "bank_exposure_points":
        rows = table[(table["concept_family"] == concept.name) & table["claims_usd_m"].notna()]
        rows = rows.assign(recalled=rows["opened"] != "yes").sort_values(["recalled", "item"])
        rows = rows.assign(period=rows["date"]).drop_duplicates(keys)
    else:
        rows = table[table["basis"] == concept.name]
        if concept.published:
            month = (3 * rows["quarter"]).astype(str).str.zfill(2)
            rows = rows.assign(period=rows["year"].astype(str) + "-" + month)
        else:
            rows = rows[rows["quarter"] == YEAR_END].rename(columns={"year": "period"})
    return _Claims(rows[keys].assign(claims=rows["claims_usd_m"].astype("float64").clip(lower=0.0)))


def _period(panel: pd.DataFrame, claims: _Claims, *, published: bool) -> pd.Series:
    """The position that counts for each row."""
    if not published:
        return panel["base_year"]
    dates = claims.table.groupby("debtor_iso3")["period"].unique()
    packages = panel.drop_duplicates("package_id").set_index("package_id")
    last = {
        package: _last_before(str(row["start"])[:7], dates.get(row["debtor_iso3"], ()))
        for package, row in packages.iterrows()
    }
    return panel["package_id"].map(last)


def _last_before(start: str, dates: object) -> str | None:
    begun = pd.Period(start, "M")
    near = [one for one in dates if 0 < (begun - pd.Period(one, "M")).n <= MONTHS]  # type: ignore[attr-defined]
    return max(near, default=None)


def _portfolio_measures(panel: pd.DataFrame, claims: _Claims, dyads: pd.DataFrame) -> pd.DataFrame:
    """Shares of the debtor and its continent in the creditor's claims, and likeness to the leader's portfolio."""
    wide = claims.portfolios
    continent = dyads.drop_duplicates("debtor_iso3").set_index("debtor_iso3")["debtor_continent"]
    where = continent.reindex(wide.columns).to_numpy()
    powers = wide.columns.isin(LEADERS)  # the region of a debtor is not its leader
    measures = np.full((len(panel), 3), np.nan)
    columns = {name: place for place, name in enumerate(wide.columns)}
    rows = {key: place for place, key in enumerate(wide.index)}
    values = wide.to_numpy()
    lines = zip(panel["creditor_iso3"], panel["leader"], panel["debtor_iso3"], panel["base_year"], strict=True)
    for place, (creditor, leader, debtor, year) in enumerate(lines):
        own, its = rows.get((creditor, year)), rows.get((leader, year))
        if own is None or not values[own].sum() > 0:
            continue
        others = np.arange(len(columns)) != columns.get(debtor, -1)
        total = values[own].sum()
        region = others & (where == continent.get(debtor, "")) & ~powers
        measures[place, 0] = values[own][~others].sum() / total if debtor in columns else np.nan
        measures[place, 1] = values[own][region].sum() / total
        if its is not None and creditor != leader:
            third = others & ~wide.columns.isin([creditor, leader])
            measures[place, 2] = _cosine(values[own][third], values[its][third])
    names = ("portfolio_share", "region_share", "similarity")
    return panel.assign(**{name: 100 * measures[:, column] for column, name in enumerate(names)})


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length > 0 else np.nan
