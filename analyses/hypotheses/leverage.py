"""Hypothesis: holdings of Treasuries give leverage, which the paper on convergence denies."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from econ import ImpulseResponse, White, equivalence_test, simultaneous_bands, wald_test
from econ.ledger import Hypothesis, Trial, examine
from econ.report import Figure, Section, marginal_effect_figure
from econ.report.hypothesis_section import hypothesis_section
from econ.report.tables import number
from econ.types import Fit

INPUTS = ("events", "fx_daily", "fx_interventions", "treasury_holders", "us_securities_transactions")
HOLDER, TOTAL, YEN = "JPN", "TOT", "JPY"
HORIZONS, LAGS = 12, 3
TESTED = ("3", "12")
SAME = 5.0  # percent of the yen: less is taken for nothing
SIDES = {"sell_yen": 1.0, "buy_yen": -1.0}  # others are no matter of the yen
DISPUTES = ("policy_event", "remark", "deregulation")  # types of events between the two countries
MONTHLY = "CM-V-1"
COVARIANCE = White("HC1")  # right with a lag more than needed; see Montiel Olea and Plagborg-Møller (2021)
FIGURES = {
    "The yen after purchases": "leverage_yen",
    "Interventions after purchases": "leverage_interventions",
    "Foreigners' purchases after disputes": "leverage_purchases",
}
HYPOTHESIS = Hypothesis(
    number=9,
    title="Leverage through holdings",
    statement=(
        "Holdings or purchases of Treasuries give a foreign government leverage over the United States: its purchases "
        "go along with the price of its currency and with policy, and change around disputes."
    ),
    estimand=(
        "Response of the yen (percent, up is a weaker yen) and of Japan's sales or purchases of yen to a rise by one "
        "percentage point of its share in foreign holdings; and of foreigners' net purchases (USD billion a month) to "
        "a dated dispute."
    ),
    specification=(
        "Local projections with lags of outcome and impulse, one more than their dynamics need, one regression a "
        "horizon, with errors robust to heteroskedasticity, which lags of that number make right; the path with bands "
        "for all horizons, and a joint test."
    ),
    data=(
        "Monthly holdings by country; the yen by day; episodes of intervention; purchases and sales of all "
        "foreigners by month in the 1990s. Yields and votes are not in the data: whether holdings move them cannot be "
        "tested here."
    ),
    falsifier="A path with the other sign: purchases that go along with a stronger yen, or rise around disputes.",
    identification=(
        "Purchases and the yen answer the same news, and interventions are themselves purchases of dollars that end "
        "in Treasuries, so that neither sign would be an effect. Custody hides owners, benchmark surveys make jumps, "
        "and disputes are a handful: this is weak evidence, whatever it says."
    ),
)


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Paths of the yen, of interventions and of purchases, and how small an effect can be excluded."""
    holdings, purchases = _holdings(tables), _purchases(tables)
    specs = {
        "The yen after purchases": (_spec("yen", "share"), holdings, 1),
        "Interventions after purchases": (_spec("intervention", "share"), holdings, 1),
        "Foreigners' purchases after disputes": (_spec("purchases", "dispute"), purchases, -1),
    }
    trials = [_trial(concept, term, *one) for concept, one in specs.items() for term in TESTED]
    fits = {concept: spec.fit(data) for concept, (spec, data, _) in specs.items()}
    return hypothesis_section(
        HYPOTHESIS,
        [examine(one) for one in trials],
        name="leverage",
        items=[_figure(concept, FIGURES[concept], fit) for concept, fit in fits.items()],
        findings=(*(_joint(concept, fit) for concept, fit in fits.items()), _small(fits["The yen after purchases"])),
        estimates={f"path/{concept}": fit.inference(COVARIANCE) for concept, fit in fits.items()},
    )


def _spec(outcome: str, impulse: str) -> ImpulseResponse:
    return ImpulseResponse(
        outcome=outcome, impulse=impulse, time="month", horizons=HORIZONS, lags=LAGS, cumulative=True
    )


