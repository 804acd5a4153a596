"""An effect along another variable, with its bands."""

from __future__ import annotations

import numpy as np

from econ.errors import DataError
from econ.groups import Vector
from econ.inference.bands import Bands
from econ.report.figure import Figure, drawing

__all__ = ["marginal_effect_figure"]


def marginal_effect_figure(
    bands: Bands, values: Vector, *, observed: Vector, name: str, title: str, xlabel: str, ylabel: str
) -> Figure:
    """Draw the effect of one variable along the values of another.

    Parameters
    ----------
    bands
        Of `simultaneous_bands`: one term for each value, in their order.
    values
        (m,) values of the other variable.
    observed
        Its values in the data, drawn as ticks: between few of them a band is extrapolated; empty for none.
    name, title, xlabel, ylabel
        File name without ending, caption, and labels of the axes.

    Raises
    ------
    DataError
        If there are not as many values as terms.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import OLS, White, simultaneous_bands
    >>> from econ.report import marginal_effect_figure
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame(rng.normal(size=(50, 3)), columns=["y", "x", "w"])
    >>> fit, at = OLS("y ~ x*w").fit(data), np.array([-1.0, 0.0, 1.0])
    >>> along = fit.combine([[0, 1, 0, w] for w in at], ["low", "middle", "high"])
    >>> figure = marginal_effect_figure(simultaneous_bands(along, White()), at, observed=data["w"].to_numpy(),
    ...                                 name="effect", title="Effect of x", xlabel="w", ylabel="Effect")
    >>> figure.svg.startswith("<?xml")
    True
    """
    rows = bands.table
    if len(rows) != len(values):
        raise DataError(
            f"{len(values)} values for {len(rows)} terms of the bands; give one value a term, in their order"
        )
    inside = observed[(observed >= np.min(values)) & (observed <= np.max(values))]
    with drawing(name) as canvas:
        axes = canvas.axes[0]
        axes.axhline(0, color="0.4", linewidth=0.8)
        axes.fill_between(values, rows["low"], rows["high"], color="#0173b2", alpha=0.18, linewidth=0)
        axes.fill_between(
            values, rows["pointwise_low"], rows["pointwise_high"], color="#0173b2", alpha=0.3, linewidth=0
        )
        axes.plot(values, rows["estimate"], color="#0173b2", linewidth=1.6)
        axes.plot(inside, np.zeros(inside.size), "|", color="0.2", markersize=7)
        axes.set(xlabel=xlabel, ylabel=ylabel)
    alt = (
        f"{title}: from {rows['estimate'].iloc[0]:.3g} at {values[0]:.3g} to {rows['estimate'].iloc[-1]:.3g} at "
        f"{values[-1]:.3g}, with {bands.level:.0%} bands"
    )
    ticks = " Ticks: values in the data." if inside.size else ""
    notes = (
        f"Line: estimate; dark: pointwise {bands.level:.0%} intervals; light: bands that contain the effect at all "
        f"values with probability {bands.level:.0%} ({bands.method}).{ticks} Errors: "
        f"{bands.label}.",
        *bands.remarks,
    )
    return Figure(name, title, alt, canvas.svg, notes)
