"""What identification, selection, pledges and measurement error do to the coefficient on exposure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ import IV, OLS, Clustered, Logit, ShiftShare, White, anderson_rubin, first_stage, predict
from econ.datasets import creditor_panel
from econ.datasets.concepts import CONCEPTS, with_exposure
from econ.datasets.leaders import with_leader
from econ.datasets.panel import TABLES
from econ.datasets.regional_shocks import RegionalShocks, regional_shocks
from econ.estimates import Estimates, NotEstimable
from econ.ledger.american import SOURCE, WITHIN
from econ.ledger.evidence import EXACT, is_exact
from econ.ledger.rescues import ALWAYS, COVARIANCE, EFFECTS, OUTCOME, rescue_rows
from econ.report import Brief, Row, Section, Table
from econ.report.tables import number, p_text
from econ.stability import attempt, errors_in_variables, outcome_bounds, simex
from econ.stability.attempts import estimated
from econ.types import Fit

INPUTS = (
    "contributions",
    "packages",
    "potential_creditors",
    "trade",
    "bank_claims",
    "crisis_dates",
    "fdi_flows",
    "country_year",
    "dyads",
    "un_votes",
)
STATISTICS = tuple(name for name, one in CONCEPTS.items() if not one.published)
TERM = "claims_share"
HEADLINE = f"{OUTCOME} ~ {TERM} + {ALWAYS} | {EFFECTS}"
CONTROLS = f"lent_before + {ALWAYS} | {EFFECTS}"
BEFORE = "took_part_before"
STRENGTH = "Effective F without the largest lender"
LISTED = "Listed (percentage points) on log claims of all banks"
BALANCE = (BEFORE, "trade_debtor", "un_agreement", "same_region")
ERRORS = (0.25, 0.5)  # standard deviations of the error, in those of the share within effects
GROUP = "Checks of exposure: could a coefficient be an effect?"
BRIEFS = ("Instrument", "Its strength", "Placebo", "Pledges or draws", "Incomplete lists", "Selection")
DRAWS = 20
EXPOSURE_INSTRUMENT = (
    "Outcome: probability of a contribution, percentage points. Treatment: growth of the creditor's claims on the "
    "debtor's continent over the year before, percent of GDP. Instrument: claims a year earlier times the growth of "
    "claims on each borrower. By creditor: growth of the other creditors' claims, errors by creditor. By shock: "
    "growth of all creditors' claims, one row a borrower and year, errors robust (HC1) and by borrower (Borusyak, "
    "Hull and Jaravel 2022); controls are distance, the sum of claims before, effects of creditors and rescues.",
    "Balance and placebo: the effect of the instrument on what was there before; the placebo is whether the creditor "
    "took part in its last rescue before this one. A small p speaks against as-good-as-random shocks.",
    "What may not be concluded: where the placebo or balance is rejected, the design is; where F is small, only the "
    "Anderson-Rubin set can be trusted; shocks are growth of claims on whole borrowers, crises among them; lending to "
    "a continent that is about to have a crisis is no experiment.",
)
EXPOSURE_MEASUREMENT = (
    "Any classical error: between least squares and reverse regression (Klepper and Leamer). SIMEX: extrapolated to "
    "no error if the share has an error of the given size in standard deviations of the share net of effects, "
    f"{DRAWS} draws; the error in brackets is that of the extrapolation.",
    "Drawn: rescues of which it is known for every creditor listed whether money was drawn; the outcome is 100 where "
    "it was. Pledged: the same rescues and creditors.",
)
EXPOSURE_BOUNDS = (
    "All rescues not shared out by a formula; a creditor that an incomplete list leaves out may have contributed or "
    "not. Bounds are sharp, over all possibilities; the interval is that of Imbens and Manski for the coefficient.",
)
EXPOSURE_SELECTION = (
    "Crises are those that Laeven and Valencia date, of countries in the tables; a crisis is in the list where a "
    "package of its debtor begins in its year or the next. Then the regression on exposure with rescues weighted by "
    "the inverse of the predicted probability (logit) of being listed.",
)

Results = dict[str, Estimates | NotEstimable]
Cells = dict[str, tuple[str, Estimates | NotEstimable | None]]


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Each check under each concept of exposure that is a statistic."""
    rows = _with_history(rescue_rows(tables))
    measured = {name: with_exposure(rows, name, tables) for name in STATISTICS}
    estimates: Results = {}
    instrument = _side_by_side({name: _instrumented(rows, name, tables, estimates) for name in STATISTICS})
    others = _side_by_side(
        {name: {**_measured(data), **_drawn(data, tables, name, estimates)} for name, data in measured.items()}
    )
    bounds = _side_by_side({name: _unlisted(tables, name) for name in STATISTICS})
    selection = _side_by_side({name: _selected(measured[name], tables, name, estimates) for name in STATISTICS})
    columns = tuple(CONCEPTS[name].label for name in STATISTICS)
    said = (
        _said(instrument, columns, "Instrument, by shock (HC1)"),
        _said(instrument, columns, STRENGTH),
        _said(instrument, columns, f"Placebo, {BEFORE}"),
        _said(others, columns, "Drawn"),
        _said(bounds, columns, "Coefficient, between"),
        _said(selection, columns, LISTED),
    )
    return Section(
        title="Checks of exposure: instrument, placebos, bounds, selection, pledges, measurement",
        question="Could the coefficient on bank exposure be an effect, and what would hide or make one?",
        findings=said,
        items=(
            _table(
                "exposure_instrument",
                "A shift-share instrument for exposure to the region",
                columns,
                instrument,
                EXPOSURE_INSTRUMENT,
            ),
            _table(
                "exposure_measurement",
                "Measurement error, and pledges against disbursements",
                columns,
                others,
                EXPOSURE_MEASUREMENT,
            ),
            _table(
                "exposure_bounds",
                "Bounds for rescues whose list of creditors is not complete",
                columns,
                bounds,
                EXPOSURE_BOUNDS,
            ),
            _table(
                "exposure_selection",
                "Which crises are in the list of rescues at all",
                columns,
                selection,
                EXPOSURE_SELECTION,
            ),
        ),
        estimates=estimates,
        briefs=tuple(Brief(GROUP, title, "see the page", text) for title, text in zip(BRIEFS, said, strict=True)),
    )


