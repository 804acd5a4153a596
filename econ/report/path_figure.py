"""An event study in one drawing: estimates, pointwise and simultaneous bands, and what survives unequal trends."""

from __future__ import annotations

from typing import Any

import pandas as pd

from econ.event_study.honesty.restrictions import RelativeMagnitudes, Restriction
from econ.event_study.path import path_of
from econ.event_study.robustness import Sensitivity, sensitivity
from econ.inference.bands import Bands, simultaneous_bands
from econ.inference.multipliers import Multiplier
from econ.report.figure import Figure, drawing
from econ.types import Covariance, Fit

__all__ = ["event_study_figure"]

DARK, LIGHT = 0, 1  # places in the palette


def event_study_figure(
    fit: Fit,
    covariance: Covariance,
    *,
    name: str,
    title: str,
    xlabel: str = "Periods from the event",
    ylabel: str = "Effect",
    level: float = 0.95,
    multiplier: Multiplier | None = None,
    restriction: Restriction | None = RelativeMagnitudes(),  # noqa: B008 - a frozen value
) -> Figure:
    """Draw estimates by event time with their bands, and beside them confidence sets under bounded trends.

    Parameters
    ----------
    fit, covariance
        An event study of `econ.event_study`, or any fit whose terms are event times; how uncertainty is measured.
    name, title
        File name without ending, and caption.
    xlabel, ylabel
        Labels of the axes.
    level
        Coverage of all intervals.
    multiplier
        Distribution of weights for simultaneous bands by the multiplier bootstrap; None for those of joint normality.
    restriction
        How differences in trends are bounded in the second panel, for the first effect after the event; None for no
        such panel.

    Raises
    ------
    NotDefinedError, IdentificationError, OptionError
        If terms are no event times, or the sensitivity is not defined; then give `restriction=None`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import Clustered
    >>> from econ.event_study import SunAbraham
    >>> from econ.report import event_study_figure
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"unit": np.repeat(range(12), 4), "year": np.tile(range(1, 5), 12)})
    >>> data["first"] = data["unit"].map(lambda unit: [3, np.nan][unit % 2])
    >>> data["y"] = 2.0 * (data["year"] >= data["first"]) + rng.normal(size=48)
    >>> fit = SunAbraham(outcome="y", unit="unit", time="year", cohort="first").fit(data)
    >>> figure = event_study_figure(fit, Clustered("unit", correction="CR0"), name="effects", title="Effects")
    >>> figure.svg.startswith("<?xml")
    True
    """
    bands = simultaneous_bands(fit, covariance, level=level, multiplier=multiplier)
    base = path_of(fit, covariance).base
    sets = None if restriction is None else sensitivity(fit, covariance, restriction=restriction, level=level)
    rows = bands.table.assign(time=bands.table["term"].astype(int)).sort_values("time")
    with drawing(name, columns=1 if sets is None else 2) as canvas:
        _draw_path(canvas.axes[0], rows, base)
        canvas.axes[0].set(xlabel=xlabel, ylabel=ylabel, title="" if sets is None else "Estimates")
        if sets is not None and restriction is not None:
            _draw_sets(canvas.axes[1], sets, f"Bound ({restriction.unit})")
    return Figure(name, title, _alt(rows, bands), canvas.svg, _notes(bands, base, sets))


def _palette() -> Any:
    import seaborn as sns  # noqa: PLC0415 - slow, and for the drawing only

    return sns.color_palette("colorblind")


def _draw_path(axes: Any, rows: pd.DataFrame, base: int) -> None:
    colours = _palette()
    axes.axhline(0, color="0.4", linewidth=0.8)
    axes.axvline(base + 0.5, color="0.4", linewidth=0.8, linestyle=":")
    axes.vlines(rows["time"], rows["low"], rows["high"], color=colours[DARK], linewidth=5, alpha=0.25)
    axes.vlines(rows["time"], rows["pointwise_low"], rows["pointwise_high"], color=colours[DARK], linewidth=1.6)
    axes.scatter(rows["time"], rows["estimate"], color=[colours[DARK]], s=26, zorder=3)
    axes.scatter([base], [0], facecolor="white", edgecolor="0.3", s=26, zorder=3)
    axes.xaxis.get_major_locator().set_params(integer=True)


def _draw_sets(axes: Any, sets: Sensitivity, label: str) -> None:
    colours = _palette()
    rows = sets.table[sets.table[["low", "high"]].notna().all(axis=1)]
    width = rows["bound"].max() / max(len(rows), 1) if len(rows) else 1.0
    axes.axhline(0, color="0.4", linewidth=0.8)
    axes.vlines([-width], [sets.original[0]], [sets.original[1]], color="0.35", linewidth=1.6)
    axes.scatter([-width], [sets.estimate], color="0.35", s=26, zorder=3)
    axes.vlines(rows["bound"], rows["low"], rows["high"], color=colours[LIGHT], linewidth=1.6)
    axes.vlines(rows["bound"], rows["set_low"], rows["set_high"], color=colours[LIGHT], linewidth=5, alpha=0.3)
    axes.set_xticks([-width, *rows["bound"]], ["parallel", *(f"{bound:.2g}" for bound in rows["bound"])])
    axes.set(title=f"{sets.title[:1].upper()}{sets.title[1:]}", xlabel=label)


def _alt(rows: pd.DataFrame, bands: Bands) -> str:
    ends = rows.iloc[[0, -1]]["time"].tolist()
    return (
        f"Estimates from event time {ends[0]} to {ends[1]}, between {rows['estimate'].min():.3g} and "
        f"{rows['estimate'].max():.3g}, with pointwise and simultaneous {bands.level:.0%} bands"
    )


def _notes(bands: Bands, base: int, sets: Sensitivity | None) -> tuple[str, ...]:
    notes = [
        f"Points: estimates relative to event time {base}; thin bars: pointwise {bands.level:.0%} intervals; wide "
        f"bars: bands that contain all effects with probability {bands.level:.0%} ({bands.method}). Errors: "
        f"{bands.label}."
    ]
    if sets is not None:
        notes.append(
            f"Right: {bands.level:.0%} confidence sets if trends differ by at most the bound (thin), and effects "
            f"possible at the estimates (wide). Zero is left out up to a bound of {sets.breakdown:.2g}. "
            f"Bounds: {sets.method}."
        )
    return (*notes, *bands.remarks)
