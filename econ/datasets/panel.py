"""One row per (rescue package, potential creditor): what was given, and what was at stake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ.datasets import store
from econ.datasets.commitments import commitments, sovereign_totals, unsummed_rows
from econ.datasets.exposures import with_exposures
from econ.datasets.risk_sets import risk_rows
from econ.datasets.schema import conform
from econ.errors import DataError

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
COMPLETE = ("complete", "complete_names")
KEYS = ["package_id", "creditor_iso3"]
LOSS = ["step", "table", "reason", "package_id", "creditor_iso3", "amount_usd_m"]


@dataclass(frozen=True, eq=False)
class CreditorPanel:
    """The panel, and an account of all that did not enter it.

    Attributes
    ----------
    data
        One row per (package_id, creditor_iso3). `contributed` is 1, 0 or missing; `committed_usd_m` is
        missing where unknown, never zero; columns ending in `_gdp` are shares of the creditor's GDP
        in `base_year`.
    losses
        One row for every row or cell lost: step, table, reason, package_id, creditor_iso3, amount_usd_m.
    headlines
        One row a package: its announced total, the parts of it, and the difference.
    """

    data: pd.DataFrame
    losses: pd.DataFrame
    headlines: pd.DataFrame

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
        `revealed`: whoever contributed to a rescue that began at most ten years before or after. Or a table
        with creditor_iso3 and, where the set differs by package, package_id.
    amounts
        `opened`: only amounts that a document read states or implies. `all`: every amount given.
    bank_basis
        Concept of bank claims: `cbs_ultimate`, `lbs_residence`, ...; concepts are never pooled.
    tables
        The caller's own tables, by the names of `TABLES`, in place of those of the catalogue; columns as in
        the passports.

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
    use = _tables(tables or {})
    contributions = use["contributions"]
    packages, superseded = _packages(use["packages"])
    _require_known(contributions, use["packages"])
    given = commitments(contributions, amounts)
    at_risk = risk_rows(risk_set, packages, use["potential_creditors"], given)
    pairs, own = _without_debtors(at_risk, packages)
    outcome = _outcomes(pairs.merge(given, on=KEYS, how="left"), contributions)
    data, missing = with_exposures(outcome, use, bank_basis)
    unsummed = unsummed_rows(contributions, amounts)
    outside = _outside(given, pairs, packages)
    losses = pd.concat(
        [
            _loss(superseded, "packages", "packages", "superseded by a later package"),
            _loss(unsummed.rename(columns={"committed_usd_m": "amount_usd_m"}), "sums", "contributions"),
            _loss(outside, "risk set", "contributions", "contributor outside the risk set"),
            _loss(own, "risk set", "potential_creditors", "the debtor itself"),
            missing,
        ],
        ignore_index=True,
    )
    data = data.sort_values(KEYS).reset_index(drop=True)
    return CreditorPanel(data, losses, _headlines(packages, data, losses))


def _tables(own: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    unknown = sorted(set(own) - set(TABLES))
    if unknown:
        raise DataError(f"the panel has no use for the tables {', '.join(unknown)}; it takes {', '.join(TABLES)}")
    return {name: conform(own[name], store.passport(name)) if name in own else store.load(name) for name in TABLES}


def _packages(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Packages with their years, and those that a later one replaced."""
    year = table["start"].str[:4].astype("int64")
    known = table.assign(
        year=year,
        base_year=year - 1,
        complete_list=table["creditor_list"].isin(COMPLETE),
        formula_driven=table["share_rule"].notna(),
    )
    replaced = known["creditor_list"] == "superseded"
    return known[~replaced], known.loc[replaced, ["package_id"]]


def _require_known(contributions: pd.DataFrame, packages: pd.DataFrame) -> None:
    unknown = sorted(set(contributions["package_id"]) - set(packages["package_id"]))
    if unknown:
        raise DataError(f"contributions name packages that the table of packages lacks: {', '.join(unknown)}")


def _without_debtors(at_risk: pd.DataFrame, packages: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    columns = [
        "package_id", "crisis", "debtor_iso3", "region", "start", "year", "base_year", "lead_creditor_iso3",
        "creditor_list", "complete_list", "share_rule", "formula_driven",
    ]  # fmt: skip
    pairs = at_risk.merge(packages[columns], on="package_id")
    own = pairs["creditor_iso3"] == pairs["debtor_iso3"]
    return pairs[~own].reset_index(drop=True), pairs.loc[own, KEYS]


def _outcomes(rows: pd.DataFrame, contributions: pd.DataFrame) -> pd.DataFrame:
    """Zeros where the list is complete, and each creditor's share of what all sovereigns committed."""
    unlisted = rows["amount_status"].isna()
    absent = unlisted & rows["complete_list"]
    rows = rows.assign(
        contributed=rows["contributed"].mask(absent, 0.0),
        committed_usd_m=rows["committed_usd_m"].mask(absent, 0.0),
        amount_status=rows["amount_status"]
        .mask(absent, "zero by a complete list")
        .where(~unlisted | absent, "unknown"),
    )
    complete = rows.loc[rows["complete_list"], "package_id"]
    totals = rows["package_id"].map(sovereign_totals(contributions, complete))
    return rows.assign(
        burden_share=rows["committed_usd_m"] / totals,
        log_committed=np.log(rows["committed_usd_m"].where(rows["committed_usd_m"] > 0)),
    )


def _outside(given: pd.DataFrame, pairs: pd.DataFrame, packages: pd.DataFrame) -> pd.DataFrame:
    gave = given[(given["contributed"] == 1) & given["package_id"].isin(packages["package_id"])]
    merged = gave.merge(pairs[KEYS], on=KEYS, how="left", indicator=True)
    lost = merged[merged["_merge"] == "left_only"]
    return lost[[*KEYS, "committed_usd_m"]].rename(columns={"committed_usd_m": "amount_usd_m"})


def _loss(rows: pd.DataFrame, step: str, table: str, reason: str | None = None) -> pd.DataFrame:
    named = rows.assign(step=step, table=table)
    return (named if reason is None else named.assign(reason=reason)).reindex(columns=LOSS)


def _headlines(packages: pd.DataFrame, data: pd.DataFrame, losses: pd.DataFrame) -> pd.DataFrame:
    """The announced total of each package beside the sums of its parts."""
    parts = {
        "in_panel": data.groupby("package_id")["committed_usd_m"].sum(),
        "outside_risk_set": _sum_of(losses, "contributor outside the risk set"),
        "not_opened": _sum_of(losses, "amount not opened"),
        "institutions": _sum_of(losses, "institution or group, not a sovereign"),
    }
    table = packages.set_index("package_id")[["total_usd_m", "creditor_list"]]
    table = table.assign(**{name: part.reindex(table.index).fillna(0.0) for name, part in parts.items()})
    return table.assign(difference=table["total_usd_m"] - table[list(parts)].sum(axis=1)).reset_index()


def _sum_of(losses: pd.DataFrame, reason: str) -> pd.Series:
    return losses[losses["reason"] == reason].groupby("package_id")["amount_usd_m"].sum()