def _table(name: str, title: str, columns: tuple[str, ...], cells: list[Row], notes: tuple[str, ...]) -> Table:
    data = pd.DataFrame([row.cells for row in cells], columns=list(columns))
    data.insert(0, "quantity", [row.label for row in cells])
    return Table(name, title, columns, tuple(cells), notes, data)


def _side_by_side(found: Mapping[str, Cells]) -> list[Row]:
    """One row a quantity, one column a concept."""
    labels = dict.fromkeys(label for cells in found.values() for label in cells)
    blank = ("", None)
    return [
        Row(
            label,
            tuple(cells.get(label, blank)[0] for cells in found.values()),
            tuple(cells.get(label, blank)[1] for cells in found.values()),
        )
        for label in labels
    ]


def _said(rows: list[Row], columns: tuple[str, ...], label: str) -> str:
    """One row of a table as a sentence."""
    cells = next(row.cells for row in rows if row.label == label)
    return f"{label}: {'; '.join(f'{column} {cell}' for column, cell in zip(columns, cells, strict=True) if cell)}."


def _cell(one: Estimates | NotEstimable, term: str) -> tuple[str, Estimates | NotEstimable | None]:
    if isinstance(one, NotEstimable):
        return "—", one
    row = one.row(term)
    return f"{number(row['estimate'])} ({number(row['se'])}), {p_text(row['p_value'])}", one


def _with_history(rows: pd.DataFrame) -> pd.DataFrame:
    """Whether the creditor took part in the last rescue before this one of which it was a potential creditor."""
    ordered = rows.sort_values("start", kind="stable")
    before = ordered.groupby("creditor_iso3")[OUTCOME].shift()
    return rows.assign(**{BEFORE: before.reindex(rows.index)})


def _instrumented(rows: pd.DataFrame, name: str, tables: Mapping[str, pd.DataFrame], estimates: Results) -> Cells:
    """Least squares, two-stage least squares by creditor and by shock, and the balance of the shocks."""
    shocks = regional_shocks(rows, name, tables)
    shift = ShiftShare(shocks.shares, shocks.shocks)
    plain = attempt(OLS(f"{OUTCOME} ~ claims_growth + {CONTROLS}"), shocks.rows, COVARIANCE)
    fit = _two_stage(shocks.rows)
    by_creditor = fit.inference(COVARIANCE)
    by_shock = _by_shock(shift, shocks)
    robust, by_borrower = by_shock.inference(White("HC1")), by_shock.inference(Clustered("borrower"))
    found = {"least squares": plain, "by creditor": by_creditor, "by shock": robust, "by borrower": by_borrower}
    estimates |= {f"instrument/{name}/{key}": one for key, one in found.items()}
    balance = shift.balance(shocks.rows, BALANCE, White("HC1"), controls=CONTROLS)
    return {
        "Rows, creditors, shocks": (f"{fit.nobs}, {fit.sample.groups('creditor_iso3').count}, {by_shock.nobs}", None),
        "Effective number of shocks": (f"{shift.effective:.1f}", None),
        "Least squares": _cell(plain, "claims_growth"),
        "Instrument, by creditor": _cell(by_creditor, "claims_growth"),
        "Effective F of the first stage": (f"{_strength(fit):.1f}", by_creditor),
        **_without_largest(shocks),
        "Anderson-Rubin set, by creditor": (_set(fit), by_creditor),
        "Instrument, by shock (HC1)": _cell(robust, "claims_growth"),
        "Instrument, by shock (borrowers)": _cell(by_borrower, "claims_growth"),
        **{f"{'Placebo' if one == BEFORE else 'Balance'}, {one}": (p_text(balance.loc[one, "p_value"]), None)
           for one in BALANCE},
    }  # fmt: skip