def _trial(concept: str, term: str, spec: ImpulseResponse, data: pd.DataFrame, predicted: int) -> Trial:
    known = data[[spec.outcome, spec.impulse]].dropna()
    first, last = (
        str(pd.Period(ordinal=int(data.loc[at, "month"]), freq="M")) for at in (known.index[0], known.index[-1])
    )
    return Trial(
        concept=f"{concept}, {term} months",
        covers=f"{len(known)} months, {first} to {last}",
        spec=spec,
        data=data,
        term=term,
        predicted=predicted,
        covariance=COVARIANCE,
        fit=spec.fit,
    )


def _holdings(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Changes of Japan's share in foreign holdings, of the log yen in percent, and interventions (1 sells yen)."""
    wide = tables["treasury_holders"].pivot_table(index="month", columns="holder_code", values="holdings_usd_bn")
    share = 100 * wide[HOLDER] / wide[TOTAL]
    share.index = pd.PeriodIndex(share.index, freq="M")
    months = pd.period_range(share.index.min(), share.index.max(), freq="M")
    data = pd.DataFrame({"share": share.reindex(months).diff(), "yen": _yen(tables).reindex(months)})
    return data.assign(intervention=_interventions(tables, months), month=months.asi8).reset_index(drop=True)


def _yen(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Change of the log of the last rate of each month, in percent."""
    rates = tables["fx_daily"]
    rates = rates[rates["currency"] == YEN].sort_values("date")
    last = rates.groupby(pd.PeriodIndex(rates["date"].astype(str).str[:7], freq="M"))["rate"].last()
    every = last.reindex(pd.period_range(last.index.min(), last.index.max(), freq="M"))
    change: pd.Series = 100 * np.log(every).diff()
    return change


def _interventions(tables: Mapping[str, pd.DataFrame], months: pd.PeriodIndex) -> np.ndarray:
    """1 in months in which Japan sold yen, -1 where it bought some, 0 otherwise."""
    signs = np.zeros(len(months))
    for start, end, direction in tables["fx_interventions"][["start", "end", "direction"]].itertuples(index=False):
        inside = (months >= pd.Period(str(start)[:7], "M")) & (months <= pd.Period(str(end)[:7], "M"))
        signs[inside] = SIDES.get(direction, 0.0)
    return signs


def _purchases(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Net purchases of all foreigners by month, and how many disputes between the two countries fell into each."""
    flows = tables["us_securities_transactions"]
    mine = flows[(flows["period_type"] == "month") & (flows["source_table"] == MONTHLY) & (flows["latest"] == "yes")]
    net = (mine["treasury_purchases"] - mine["treasury_sales"]).to_numpy(dtype=np.float64) / 1_000
    series = pd.Series(net, index=pd.PeriodIndex(mine["period"], freq="M")).groupby(level=0).first()
    months = pd.period_range(series.index.min(), series.index.max(), freq="M")
    events = tables["events"]
    both = events["countries"].str.contains("USA") & events["countries"].str.contains(HOLDER)
    dates = pd.PeriodIndex(events.loc[both & events["type"].isin(DISPUTES), "date"].astype(str).str[:7], freq="M")
    counts = pd.Series(1.0, index=dates).groupby(level=0).sum()
    data = pd.DataFrame({"purchases": series.reindex(months), "dispute": counts.reindex(months).fillna(0.0)})
    return data.assign(month=months.asi8).reset_index(drop=True)


def _joint(concept: str, fit: Fit) -> str:
    test = wald_test(fit, COVARIANCE)
    return f"{concept}: no response at any horizon has p = {test.p_value:.3f} ({test.method})."


def _small(fit: Fit) -> str:
    found = equivalence_test(fit, TESTED[0], COVARIANCE, lower=-SAME, upper=SAME)
    low, high = found.confidence_set[0]
    return (
        f"A response of the yen by {SAME:.0f} percent or more within {TESTED[0]} months of one percentage point of "
        f"holdings is rejected with p = {found.p_value:.3f}; the interval is {number(low)} to {number(high)}."
    )


def _figure(concept: str, name: str, fit: Fit) -> Figure:
    return marginal_effect_figure(
        simultaneous_bands(fit, COVARIANCE),
        np.arange(HORIZONS + 1, dtype=np.float64),
        observed=np.empty(0),
        name=name,
        title=f"{concept}: cumulative response by months",
        xlabel="Months",
        ylabel="Response",
    )
