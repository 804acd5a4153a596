"""What Posen (2001) prints that no table here can check, and what would be needed."""

from __future__ import annotations

from collections.abc import Mapping

from econ.claims import Claim, Gap
from econ.report import Section
from econ.report.claims_table import Tables, claims_section

INPUTS = ("posen_claims",)

NEEDED: Mapping[str, str] = {
    "c01": "the text of the act, or the accounts of the deposit insurer",
    "c02": "official accounts of the cost of the savings-and-loan clean-up",
    "c04": "surveys of office vacancies by brokers or the statistical office",
    "c05": "surveys of office vacancies by brokers or the statistical office",
    "c08": "balance sheets of the Postal Savings System, and whether the factor is nominal, real or a share",
    "c09": "deposits of the Postal Savings System and of private banks, from the central bank's statistics",
    "c10": "income statements of Japanese banks by fiscal year",
    "c11": "the central bank's statistics of commercial paper",
    "c12": "the central bank's statistics of commercial paper over the decade",
    "c13": "a list of issues of domestic corporate bonds by issuer",
    "c14": "flows into time deposits, from the yearbook of the Postal Savings System",
    "c15": "bank lending by size of the borrower, from the central bank's statistics",
    "c16": "bank lending by size of the borrower, from the central bank's statistics",
    "c17": "reports of the inspections of the housing-loan companies",
    "c18": "reports of the inspections of the housing-loan companies",
    "c19": "a dated chronology of regulatory measures in the United States",
    "c20": "a dating of the banking crisis in Japan, and a definition of its first year",
    "c21": "official or independent estimates of the cost as of the time of the paper",
    "c40": "total outward and inward direct investment by country, from the balance of payments",
    "c41": "total outward and inward direct investment by country, from the balance of payments",
    "c42": "government bonds by holder, from the flow of funds accounts of the period",
    "c46": "the chronology of the case in hearings or supervisory reports",
    "c49": "premium income by insurer, from the supervisor or the associations of insurers",
    "c50": "market shares of foreign insurers by country, from the OECD's insurance statistics",
    "c51": "premium income by insurer, from the supervisor or the associations of insurers",
    "c52": "results of auctions of government bonds by kind of buyer",
    "c54": "holdings of Treasuries by country and the total outstanding, from benchmark surveys of these years",
    "c55": "the roll call of the Senate",
    "c57": "supervisory data on bad loans and nominal output of the year",
}


def analyse(tables: Tables) -> Section:
    """Claims without a table, each with the source that would settle it."""
    return claims_section(
        tables,
        dict.fromkeys(NEEDED, _missing),
        name="claims_not_covered",
        title="Printed claims without data here",
        question="Which of the paper's figures cannot be checked with the tables of this report, and what would do it?",
        notes=("A claim without data is neither supported nor refuted.",),
    )


def _missing(_: Tables, claim: Claim) -> Gap:
    return Gap(f"No table here holds the {claim.quantity}.", NEEDED[claim.claim_id])