def _two_stage(rows: pd.DataFrame) -> Fit:
    """Two-stage least squares by creditor, with the growth of the others' claims as instrument."""
    right, _, effects = CONTROLS.partition(" | ")
    return IV(f"{OUTCOME} ~ {right} | {effects} | claims_growth ~ left_out").fit(rows)


def _strength(fit: Fit) -> float:
    """Effective F of the first stage."""
    stage = first_stage(fit, COVARIANCE).stages["claims_growth"].effective
    return np.nan if stage is None else stage.statistic


def _without_largest(shocks: RegionalShocks) -> Cells:
    """The first stage without the creditor that had lent most relative to its size."""
    largest = str(shocks.rows.groupby("creditor_iso3")["lent_before"].mean().idxmax())
    kept = shocks.rows[shocks.rows["creditor_iso3"] != largest]
    fit = _two_stage(kept)
    cell = _cell(fit.inference(COVARIANCE), "claims_growth")[0]
    return {
        STRENGTH: (f"{_strength(fit):.1f} ({largest})", None),
        "Instrument without the largest lender": (cell, None),
    }


def _set(fit: Fit) -> str:
    """Values that a test which holds with weak instruments does not reject."""
    intervals = anderson_rubin(fit, COVARIANCE).confidence_set
    return " and ".join(f"[{number(low)}, {number(high)}]" for low, high in intervals) or "empty"


def _by_shock(shift: ShiftShare, shocks: RegionalShocks) -> Fit:
    return shift.regression(
        shocks.rows,
        outcome=OUTCOME,
        treatment="claims_growth",
        controls=CONTROLS,
        shock_controls=pd.DataFrame({"borrower": shocks.borrowers}),
    )


def _measured(data: pd.DataFrame) -> Cells:
    """Bounds and extrapolations for error in the share."""
    fit = OLS(HEADLINE).fit(data)
    low, high = errors_in_variables(fit, TERM).bounds
    spread = float(OLS(f"{TERM} ~ {ALWAYS} | {EFFECTS}").fit(data.iloc[fit.sample.rows]).residuals.std())
    cells: Cells = {
        "As measured": (number(fit.params[fit.position(TERM)]), None),
        "Any classical error, between": (f"{number(low)} and {number(high)}", None),
    }
    for size in ERRORS:
        found = simex(fit, TERM, COVARIANCE, sd=size * spread, reps=DRAWS)
        text = f"{number(found.extrapolated())} ({number(found.se)})"
        cells[f"SIMEX, error of {size:g} standard deviations"] = (text, None)
    return cells


def _drawn(data: pd.DataFrame, tables: Mapping[str, pd.DataFrame], name: str, estimates: Results) -> Cells:
    """Pledges against money drawn, on rescues where both are known."""
    given = tables["contributions"]
    own = given[(given["row_type"] == "creditor") & (given["creditor_kind"] == "sovereign")]
    sums = own.groupby(["package_id", "creditor_iso3"])["disbursed_usd_m"].agg(lambda part: part.sum(skipna=False))
    drawn = sums.reindex(pd.MultiIndex.from_frame(data[["package_id", "creditor_iso3"]])).to_numpy(dtype=np.float64)
    drawn = np.where(data["contributed"] == 0, 0.0, drawn)
    known = pd.Series(~np.isnan(drawn), index=data.index).groupby(data["package_id"]).transform("all")
    rows = data.assign(drawn=100.0 * (drawn > 0))[known.to_numpy()]
    specs = {"Pledged": OUTCOME, "Drawn": "drawn"}
    found = {
        label: attempt(OLS(f"{outcome} ~ {TERM} + {ALWAYS} | {EFFECTS}"), rows, COVARIANCE)
        for label, outcome in specs.items()
    }
    estimates |= {f"pledges/{name}/{label}": one for label, one in found.items()}
    return {
        "Rescues where all draws are known": (str(rows["package_id"].nunique()), None),
        **{label: _cell(one, TERM) for label, one in found.items()},
    }


