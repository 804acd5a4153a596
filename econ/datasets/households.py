"""Shares of household assets in the classes that two countries' accounts have in common."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from econ.errors import MissingColumnError

__all__ = ["household_shares"]

COLUMNS = ("country_iso3", "year", "quarter", "asset_class", "level", "harmonised_class", "method_regime")
OLD, NEW = "sna1993", "sna2008"


def household_shares(
    assets: pd.DataFrame, *, moved: Mapping[str, str | None] | None = None, spliced: bool = False
) -> pd.DataFrame:
    """Compositions of household assets by country and quarter.

    Parameters
    ----------
    assets
        The table `household_assets`.
    moved
        Classes of the accounts that go elsewhere than harmonised: to a harmonised class, or to None, out of the table.
    spliced
        Whether Japanese levels before the change of method are multiplied by the jump of their class in the quarter of
        the change, which takes all of the jump as method.

    Returns
    -------
    DataFrame
        country_iso3, year, quarter, method_regime, and a column a harmonised class with shares that sum to one.

    Raises
    ------
    MissingColumnError
        If the table lacks a column.

    Examples
    --------
    >>> from econ.datasets import household_shares, load
    >>> shares = household_shares(load("household_assets"))
    >>> shares.columns.tolist()[4:]
    ['debt_securities', 'deposits', 'equity_and_funds', 'insurance_and_pension', 'other']
    """
    lacking = [name for name in COLUMNS if name not in assets.columns]
    if lacking:
        raise MissingColumnError(f"the table lacks {', '.join(lacking)}; give that of load('household_assets')")
    levels = _spliced(assets) if spliced else assets
    part = levels["harmonised_class"].copy()
    for asset_class, target in (moved or {}).items():
        part[levels["asset_class"] == asset_class] = target
    keys = ["country_iso3", "year", "quarter", "method_regime"]
    kept = levels.assign(part=part).dropna(subset="part")
    wide = kept.pivot_table(index=keys, columns="part", values="level", aggfunc="sum")
    return wide.div(wide.sum(axis=1), axis=0).rename_axis(columns=None).reset_index()


def _spliced(assets: pd.DataFrame) -> pd.DataFrame:
    """Levels before the change of method, times the jump of their class in the quarter of the change."""
    ordered = assets.sort_values(["year", "quarter"])
    new, old = (ordered[ordered["method_regime"] == regime] for regime in (NEW, OLD))
    after = new.drop_duplicates("asset_class").set_index("asset_class")["level"]
    before = old.drop_duplicates("asset_class", keep="last").set_index("asset_class")["level"]
    factors = assets["asset_class"].map(after / before).where(assets["method_regime"] == OLD, 1.0)
    return assets.assign(level=assets["level"] * factors)
