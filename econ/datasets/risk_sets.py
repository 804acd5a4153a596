"""Who could have contributed: one row per (package, potential creditor)."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from econ.datasets.commitments import KEYS
from econ.errors import DataError, EmptySampleError, OptionError
from econ.sample import listed

__all__ = ["risk_rows"]

REVEALED_YEARS = 10
EURO_AREA = "EMU"
GROUPS = ("eu", "euro_area", "gcc", "asean", "nordic")

Rule = Callable[[pd.DataFrame, pd.DataFrame], pd.Series]


def risk_rows(
    risk_set: str | pd.DataFrame, packages: pd.DataFrame, potential: pd.DataFrame, gave: pd.DataFrame
) -> pd.DataFrame:
    """Pairs (package_id, creditor_iso3) at risk, debtors among their own creditors included.

    Parameters
    ----------
    risk_set
        `g10`, `regional`, `revealed`, or a table with the column creditor_iso3 and, where the set
        differs by package, package_id.
    packages, potential, gave
        Packages with their year; memberships; pairs (package_id, creditor_iso3) that contributed.

    Raises
    ------
    OptionError, DataError
        If there is no such set, or the caller's table lacks a column, repeats a pair, or names a creditor
        or package that the tables do not know.
    """
    named: dict[str, Callable[[], pd.DataFrame]] = {
        "g10": lambda: _pairs(packages, potential, _in_g10),
        "regional": lambda: _pairs(packages, potential, _in_g10_or_region),
        "revealed": lambda: _revealed(packages, gave),
    }
    if isinstance(risk_set, pd.DataFrame):
        return _own_table(risk_set, packages, {*potential["creditor_iso3"], *gave["creditor_iso3"]})
    if not isinstance(risk_set, str) or risk_set not in named:
        known = ", ".join(named)
        raise OptionError(f"no risk set {risk_set!r}; give {known} or a table of package_id and creditor_iso3")
    return named[risk_set]()


def _own_table(table: pd.DataFrame, packages: pd.DataFrame, creditors: set[str]) -> pd.DataFrame:
    if table.columns.duplicated().any() or "creditor_iso3" not in table.columns:
        raise DataError("the table of the risk set has to have the column creditor_iso3, once")
    if table.empty:
        raise EmptySampleError("the table of the risk set has no rows")
    per_package = "package_id" in table.columns
    _require_known(table["creditor_iso3"], creditors, "creditors", "potential_creditors and contributions")
    if per_package:
        _require_known(table["package_id"], set(packages["package_id"]), "packages", "packages, less those superseded,")
    rows = table[KEYS] if per_package else packages[["package_id"]].merge(table[["creditor_iso3"]], how="cross")
    twice = rows[rows.duplicated()]
    if len(twice):
        first = twice.iloc[0]
        raise DataError(f"the risk set repeats creditor {first['creditor_iso3']} of {first['package_id']}; keep one")
    return rows.reset_index(drop=True)


def _require_known(codes: pd.Series, known: set[str], what: str, tables: str) -> None:
    strange = [code for code in codes.drop_duplicates().tolist() if code not in known]
    if strange:
        raise DataError(f"the risk set names {what} that {tables} do not know: {listed(strange)}; correct or add them")


def _pairs(packages: pd.DataFrame, potential: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    pairs = packages[["package_id", "debtor_iso3", "year"]].merge(potential, how="cross")
    debtors = potential.set_index("creditor_iso3").reindex(pairs["debtor_iso3"]).set_axis(pairs.index)
    return pairs.loc[rule(pairs, debtors), KEYS].reset_index(drop=True)


def _in_g10(pairs: pd.DataFrame, _debtors: pd.DataFrame) -> pd.Series:
    return _member(pairs, "g10", pairs["year"])


def _in_g10_or_region(pairs: pd.DataFrame, debtors: pd.DataFrame) -> pd.Series:
    keep = _in_g10(pairs, debtors)
    for group in GROUPS:
        debtor_in = _member(debtors, group, pairs["year"])
        if group == "euro_area":
            debtor_in |= pairs["debtor_iso3"] == EURO_AREA
        keep |= debtor_in & _member(pairs, group, pairs["year"])
    return keep


def _member(rows: pd.DataFrame, group: str, year: pd.Series) -> pd.Series:
    """Whether each country was a member of a group in each year: by its flag, from entry until exit.

    A flag without a year of entry counts for all years.
    """
    since, until = (rows.get(f"{group}_{end}") for end in ("since", "until"))
    if group in rows.columns:
        member = _true(rows[group] == 1) & (True if since is None else ~_true(since > year))
    else:
        member = _true(since <= year)
    return member if until is None else member & ~_true(until <= year)


def _true(condition: pd.Series) -> pd.Series:
    return condition.fillna(value=False).astype(bool)


def _revealed(packages: pd.DataFrame, gave: pd.DataFrame) -> pd.DataFrame:
    years = gave.merge(packages[["package_id", "year"]], on="package_id")[["creditor_iso3", "year"]]
    pairs = packages[["package_id", "year"]].merge(years.drop_duplicates(), how="cross", suffixes=("", "_gave"))
    near = (pairs["year"] - pairs["year_gave"]).abs() <= REVEALED_YEARS
    return pairs.loc[near, KEYS].drop_duplicates().sort_values(KEYS).reset_index(drop=True)
