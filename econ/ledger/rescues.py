"""The rows on which hypotheses about rescues are tested, and the regression that is the same in all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from econ.datasets.concepts import CONCEPTS, with_exposure
from econ.datasets.leaders import with_leader
from econ.datasets.panel import TABLES, creditor_panel
from econ.datasets.risk_sets import risk_rows
from econ.errors import EmptySampleError
from econ.estimators.ols import OLS
from econ.inference.clustered import Clustered
from econ.inference.permutation import randomization_test
from econ.ledger.evidence import Trial
from econ.stability.curves.grid import Specifications
from econ.types import Fit

__all__ = ["COVARIANCE", "EFFECTS", "OUTCOME", "concept_trials", "covered", "rescue_rows", "rescue_trial"]

OUTCOME, ALWAYS, EFFECTS = "contributed_percent", "log_distance", "creditor_iso3 + package_id"
OTHERS = ("trade_debtor", "un_agreement", "common_language")
NARROWER = {"group_of_ten": "g10", "regional_group": "regional"}
CREDITOR = "creditor_iso3"
COVARIANCE = Clustered(CREDITOR)
KEYS = ["package_id", "creditor_iso3"]


def rescue_rows(tables: Mapping[str, pd.DataFrame], *, complete: bool = True, amounts: str = "opened") -> pd.DataFrame:
    """Potential creditors of rescues that were not shared out by a formula, with leaders and narrower risk sets.

    Parameters
    ----------
    tables
        Those of `creditor_panel`.
    complete
        Whether only rescues with a complete list of creditors count, so that absence is a zero.
    amounts
        As for `creditor_panel`.

    Returns
    -------
    pandas.DataFrame
        `creditor_panel(risk_set="revealed").exposures` with the columns of `with_leader`, and `group_of_ten` and
        `regional_group`, whether the row is in these narrower sets; `contributed_percent`, 100 where the creditor
        contributed; labelled `creditor in package`.

    Examples
    --------
    >>> from econ.datasets import load
    >>> from econ.datasets.panel import TABLES
    >>> from econ.ledger.rescues import rescue_rows
    >>> rows = rescue_rows({name: load(name) for name in TABLES})
    >>> bool(rows["formula_driven"].any()), bool(rows["contributed"].isna().any())
    (False, False)
    """
    data = creditor_panel(
        risk_set="revealed", amounts=amounts, tables={name: tables[name] for name in TABLES}
    ).exposures
    known = data[data["contributed"].notna() & (data["complete_list"] | (not complete))].reset_index(drop=True)
    packages = tables["packages"].assign(year=tables["packages"]["start"].str[:4].astype("int64"))
    pairs = pd.MultiIndex.from_frame(known[KEYS])
    sets = {
        column: pairs.isin(
            pd.MultiIndex.from_frame(risk_rows(name, packages, tables["potential_creditors"], known[KEYS]))
        )
        for column, name in NARROWER.items()
    }
    known = with_leader(known.assign(**sets, **{OUTCOME: 100 * known["contributed"]}), tables)
    return known.set_index(known["creditor_iso3"] + " in " + known["package_id"])


def covered(rows: pd.DataFrame, columns: Sequence[str]) -> str:
    """Which rescues and creditors have all of the columns, in words."""
    known = rows[rows[list(columns)].notna().all(axis=1)]
    if known.empty:
        return "no rescue"
    packages = known.sort_values("start")["package_id"].drop_duplicates()
    return f"{len(packages)} rescues ({', '.join(packages)}), {known['creditor_iso3'].nunique()} creditors"


def rescue_trial(
    concept: str,
    rows: pd.DataFrame,
    term: str,
    *,
    predicted: int = 1,
    beside: str = "",
    alternatives: Sequence[str] = (),
    effects: str | None = EFFECTS,
    cluster: str = CREDITOR,
    randomized: bool = False,
) -> Trial:
    """A linear probability of contributing on one term, distance, and effects of creditors and rescues.

    Parameters
    ----------
    concept
        What stands for the hypothesis.
    rows
        Of `rescue_rows`.
    term
        The coefficient.
    predicted
        Its sign under the hypothesis.
    beside
        Terms that belong to the hypothesis and stand in every specification, such as `exposure + linkage`.
    alternatives
        Other measures of the same, which take the place of the term in some specifications.
    effects
        Effects of the specification that is tested; None for none.
    cluster
        Column of the clusters of errors, which are also left out one by one: rescues, where the term varies with these.
    randomized
        Whether p is that of permuting the term among the creditors of a rescue, for a handful of clusters.

    Returns
    -------
    Trial
        Its grid has every set of trade with the debtor, votes and language, distance always; no effects, those of
        rescues, or both; all potential creditors, the Group of Ten, or the regional group.
    """
    always = tuple(part.strip() for part in beside.split(" + ") if part.strip())
    columns = [part for one in (term, *always) for part in one.split(":")]
    others = [one for one in OTHERS if one not in columns]
    distance = () if ALWAYS in columns else (ALWAYS,)
    right = " + ".join([term, *always, *distance])
    samples = tuple(NARROWER) if set(NARROWER) <= set(rows.columns) else ()
    grid = Specifications(
        (OUTCOME,),
        (term, *alternatives),
        tuple(others),
        always=(*always, *distance),
        effects=tuple(dict.fromkeys((None, "package_id", effects))),
        samples=(None, *samples),
        covariance=Clustered(cluster),
    )
    return Trial(
        concept=concept,
        covers=covered(rows, [*columns, *distance]),
        spec=OLS(f"{OUTCOME} ~ {right}{'' if effects is None else f' | {effects}'}"),
        data=rows,
        term=term,
        predicted=predicted,
        covariance=Clustered(cluster),
        grid=grid,
        by=cluster,
        p_value=_permuted(term) if randomized else None,
        method="permutation among the creditors of a rescue" if randomized else "",
    )


def _permuted(term: str) -> Callable[[Fit], float]:
    def p_value(fit: Fit) -> float:
        return float(randomization_test(fit, term, COVARIANCE, strata="package_id").p_value)

    return p_value


def concept_trials(
    rows: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    term: str,
    *,
    concepts: Sequence[str] = tuple(CONCEPTS),
    predicted: int = 1,
    beside: str = "",
    alternatives: Sequence[str] = (),
    label: str = "",
) -> list[Trial]:
    """One trial for each concept of bank exposure; concepts are never pooled.

    Parameters
    ----------
    rows, tables
        Of `rescue_rows`, and the tables of the concepts with `dyads`.
    term
        A measure of `with_exposure`, or a product with one.
    concepts
        Names among `CONCEPTS`.
    predicted, beside, alternatives
        As for `rescue_trial`.
    label
        What is added to the name of the concept.

    Raises
    ------
    EmptySampleError
        If no concept is asked for.
    """
    if not concepts:
        raise EmptySampleError("no concept of exposure is asked for")
    trials = []
    for name in concepts:
        data = with_exposure(rows, name, tables)
        measured = [one for one in alternatives if one in data.columns]
        published, tested = CONCEPTS[name].published, term
        if published and ":" in term:  # what is permuted has to be a column
            tested = term.replace(":", "_x_")
            data = data.assign(**{tested: data[term.split(":")].prod(axis=1, skipna=False)})
        trials.append(
            rescue_trial(
                CONCEPTS[name].label + label,
                data,
                tested,
                predicted=predicted,
                beside=beside,
                alternatives=measured,
                randomized=published,
            )
        )
    return trials
