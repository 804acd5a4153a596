"""Who could have contributed: one row per (package, potential creditor)."""

from __future__ import annotations

import pandas as pd

from econ.errors import DataError, OptionError

__all__ = ["risk_rows"]

NAMED = ("g10", "regional", "revealed")
REVEALED_YEARS = 10
EURO_AREA = "EMU"
GROUPS = ("eu", "euro_area", "gcc", "asean", "nordic")


def risk_rows(
    risk_set: str | pd.DataFrame,
    packages: pd.DataFrame,
    potential: pd.DataFrame,
    commitments: pd.DataFrame,
) -> pd.DataFrame:
    """Pairs (package_id, creditor_iso3) at risk, debtors among their own creditors included.

    Parameters
    ----------
    risk_set
        `g10`, `regional`, `revealed`, or a table with the column creditor_iso3 and, where the set
        differs by package, package_id.
    packages, potential, commitments
        Packages with their year; memberships; commitments by package and creditor.

    Raises
    ------
    OptionError, DataError
        If there is no such set, or the caller's table lacks a column or repeats a pair.
    """
    if isinstance(risk_set, pd.DataFrame):
        return _own_table(risk_set, packages)
    if risk_set == "g10":
        return _pairs(packages, potential, _in_g10)
    if risk_set == "regional":
        return _pairs(packages, potential, _in_g10_or_region)
    if risk_set == "revealed":
        return _revealed(packages, commitments)
    raise OptionError(f"no risk set {risk_set!r}; give {', '.join(NAMED)} or a table of package_id and creditor_iso3")


def _own_table(table: pd.DataFrame, packages: pd.DataFrame) -> pd.DataFrame:
    if "creditor_iso3" not in table.columns:
        raise DataError("the table of the risk set lacks the column creditor_iso3")
    known = packages[["package_id"]]
    if "package_id" not in table.columns:
        rows = known.merge(table[["creditor_iso3"]], how="cross")
    else:
        unknown = sorted(set(table["package_id"]) - set(known["package_id"]))
        if unknown:
            raise DataError(f"the risk set names packages that do not exist: {', '.join(map(str, unknown))}")
        rows = table[["package_id", "creditor_iso3"]]
    twice = rows[rows.duplicated()]
    if len(twice):
        first = twice.iloc[0]
        raise DataError(f"the risk set repeats creditor {first['creditor_iso3']} of {first['package_id']}; keep one")
    return rows.reset_index(drop=True)


def _pairs(packages: pd.DataFrame, potential: pd.DataFrame, rule: object) -> pd.DataFrame:
    assert callable(rule)
    pairs = packages.merge(potential, how="cross")
    groups = potential.set_index("creditor_iso3")
    keep = rule(pairs, groups)
    return pairs.loc[keep, ["package_id", "creditor_iso3"]].reset_index(drop=True)


def _in_g10(pairs: pd.DataFrame, _groups: pd.DataFrame) -> pd.Series:
    return _since(pairs["g10_since"], pairs["year"])


def _in_g10_or_region(pairs: pd.DataFrame, groups: pd.DataFrame) -> pd.Series:
    debtors = groups.reindex(pairs["debtor_iso3"]).set_axis(pairs.index)
    keep = _in_g10(pairs, groups)
    for group in GROUPS:
        debtor_in = _member(debtors, group, pairs["year"])
        if group == "euro_area":
            debtor_in |= pairs["debtor_iso3"] == EURO_AREA
        keep |= debtor_in & _member(pairs, group, pairs["year"])
    return keep


def _member(rows: pd.DataFrame, group: str, year: pd.Series) -> pd.Series:
    """Whether each country was a member of a group in each year."""
    if group == "nordic":
        return rows["nordic"].eq(1).fillna(value=False).astype(bool)
    until = rows["eu_until"] if group == "eu" else pd.Series(pd.NA, rows.index, dtype="Int64")
    return _since(rows[f"{group}_since"], year) & ~_since(until, year)


def _since(start: pd.Series, year: pd.Series) -> pd.Series:
    return (start <= year).fillna(value=False).astype(bool)


def _revealed(packages: pd.DataFrame, commitments: pd.DataFrame) -> pd.DataFrame:
    gave = commitments.loc[commitments["contributed"] == 1, ["package_id", "creditor_iso3"]]
    gave = gave.merge(packages[["package_id", "year"]], on="package_id")[["creditor_iso3", "year"]]
    pairs = packages[["package_id", "year"]].merge(gave.drop_duplicates(), how="cross", suffixes=("", "_gave"))
    near = (pairs["year"] - pairs["year_gave"]).abs() <= REVEALED_YEARS
    rows = pairs.loc[near, ["package_id", "creditor_iso3"]].drop_duplicates()
    return rows.sort_values(["package_id", "creditor_iso3"]).reset_index(drop=True)
