"""Growth of banks' claims by borrower, and what each creditor had lent before: parts of a shift-share instrument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ.datasets.exposures import YEAR_END
from econ.datasets.leaders import LEADERS
from econ.errors import DataError, OptionError

__all__ = ["RegionalShocks", "regional_shocks"]

LAG = 1  # years over which claims grow


@dataclass(frozen=True, eq=False)
class RegionalShocks:
    """Shares, shocks and what they predict, on rows of the creditor panel.

    Attributes
    ----------
    rows
        The rows that have both, with `claims_growth`, the change of the creditor's claims on the debtor's continent
        (the leading powers left out) over the base year in percent of GDP; `predicted_growth`, the claims a year
        earlier times the growth of all creditors' claims, relative to the mean of both years; `left_out`, times that
        of the others; and `lent_before`, the sum of the shares.
    shares
        (n, K) claims on each borrower of the continent a year earlier, percent of GDP; a column a borrower and year.
    shocks
        (K,) growth of all creditors' claims on the borrower.
    borrowers
        (K,) the borrower of each shock.
    """

    rows: pd.DataFrame
    shares: pd.DataFrame
    shocks: pd.Series
    borrowers: pd.Series


def regional_shocks(rows: pd.DataFrame, basis: str, tables: Mapping[str, pd.DataFrame]) -> RegionalShocks:
    """Shares before and growth of claims for each row.

    Parameters
    ----------
    rows
        The creditor panel with creditor_iso3, debtor_iso3, base_year and gdp_usd_m.
    basis
        A statistic of `bank_claims`; concepts are never pooled.
    tables
        `bank_claims`, `dyads`.

    Raises
    ------
    OptionError, DataError
        If there is no such basis, or no row has claims in both years.
    """
    claims = tables["bank_claims"]
    if basis not in set(claims["basis"]):
        raise OptionError(f"no basis {basis!r} of bank claims; there are {', '.join(sorted(set(claims['basis'])))}")
    ends = claims[(claims["basis"] == basis) & (claims["quarter"] == YEAR_END)]
    wide = ends.pivot_table(index=["year", "creditor_iso3"], columns="debtor_iso3", values="claims_usd_m")
    wide = wide.astype("float64").clip(lower=0.0).fillna(0.0)
    continents = tables["dyads"].drop_duplicates("debtor_iso3").set_index("debtor_iso3")["debtor_continent"]
    where = continents.reindex(wide.columns).to_numpy()
    powers = wide.columns.isin(LEADERS)
    totals = wide.groupby(level="year").sum()
    known = [
        (place, row)
        for place, row in enumerate(rows.itertuples())
        if _has(wide.index, row.base_year, row.creditor_iso3)
    ]
    lines = [_line(row, wide, totals, (where == continents.get(row.debtor_iso3, "")) & ~powers) for _, row in known]
    if not lines:
        raise DataError(f"no row has claims of {basis} in its base year and the year before")
    kept = rows.iloc[[place for place, _ in known]]
    gdp = kept["gdp_usd_m"].to_numpy(dtype=np.float64)
    shares = pd.DataFrame([100 * line[0] / size for line, size in zip(lines, gdp, strict=True)], index=kept.index)
    shares = shares.fillna(0.0)
    shocks = pd.concat([line[1] for line in lines])
    shocks = shocks[~shocks.index.duplicated()].reindex(shares.columns)
    numbers = pd.DataFrame([line[2] for line in lines], index=kept.index).mul(100 / gdp, axis=0)
    measured = kept.assign(**numbers, lent_before=shares.sum(axis=1))
    complete = measured["claims_growth"].notna()
    borrowers = pd.Series(shares.columns.str.partition(" ").get_level_values(0), index=shares.columns)
    return RegionalShocks(measured[complete], shares[complete], shocks, borrowers)


def _has(index: pd.Index, year: int, creditor: str) -> bool:
    return (year, creditor) in index and (year - LAG, creditor) in index


def _line(
    row: object, wide: pd.DataFrame, totals: pd.DataFrame, region: np.ndarray
) -> tuple[pd.Series, pd.Series, dict[str, float]]:
    """Claims before by shock, growth by shock, and actual, predicted and left-out growth in money, of one row."""
    year, creditor = row.base_year, row.creditor_iso3  # type: ignore[attr-defined]
    before, after = (wide.loc[(when, creditor)][region] for when in (year - LAG, year))
    all_before, all_after = (totals.loc[when][region] for when in (year - LAG, year))
    growth = _growth(all_after, all_before)
    others = _growth(all_after - after, all_before - before)
    numbers = {
        "claims_growth": float((after - before).sum()),
        "predicted_growth": float((before * growth).sum()),
        "left_out": float((before * others).sum()),
    }
    names = [f"{borrower} {year}" for borrower in before.index]
    return before.set_axis(names), growth.set_axis(names), numbers


def _growth(after: pd.Series, before: pd.Series) -> pd.Series:
    """Relative to the mean of both years, between -2 and 2, so that small borrowers do not explode."""
    mean = (after + before) / 2
    return ((after - before) / mean.where(mean > 0)).fillna(0.0)
