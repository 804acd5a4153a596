"""A specification curve in one drawing: the estimates in order, and below them which choices each of them makes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from econ.report.figure import Figure, drawing
from econ.stability.curves.curve import SpecificationCurve

__all__ = ["specification_curve_figure"]

MOST = 400  # specifications that are drawn; of more, evenly many along the order
CHOICES = {"outcome": "", "treatment": "", "effects": "effects: ", "sample": "sample: ", "estimator": ""}


def specification_curve_figure(
    curve: SpecificationCurve, *, name: str, title: str, ylabel: str = "Estimate", notes: tuple[str, ...] = ()
) -> Figure:
    """Draw the estimates of all specifications in order, with their intervals, above a table of dots for their choices.

    Parameters
    ----------
    curve
        From `specification_curve`.
    name, title
        File name without ending, and caption.
    ylabel
        Label of the estimates.
    notes
        What the reader must know besides.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import White
    >>> from econ.report import specification_curve_figure
    >>> from econ.stability import Specifications, specification_curve
    >>> data = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 4)), columns=list("yxab"))
    >>> curve = specification_curve(Specifications(("y",), ("x",), ("a", "b"), covariance=White("HC1")), data)
    >>> specification_curve_figure(curve, name="curve", title="All specifications").svg.startswith("<?xml")
    True
    """
    rows = curve.table[curve.numbers["estimate"].notna()].sort_values("estimate", kind="stable")
    total = len(rows)
    if total > MOST:
        rows = rows.iloc[np.unique(np.linspace(0, total - 1, MOST).round().astype(int))]
    choices = _choices(curve, rows)
    height = 2.6 + 0.16 * len(choices)
    with drawing(name, columns=1, height=height) as canvas:
        _draw(canvas.axes[0], rows, choices, ylabel, curve.level)
    facts = curve.summary
    drawn = "" if total == len(rows) else f" {len(rows)} of them are drawn, evenly along their order."
    summary = (
        f"{facts['estimated']:.0f} of {facts['specifications']:.0f} specifications can be estimated.{drawn} Bars: "
        f"{curve.level:.0%} intervals of each by itself; dark where they leave zero out."
    )
    alt = f"{total} estimates from {rows['estimate'].min():.3g} to {rows['estimate'].max():.3g}, and their choices"
    return Figure(name, title, alt, canvas.svg, (summary, *notes))


def _choices(curve: SpecificationCurve, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """(drawn,) whether each of the choices that differ between specifications is made."""
    found: dict[str, np.ndarray] = {}
    for column, before in CHOICES.items():
        values = rows[column].where(rows[column].notna(), "none" if column == "effects" else "all rows")
        options = list(dict.fromkeys(curve.table[column].where(curve.table[column].notna(), "none")))
        if len(options) > 1:
            found |= {f"{before}{one}": (values == one).to_numpy() for one in dict.fromkeys(values)}
    chosen = rows["controls"].str.split(" + ", regex=False)
    for control in curve.specifications.controls:
        parts = set(control.split(" + "))
        found[f"+ {control}"] = np.array([parts <= set(one) for one in chosen])
    return found


def _draw(axes: Any, rows: pd.DataFrame, choices: dict[str, np.ndarray], ylabel: str, level: float) -> None:
    import seaborn as sns  # noqa: PLC0415 - slow, and for the drawing only

    dark, light = sns.color_palette("colorblind")[0], "0.7"
    x = np.arange(len(rows))
    sure = (rows["p_value"] < 1 - level).to_numpy()
    axes.set_axis_off()
    share = 2.2 / (2.2 + 0.16 * len(choices))
    upper = axes.inset_axes((0.0, 1 - share, 1.0, share))
    lower = axes.inset_axes((0.0, 0.0, 1.0, max(1 - share - 0.03, 0.01)), sharex=upper)
    for there, colour in ((~sure, light), (sure, dark)):
        upper.vlines(x[there], rows["low"][there], rows["high"][there], color=colour, linewidth=0.7)
        upper.scatter(x[there], rows["estimate"][there], color=[colour], s=5, zorder=3)
    upper.axhline(0, color="0.3", linewidth=0.8)
    upper.set(ylabel=ylabel)
    upper.tick_params(labelbottom=False)
    for place, made in enumerate(choices.values()):
        lower.scatter(x[made], np.full(int(made.sum()), place), color=["0.25"], s=2.5, marker="s", linewidths=0)
    lower.set_yticks(range(len(choices)), list(choices), fontsize=7)
    lower.set(ylim=(len(choices) - 0.5, -0.5), xlabel="Specifications in order of the estimate")
    lower.grid(visible=False)
