"""What an omitted variable of any strength would leave of an estimate, as contours."""

from __future__ import annotations

from typing import Any

import pandas as pd

from econ.report.figure import Figure, drawing
from econ.stability.omitted import OmittedVariable

__all__ = ["contour_figure"]


def contour_figure(
    found: OmittedVariable,
    *,
    name: str,
    title: str,
    benchmarks: tuple[str, ...] = (),
    multiples: tuple[float, ...] = (1.0, 2.0, 3.0),
    most: float = 0.4,
) -> Figure:
    """Draw the adjusted estimate over the strengths of an omitted variable, with observed ones as benchmarks.

    Parameters
    ----------
    found
        From `omitted_variable`.
    name, title
        File name without ending, and caption.
    benchmarks, multiples
        Terms of the regression, and how many times as strong a variable is marked.
    most
        Largest partial R² on both axes.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import OLS
    >>> from econ.report import contour_figure
    >>> from econ.stability import omitted_variable
    >>> data = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 3)), columns=list("yxa"))
    >>> found = omitted_variable(OLS("y ~ x + a").fit(data), "x")
    >>> contour_figure(found, name="contours", title="An omitted variable", benchmarks=("a",)).svg.startswith("<?xml")
    True
    """
    marks = {one: found.bounds(one, multiples).dropna() for one in benchmarks}
    inside = {one: rows[(rows["r2_treatment"] <= most) & (rows["r2_outcome"] <= most)] for one, rows in marks.items()}
    with drawing(name, height=4.8) as canvas:
        _draw(canvas.axes[0], found, inside, most)
    outside = sum(len(marks[one]) - len(inside[one]) for one in benchmarks)
    note = (
        f"Contours: the coefficient of {found.term} in a regression with an omitted variable of this strength; red: "
        "zero. "
        f"Diamond: without one ({found.estimate:.3g}). It takes {found.robustness():.1%} of what is left of both "
        f"treatment and outcome to take it to zero."
    )
    beyond = (f"Benchmarks outside of the drawing: {outside}.",) if outside else ()
    alt = f"Contours of the coefficient of {found.term} over two partial R² from 0 to {most:g}"
    return Figure(name, title, alt, canvas.svg, (note, *beyond))


def _draw(axes: Any, found: OmittedVariable, marks: dict[str, pd.DataFrame], most: float) -> None:
    import seaborn as sns  # noqa: PLC0415 - slow, and for the drawing only

    colours = sns.color_palette("colorblind")
    grid = found.contours(most, most).pivot_table(index="r2_outcome", columns="r2_treatment", values="estimate")
    x, y, z = grid.columns.to_numpy(), grid.index.to_numpy(), grid.to_numpy()
    lines = axes.contour(x, y, z, levels=9, colors="0.55", linewidths=0.8)
    axes.clabel(lines, fontsize=7)
    if z.min() < 0 < z.max():
        axes.contour(x, y, z, levels=[0.0], colors=[colours[3]], linewidths=1.6)
    axes.scatter([0], [0], marker="D", color=["0.2"], s=22, clip_on=False, zorder=3)
    for colour, (term, rows) in zip(colours, marks.items(), strict=False):
        axes.scatter(rows["r2_treatment"], rows["r2_outcome"], color=[colour], s=22, zorder=3)
        for row in rows.itertuples():
            axes.annotate(
                f"{row.multiple:g} × {term}",
                (row.r2_treatment, row.r2_outcome),
                xytext=(4, 3),
                textcoords="offset points",
                fontsize=7,
            )
    axes.set(xlabel="Partial R² with the treatment", ylabel="Partial R² with the outcome")
