"""One row per (rescue package, potential creditor): what was given, and what was at stake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ.datasets import store
from econ.datasets.commitments import (
    GROUP_TOTAL,
    INSTITUTION,
    KEYS,
    NOT_OPENED,
    OUTSIDE,
    OWN,
    PARTICIPATION,
    SUMMED,
    SUPERSEDED,
    ZERO,
    accounted,
    commitments,
    sovereign_totals,
)
from econ.datasets.exposures import with_exposures
from econ.datasets.risk_sets import risk_rows
from econ.datasets.schema import conform
from econ.errors import DataError
from econ.sample import listed

__all__ = ["TABLES", "CreditorPanel", "creditor_panel"]

TABLES = (
    "contributions",
    "packages",
    "potential_creditors",
    "trade",
    "bank_claims",
    "fdi_flows",
    "country_year",
    "dyads",
    "un_votes",
)
EXPOSURES = ("bank_claims", "trade_debtor", "fdi_debtor", "trade_lead")
COMPLETE = ("complete", "complete_names")
LOSS = ["step", "table", "reason", *KEYS, "amount_usd_m", "phase", "instrument", "announced_date", "source"]


@dataclass(frozen=True, eq=False, repr=False)
class CreditorPanel:
    """The panel, and an account of all that did not enter it.

    Attributes
    ----------
    data
        One row per (package_id, creditor_iso3). `contributed` is 1 where a row of a sovereign exists, 0 where
        the source says zero or a complete list leaves the creditor out, and missing where the list is not
        complete or only memo rows exist; `committed_usd_m` is missing where unknown, never zero;
        `amount_status` says which of these it is. Columns ending in `_gdp` are shares of the creditor's GDP
        in `base_year`. `burden_share` is the share in all that sovereigns committed to the package.
    losses
        Every row of contributions that enters no sum, once, with the reason; every potential creditor left
        out as the debtor; every exposure without a value. `amount_usd_m` and `source` are those of the row.
    headlines
        One row a package: its announced total, the sums of its parts, the total of groups whose members are
        not listed one by one (`group_totals`, in no sum), and the difference.
    """

    data: pd.DataFrame
    losses: pd.DataFrame
    headlines: pd.DataFrame

    @property
    def exposures(self) -> pd.DataFrame:
        """Rows that may speak about exposure, with exposures in percent of GDP and the logarithm of distance.

        Packages that were shared out by a capital key or in equal parts are left out: their shares are mechanical.
        """
        chosen = self.data[~self.data["formula_driven"]].reset_index(drop=True)
        percent = {name: 100 * chosen[f"{name}_gdp"] for name in EXPOSURES}
        return chosen.assign(**percent, log_distance=np.log(chosen["distw_km"]))

    def __repr__(self) -> str:
        """Sizes of the three tables."""
        rows, packages = len(self.data), self.data["package_id"].nunique()
        return f"<creditor panel: .data {rows} rows of {packages} packages, .losses {len(self.losses)}, .headlines>"

    @property
    def summary(self) -> pd.DataFrame:
        """Number of rows lost by step, table and reason."""
        by = ["step", "table", "reason"]
        return self.losses.groupby(by, sort=False).size().rename("rows").reset_index()


def creditor_panel(
    *,
    risk_set: str | pd.DataFrame = "g10",
    amounts: str = "opened",
    bank_basis: str = "cbs_ultimate",
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> CreditorPanel:
    """Join the tables into one row per (rescue package, potential creditor).

    Exposures are those of the last year before the rescue. A creditor that a package does not list is a
    zero only where the package's list is complete; elsewhere it is missing. Totals of groups and memo
    rows enter no sum, and a debtor is never its own creditor.

    Parameters
    ----------
    risk_set
        `g10`: members of the Group of Ten in the year of the rescue. `regional`: these and the members, in
        that year, of the groups to which the debtor belonged (EU, euro area, GCC, ASEAN, Nordic).
        `revealed`: whoever contributed to a rescue that began at most ten years before or after, this one
        included, so that the set depends on the outcome. Or a table
        with creditor_iso3 and, where the set differs by package, package_id.
    amounts
        `opened`: only amounts that a document read states or implies. `all`: every amount given.
    bank_basis
        Concept of bank claims: `cbs_ultimate`, `lbs_residence`, ...; concepts are never pooled.
    tables
        The caller's own tables, by the names of `TABLES`, in place of those of the catalogue. They need every
        column of the passports (`econ data show NAME`); others are ignored.

    Returns
    -------
    CreditorPanel
        With `.data`, `.losses`, `.headlines` and `.summary`.

    Raises
    ------
    OptionError, DataError
        If an option does not exist, or a table does not conform.

    Examples
    --------
    >>> panel = creditor_panel(risk_set="g10").data.set_index(["package_id", "creditor_iso3"])
    >>> panel.loc[("THA_1997", "USA"), "contributed"], panel.loc[("KOR_1997", "JPN"), "committed_usd_m"]
    (np.float64(0.0), np.float64(10000.0))
    """
    use = _tables({} if tables is None else tables)
    packages = _packages(use["packages"])
    _require_consistent(use["contributions"], packages)
    current = packages[packages["creditor_list"] != "superseded"]
    rows = accounted(use["contributions"], packages, None, amounts)
    gave = rows.loc[rows["fate"].isin(PARTICIPATION), KEYS].drop_duplicates()
    at_risk = risk_rows(risk_set, current, use["potential_creditors"], gave)
    pairs, own = _without_debtors(at_risk, current)
    rows = accounted(use["contributions"], packages, pairs, amounts)
    outcome = _outcomes(pairs.merge(commitments(rows), on=KEYS, how="left"), sovereign_totals(rows))
    data, missing = with_exposures(outcome, use, bank_basis)
    losses = pd.concat([_unsummed(rows), own, missing], ignore_index=True).reindex(columns=LOSS)
    return CreditorPanel(data.sort_values(KEYS).reset_index(drop=True), losses, _headlines(current, rows))


def _tables(own: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    if not isinstance(own, Mapping):
        raise DataError(f"tables has to map names to DataFrames; this is a {type(own).__name__}")
    unknown = [str(name) for name in own if name not in TABLES]
    if unknown:
        raise DataError(f"the panel has no use for the tables {', '.join(unknown)}; it takes {', '.join(TABLES)}")
    return {name: conform(own[name], store.passport(name)) if name in own else store.load(name) for name in TABLES}


def _packages(table: pd.DataFrame) -> pd.DataFrame:
    year = table["start"].str[:4].astype("int64")
    return table.assign(
        year=year,
        base_year=year - 1,
        complete_list=table["creditor_list"].isin(COMPLETE),
        formula_driven=table["share_rule"].notna(),
    )


def _require_consistent(contributions: pd.DataFrame, packages: pd.DataFrame) -> None:
    """Both tables name the same packages and debtors, and a complete list is not empty."""
    filled = set(contributions["package_id"])
    unknown = sorted(filled - set(packages["package_id"]))
    if unknown:
        raise DataError(f"contributions name packages that the table of packages lacks: {listed(unknown)}")
    empty = sorted(set(packages.loc[packages["complete_list"], "package_id"]) - filled)
    if empty:
        raise DataError(
            f"packages with a complete list of creditors have no row in contributions: {listed(empty)}; "
            "leave them out of both tables, or out of neither"
        )
    debtor = contributions["package_id"].map(packages.set_index("package_id")["debtor_iso3"])
    other = sorted(set(contributions.loc[contributions["debtor_iso3"] != debtor, "package_id"]))
    if other:
        raise DataError(f"contributions and packages name different debtors of {listed(other)}; correct debtor_iso3")


def _without_debtors(at_risk: pd.DataFrame, packages: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    columns = [
        "package_id", "crisis", "debtor_iso3", "region", "start", "year", "base_year", "lead_creditor_iso3",
        "creditor_list", "complete_list", "share_rule", "formula_driven",
    ]  # fmt: skip
    pairs = at_risk.merge(packages[columns], on="package_id")
    own = pairs["creditor_iso3"] == pairs["debtor_iso3"]
    lost = pairs.loc[own, KEYS].assign(step="risk set", table="potential_creditors", reason=OWN)
    return pairs[~own].reset_index(drop=True), lost


def _outcomes(rows: pd.DataFrame, totals: pd.Series) -> pd.DataFrame:
    """Zeros where the list is complete, and each creditor's share of what all sovereigns committed."""
    unlisted = rows["amount_status"].isna()
    absent = unlisted & rows["complete_list"]
    rows = rows.assign(
        contributed=rows["contributed"].mask(absent, 0.0),
        committed_usd_m=rows["committed_usd_m"].mask(absent, 0.0),
        amount_status=rows["amount_status"].mask(unlisted, "unknown").mask(absent, "zero by a complete list"),
    )
    total = rows["package_id"].map(totals).where(rows["complete_list"])
    return rows.assign(
        burden_share=rows["committed_usd_m"].astype("float64") / total.astype("float64"),
        log_committed=np.log(rows["committed_usd_m"].where(rows["committed_usd_m"] > 0)),
    )


def _unsummed(rows: pd.DataFrame) -> pd.DataFrame:
    lost = rows[~rows["fate"].isin((SUMMED, ZERO))]
    step = np.where(lost["fate"].isin((OUTSIDE, OWN, SUPERSEDED)), "risk set", "sums")
    named = lost.rename(columns={"fate": "reason", "committed_usd_m": "amount_usd_m"})
    return named.assign(step=step, table="contributions")


def _headlines(packages: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The announced total of each package beside the sums of its parts."""
    parts = {"in_panel": SUMMED, "outside_risk_set": OUTSIDE, "not_opened": NOT_OPENED, "institutions": INSTITUTION}
    sums = rows.pivot_table(index="package_id", columns="fate", values="committed_usd_m", aggfunc="sum")
    sums = sums.reindex(index=packages["package_id"], columns=[*parts.values(), GROUP_TOTAL]).fillna(0.0)
    sums = sums.set_axis([*parts, "group_totals"], axis="columns").reset_index()
    table = packages[["package_id", "debtor", "creditor_list", "total_usd_m", "source"]].merge(sums, on="package_id")
    return table.assign(difference=table["total_usd_m"] - table[list(parts)].sum(axis=1))
