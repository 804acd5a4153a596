"""Which standard errors and tests to trust with few clusters: rates of false rejection."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb

import numpy as np
import pandas as pd

from econ.report import Figure, Row, Section, Table, drawing

INPUTS = ("coverage_study",)

LEVEL = 0.05
CREDITORS = 12  # clusters, about as many as there are creditors that matter
SHOWN = ("HC1", "CR1", "CR2, Satterthwaite", "CR3 (jackknife)", "wild, restricted", "randomization, coefficient")


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Rates of false rejection by method, sample and number of clusters."""
    study = tables["coverage_study"]
    study = study.assign(rate=study["rejected"] / (study["draws"] - study["undefined"]))
    return Section(
        title="What to trust with few clusters",
        question="How often does each method reject, at 5 %, a hypothesis that is true?",
        findings=tuple(_finding(study, sample) for sample in study["sample"].unique()),
        items=(_figure(study), _table(study)),
    )


def _error(study: pd.DataFrame) -> float:
    """Monte Carlo standard error of a rate of 5 %."""
    return float(np.sqrt(LEVEL * (1 - LEVEL) / study["draws"].min()))


def _finding(study: pd.DataFrame, sample: str) -> str:
    cell = study[(study["sample"] == sample) & (study["clusters"] == CREDITORS)]
    near = cell[(cell["rate"] - LEVEL).abs() <= 3 * _error(study)]
    worst = cell.loc[cell["rate"].idxmax()]
    names = ", ".join(f"{row.method} ({row.rate:.1%})" for row in near.itertuples())
    best = cell.loc[(cell["rate"] - LEVEL).abs().idxmin()]
    within = f"within three simulation errors of 5 % are {names}" if names else "no method comes near 5 %"
    whole = study[study["sample"] == sample]
    excess = (whole["rate"] - LEVEL).clip(lower=0).groupby(whole["method"], sort=False).max()
    safest = excess[excess <= excess.min() + _error(study)].index
    sizes = f"{whole['clusters'].min()} to {whole['clusters'].max()}"
    return (
        f"{sample.capitalize()}, {CREDITORS} clusters: {within}; the nearest is {best['method']} "
        f"({best['rate']:.1%}), and {worst['method']} rejects in {worst['rate']:.1%} of the samples. From {sizes} "
        f"clusters, {', '.join(safest)} rejects a true hypothesis least too often: {excess.min():.1%} above 5 % at "
        "worst."
    )


def _figure(study: pd.DataFrame) -> Figure:
    samples = [sample for sample in study["sample"].unique() if sample != "dyads"]
    with drawing("rejection_rates", columns=len(samples), width=9.5, height=3.8) as canvas:
        for axes, sample in zip(canvas.axes, samples, strict=True):
            for method in SHOWN:
                line = study[(study["sample"] == sample) & (study["method"] == method)]
                if len(line):
                    axes.plot(line["clusters"], line["rate"], marker="o", markersize=3, label=method)
            axes.axhline(LEVEL, color="black", linewidth=0.8, linestyle=":")
            axes.set(title=sample.capitalize(), xlabel="clusters", xscale="log", ylim=(0, 0.55))
            axes.set_xticks(sorted(study["clusters"].unique()), sorted(study["clusters"].unique()))
            axes.minorticks_off()
        canvas.axes[0].set_ylabel("share rejected at 5 %")
        canvas.axes[0].legend(
            *canvas.axes[-1].get_legend_handles_labels(), fontsize=7, frameon=False, loc="upper right"
        )
    rates = study.groupby("method")["rate"].mean()
    alt = "; ".join(f"{method}: on average {rates[method]:.1%}" for method in SHOWN)
    return Figure(
        name="rejection_rates",
        title="Share of samples in which a true hypothesis is rejected at 5 %",
        alt=f"Lines by number of clusters, one a method, against the nominal 5 %. {alt}.",
        svg=canvas.svg,
        notes=(f"{study['draws'].min():,} samples a point; simulation error {_error(study):.1%}.",),
    )


def _table(study: pd.DataFrame) -> Table:
    sizes = sorted(study["clusters"].unique())
    rows: list[Row] = []
    for sample, part in study.groupby("sample", sort=False):
        rates = part.pivot_table(index="method", columns="clusters", values="rate", sort=False)
        rows.append(Row(str(sample).capitalize()))
        rows += [
            Row(str(method), tuple(f"{100 * rate:.1f}" for rate in rates.loc[method, sizes])) for method in rates.index
        ]
    notes = (
        f"Per cent of {study['draws'].min():,} samples; simulation error {100 * _error(study):.1f} at 5 per cent.",
        f"Replicates in which a method was not defined: {int(study['undefined'].sum()):,}; left out of its rate.",
        f"Two treated of {sizes[0]} clusters can be assigned in {comb(sizes[0], 2)} ways: no randomization test of "
        f"them reaches {LEVEL:.0%}.",
    )
    return Table(
        name="rejections_by_method",
        title="Rejections of a true hypothesis at 5 per cent",
        columns=tuple(f"{size} clusters" for size in sizes),
        rows=tuple(rows),
        notes=notes,
        data=study,
    )