def _unlisted(tables: Mapping[str, pd.DataFrame], name: str) -> Cells:
    """Bounds where incomplete lists leave outcomes unknown."""
    panel = creditor_panel(risk_set="revealed", tables={one: tables[one] for one in TABLES}).exposures
    rows = with_exposure(with_leader(panel, tables), name, tables)
    rows = rows.assign(**{OUTCOME: 100 * rows["contributed"]})
    found = outcome_bounds(OLS(HEADLINE), rows, TERM, low=0.0, high=100.0)
    (low, high), ends = found.bounds, found.interval(COVARIANCE)
    return {
        "Rows, of them unknown": (f"{found.least.nobs}, {found.missing}", None),
        "Coefficient, between": (f"{number(low)} and {number(high)}", None),
        "Interval": (f"[{number(ends[0])}, {number(ends[1])}]", None),
    }


def _selected(data: pd.DataFrame, tables: Mapping[str, pd.DataFrame], name: str, estimates: Results) -> Cells:
    """Whether crises with more at stake are listed, and the regression weighted against that."""
    crises = _crises(tables, name)
    covariance = Clustered("iso3")
    listed = attempt(OLS("listed ~ log_claims + log_gdp | year"), crises, covariance)
    logit = Logit("is_listed ~ log_claims + log_gdp").fit(crises)
    chance = predict(logit, crises)
    known = crises.assign(chance=np.asarray(chance))
    chances = {(row.iso3, row.year + more): row.chance for more in range(WITHIN, -1, -1) for row in known.itertuples()}
    keys = zip(data["debtor_iso3"], data["year"], strict=True)
    weighed = data.assign(weight=[1 / chances.get(key, np.nan) for key in keys])
    weighed = weighed[weighed["weight"].notna()]
    specs = {"same": OLS(HEADLINE), "weighted": OLS(HEADLINE, weights="weight")}
    found = {
        "listed": listed,
        **{key: _decided(spec, weighed) for key, spec in specs.items()},
    }
    estimates |= {f"selection/{name}/{key}": one for key, one in found.items()}
    return {
        "Crises, of them listed": (f"{len(crises)}, {int(crises['is_listed'].sum())}", None),
        LISTED: _cell(found["listed"], "log_claims"),
        "Rescues of these crises": (str(weighed["package_id"].nunique()), None),
        "Share of claims, unweighted": _cell(found["same"], TERM),
        "Share of claims, weighted": _cell(found["weighted"], TERM),
    }


def _decided(spec: OLS, rows: pd.DataFrame) -> Estimates | NotEstimable:
    """Estimates where some creditors decided otherwise than others."""
    fit = estimated(spec, rows)
    if isinstance(fit, NotEstimable):
        return fit
    return NotEstimable("OLS", spec.formula, EXACT) if is_exact(fit) else fit.inference(COVARIANCE)


def _crises(tables: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """Crises with the claims of all banks of the source a year before, and whether a rescue of the list followed."""
    claims = tables["bank_claims"]
    ends = claims[(claims["basis"] == name) & (claims["quarter"] == claims["quarter"].max())]
    total = ends.groupby(["debtor_iso3", "year"])["claims_usd_m"].sum()
    gdp = tables["country_year"].set_index(["iso3", "year"])["gdp_current_usd_m"].astype("float64")
    dates = tables["crisis_dates"]
    crises = dates.loc[dates["source"] == SOURCE, ["iso3", "year"]].drop_duplicates()
    before = pd.MultiIndex.from_arrays([crises["iso3"], crises["year"] - 1])
    packages = tables["packages"]
    starts = set(zip(packages["debtor_iso3"], packages["start"].str[:4].astype("int64"), strict=True))
    followed = [
        any((iso3, year + more) in starts for more in range(WITHIN + 1))
        for iso3, year in crises.itertuples(index=False)
    ]
    found = crises.assign(
        log_claims=np.log(total.reindex(before).clip(lower=1.0).to_numpy(dtype=np.float64)),
        log_gdp=np.log(gdp.reindex(before).to_numpy()),
        is_listed=np.array(followed, dtype=np.float64),
    )
    found = found.assign(listed=100 * found["is_listed"]).dropna()
    return found.reset_index(drop=True)
