"""Fits of estimates that come with their influence, and not from one regression."""

from __future__ import annotations

from collections.abc import Sequence

from econ.event_study.panel import EventPanel
from econ.from_influence import from_influence
from econ.groups import Vector
from econ.scores import Scores
from econ.types import Estimator, Fit

__all__ = ["influence_fit"]


def influence_fit(spec: Estimator, panel: EventPanel, names: Sequence[str], params: Vector, influence: Scores) -> Fit:
    """A fit whose residuals are deviations from the means of cohorts in periods.

    Parameters
    ----------
    spec, panel
        The estimator, and the rows it was estimated on.
    names, params
        (k,) terms and estimates.
    influence
        (n, k) influence of the rows.
    """
    residuals = panel.y - panel.means
    return from_influence(spec, panel.sample, names, params, influence, residuals=residuals, fitted=panel.y - residuals)
