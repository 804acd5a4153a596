"""Rows of contributions to one row per (package, sovereign creditor), and what is left out on the way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from econ.errors import OptionError

__all__ = ["AMOUNTS", "commitments", "sovereign_totals", "unsummed_rows"]

AMOUNTS = ("opened", "all")
OPENED = ("yes", "derived")
KEYS = ["package_id", "creditor_iso3"]


def commitments(contributions: pd.DataFrame, amounts: str) -> pd.DataFrame:
    """What each sovereign creditor committed to each package.

    Parameters
    ----------
    contributions
        The table of contributions.
    amounts
        `opened`: sum only amounts that a document read states or implies. `all`: sum every amount given.

    Returns
    -------
    pandas.DataFrame
        package_id, creditor_iso3, contributed (1, or 0 where the source says zero, or missing where only
        memo rows exist), committed_usd_m (missing where no amount can be used) and amount_status.

    Raises
    ------
    OptionError
        If `amounts` is neither.
    """
    if amounts not in AMOUNTS:
        raise OptionError(f"no amounts {amounts!r}; there are {', '.join(AMOUNTS)}")
    sovereign = contributions[contributions["creditor_kind"] == "sovereign"]
    rows = sovereign[sovereign["row_type"] == "creditor"]
    given = rows["committed_usd_m"].notna()
    usable = given & (rows["amount_opened"].isin(OPENED) | (amounts == "all"))
    marked = rows.assign(
        usable=rows["committed_usd_m"].where(usable),
        given=given,
        used=usable,
        zero=rows["committed_usd_m"].eq(0),
    )
    total = marked.groupby(KEYS, sort=True).agg(
        committed_usd_m=("usable", lambda part: part.sum(min_count=1)),
        any_used=("used", "any"),
        all_used=("used", "all"),
        any_given=("given", "any"),
        zero=("zero", "all"),
    )
    total["contributed"] = np.where(total["zero"], 0.0, 1.0)
    total.loc[total["zero"], "committed_usd_m"] = 0.0
    total["amount_status"] = _status(total)
    return pd.concat([total.reset_index(), _memo_only(sovereign, rows)], ignore_index=True)[
        [*KEYS, "contributed", "committed_usd_m", "amount_status"]
    ]


def _status(total: pd.DataFrame) -> np.ndarray:
    cases = [
        (total["zero"], "zero in the source"),
        (total["all_used"], "known"),
        (total["any_used"], "known in part"),
        (total["any_given"], "not opened"),
    ]
    return np.select([case for case, _ in cases], [name for _, name in cases], default="unpublished")


def _memo_only(sovereign: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Creditors of whom only memo rows exist: involved, but neither a contribution nor a zero."""
    memo = sovereign[sovereign["row_type"] == "memo"][KEYS].drop_duplicates()
    only = memo.merge(rows[KEYS].drop_duplicates(), on=KEYS, how="left", indicator=True)
    only = only.loc[only["_merge"] == "left_only", KEYS]
    return only.assign(contributed=np.nan, committed_usd_m=np.nan, amount_status="memo only")


def sovereign_totals(contributions: pd.DataFrame, complete: pd.Series) -> pd.Series:
    """Sum of all sovereign commitments of a package; missing where any is unpublished or the list is not complete.

    Parameters
    ----------
    contributions
        The table of contributions.
    complete
        package_id of the packages whose list of creditors is complete.
    """
    rows = contributions[
        (contributions["creditor_kind"] == "sovereign")
        & (contributions["row_type"] == "creditor")
        & contributions["package_id"].isin(complete)
    ]
    totals: pd.Series = rows.groupby("package_id")["committed_usd_m"].agg(lambda part: part.sum(skipna=False))
    return totals.where(totals > 0)


def unsummed_rows(contributions: pd.DataFrame, amounts: str) -> pd.DataFrame:
    """Every row of contributions that enters no sum, with the reason."""
    creditor = contributions["row_type"] == "creditor"
    sovereign = contributions["creditor_kind"] == "sovereign"
    published = contributions["committed_usd_m"].notna()
    opened = contributions["amount_opened"].isin(OPENED) | (amounts == "all")
    zero = contributions["committed_usd_m"].eq(0)
    cases = [
        (contributions["row_type"] == "memo", "memo row"),
        (contributions["row_type"] == "aggregate_parent", "total of a group"),
        (~sovereign, "institution or group, not a sovereign"),
        (creditor & ~published, "amount unpublished"),
        (creditor & published & ~opened & ~zero, "amount not opened"),
    ]
    reason = pd.Series(np.select([case for case, _ in cases], [name for _, name in cases], default=""))
    lost = contributions.assign(reason=reason.to_numpy())[reason.to_numpy() != ""]
    return lost[[*KEYS, "reason", "committed_usd_m"]].reset_index(drop=True)
