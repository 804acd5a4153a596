"""Relative transition paths of clubs in one drawing."""

from __future__ import annotations

from econ.convergence.club_search.find import Clubs
from econ.errors import NotDefinedError
from econ.report.figure import Figure, drawing

__all__ = ["transition_figure"]


def transition_figure(
    clubs: Clubs, *, name: str, title: str, xlabel: str = "", ylabel: str = "Relative to the mean of all"
) -> Figure:
    """Draw the mean path of each club, and beside it those of all units.

    Parameters
    ----------
    clubs
        Convergence clubs, as found or merged.
    name, title
        File name without ending, and caption.
    xlabel, ylabel
        Labels of the axes.

    Raises
    ------
    NotDefinedError
        If there is no club.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.convergence import LogT, clubs
    >>> from econ.report import transition_figure
    >>> year, unit = np.meshgrid(range(1, 41), range(8))
    >>> data = pd.DataFrame({"unit": unit.ravel(), "year": year.ravel()})
    >>> rich = data["unit"] >= 4
    >>> data["y"] = 5 + (0.1 + 0.1 * rich) * data["year"] + (data["unit"] % 4 - 1.5) / data["year"]
    >>> figure = transition_figure(clubs(data, LogT("y", unit="unit", time="year")), name="paths", title="Paths")
    >>> figure.alt
    'Mean relative paths of 2 clubs: club 1 from 1.01 to 1.18, club 2 from 0.99 to 0.82'
    """
    import seaborn as sns  # noqa: PLC0415 - slow, and for the drawing only

    if not clubs.groups:
        raise NotDefinedError("no club was found, and there is nothing to draw")
    means, paths = clubs.club_paths(), clubs.transition_paths()
    colours = sns.color_palette("colorblind", len(clubs.groups))
    with drawing(name, columns=2) as canvas:
        for number, group in enumerate(clubs.groups, start=1):
            colour = colours[number - 1]
            canvas.axes[0].plot(means.index, means[number], color=colour, label=f"{number} ({group.size})")
            canvas.axes[1].plot(paths.index, paths.iloc[:, group], color=colour, linewidth=0.6, alpha=0.6)
        if clubs.divergent.size:
            rest = paths.iloc[:, clubs.divergent]
            canvas.axes[1].plot(rest.index, rest, color="0.6", linewidth=0.6, linestyle=":")
        canvas.axes[0].legend(title="Club (units)", frameon=False, fontsize=8)
        canvas.axes[0].set(title="Means of the clubs", xlabel=xlabel, ylabel=ylabel)
        canvas.axes[1].set(title="Units", xlabel=xlabel)
    ends = means.iloc[[0, -1]]
    said = [f"club {number} from {ends[number].iloc[0]:.2f} to {ends[number].iloc[1]:.2f}" for number in means.columns]
    return Figure(
        name=name,
        title=title,
        alt=f"Mean relative paths of {len(clubs.groups)} clubs: {', '.join(said)}",
        svg=canvas.svg,
        notes=(f"Long-run values relative to the mean of all units; {clubs.method}. Dotted: units of no club.",),
    )
