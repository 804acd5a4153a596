"""Rows of contributions: which enter a sum, why others do not, and the sums by package and creditor."""

from __future__ import annotations

import numpy as np
import pandas as pd

from econ.errors import OptionError

__all__ = ["AMOUNTS", "KEYS", "accounted", "commitments", "sovereign_totals"]

AMOUNTS = ("opened", "all")
OPENED = ("yes", "derived")
KEYS = ["package_id", "creditor_iso3"]

SUMMED = "summed"
ZERO = "zero in the source"
UNPUBLISHED = "amount unpublished"
NOT_OPENED = "amount not opened"
OUTSIDE = "creditor outside the risk set"
OWN = "the debtor itself"
INSTITUTION = "institution or group, not a sovereign"
GROUP_TOTAL = "total of a group"
MEMO = "memo row"
SUPERSEDED = "package superseded by a later one"

PARTICIPATION = (SUMMED, UNPUBLISHED, NOT_OPENED)


def accounted(
    contributions: pd.DataFrame, packages: pd.DataFrame, at_risk: pd.DataFrame | None, amounts: str
) -> pd.DataFrame:
    """The contributions with a column `fate`: that the row is summed, or the one reason why it is not.

    Parameters
    ----------
    contributions, packages
        The tables; packages with debtor_iso3 and creditor_list.
    at_risk
        Pairs (package_id, creditor_iso3); None if the risk set is not known yet.
    amounts
        `opened`: sum only amounts that a document read states or implies. `all`: sum every amount given.

    Raises
    ------
    OptionError
        If `amounts` is neither.
    """
    if amounts not in AMOUNTS:
        raise OptionError(f"no amounts {amounts!r}; there are {', '.join(AMOUNTS)}")
    of_package = packages.set_index("package_id")
    superseded = contributions["package_id"].map(of_package["creditor_list"]) == "superseded"
    debtor = contributions["package_id"].map(of_package["debtor_iso3"])
    given = contributions["committed_usd_m"]
    cases = [
        (superseded, SUPERSEDED),
        (contributions["row_type"] == "memo", MEMO),
        (contributions["row_type"] == "aggregate_parent", GROUP_TOTAL),
        (contributions["creditor_kind"] != "sovereign", INSTITUTION),
        (contributions["creditor_iso3"] == debtor, OWN),
        (~_among(contributions, at_risk), OUTSIDE),
        (given.isna(), UNPUBLISHED),
        (given == 0, ZERO),
        (~contributions["amount_opened"].isin(OPENED) & (amounts == "opened"), NOT_OPENED),
    ]
    conditions = [case.to_numpy(dtype=bool) for case, _ in cases]
    return contributions.assign(fate=np.select(conditions, [name for _, name in cases], default=SUMMED))


def commitments(rows: pd.DataFrame) -> pd.DataFrame:
    """What each sovereign creditor committed to each package, from rows with their fate.

    Returns
    -------
    pandas.DataFrame
        package_id, creditor_iso3, contributed (1, or 0 where the source says zero, or missing where only
        memo rows exist), committed_usd_m (missing where no amount can be used) and amount_status.
    """
    rows = rows[rows["creditor_kind"] == "sovereign"]
    counted = rows[rows["fate"].isin((*PARTICIPATION, ZERO))]
    marked = counted.assign(
        usable=counted["committed_usd_m"].where(counted["fate"] == SUMMED),
        **{fate: counted["fate"] == fate for fate in (SUMMED, NOT_OPENED, UNPUBLISHED)},
    )
    total = marked.groupby(KEYS, sort=True).agg(
        committed_usd_m=("usable", lambda part: part.sum(min_count=1)),
        summed=(SUMMED, "any"),
        not_opened=(NOT_OPENED, "any"),
        unpublished=(UNPUBLISHED, "any"),
    )
    status = _status(total)
    zero = status == ZERO
    total = total.assign(
        contributed=np.where(zero, 0.0, 1.0),
        committed_usd_m=total["committed_usd_m"].mask(zero, 0.0),
        amount_status=status,
    )
    columns = [*KEYS, "contributed", "committed_usd_m", "amount_status"]
    return pd.concat([total.reset_index()[columns], _memo_only(rows, counted)], ignore_index=True)


def _status(total: pd.DataFrame) -> np.ndarray:
    part = total["not_opened"] | total["unpublished"]
    cases = [
        (total["summed"] & ~part, "known"),
        (total["summed"], "known in part"),
        (total["not_opened"], "not opened"),
        (total["unpublished"], "unpublished"),
    ]
    conditions = [case.to_numpy(dtype=bool) for case, _ in cases]
    return np.select(conditions, [name for _, name in cases], default=ZERO)


def _memo_only(rows: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Creditors of whom only memo rows exist: involved, but neither a contribution nor a zero."""
    memo = rows.loc[rows["fate"] == MEMO, KEYS].drop_duplicates()
    only = memo[~_among(memo, counted[KEYS].drop_duplicates())]
    return only.assign(contributed=np.nan, committed_usd_m=np.nan, amount_status="memo only")


def sovereign_totals(rows: pd.DataFrame) -> pd.Series:
    """Sum of all sovereign commitments by package, opened or not; missing where one is unpublished."""
    counted = rows[rows["fate"].isin((*PARTICIPATION, ZERO, OUTSIDE))]
    totals: pd.Series = counted.groupby("package_id")["committed_usd_m"].agg(lambda part: part.sum(skipna=False))
    return totals.where(totals > 0)


def _among(rows: pd.DataFrame, pairs: pd.DataFrame | None) -> pd.Series:
    if pairs is None:
        return pd.Series(data=True, index=rows.index)
    known = pd.MultiIndex.from_frame(pairs[KEYS])
    return pd.Series(pd.MultiIndex.from_frame(rows[KEYS]).isin(known), index=rows.index)
