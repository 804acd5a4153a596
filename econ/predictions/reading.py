"""From a fit to the model that it estimated."""

from __future__ import annotations

import numpy as np

from econ.design import INTERCEPT
from econ.design.terms import Recipe, recipe
from econ.errors import NotDefinedError
from econ.formula import parse
from econ.predictions.absorbed import Absorbed
from econ.predictions.model import Model, Part
from econ.sample import listed
from econ.types import Fit

__all__ = ["model_of"]

REPRODUCED = 1e-6
SAME = 1e-8


def model_of(fit: Fit) -> Model:
    """The model behind a fit.

    Raises
    ------
    NotDefinedError
        If the estimator does not say what it expects of a row, if the parameters are no longer those of its terms,
        or if a term depends on other rows than its own.
    """
    parts = _parts(fit)
    effects = parse(fit.spec.formula).effects if fit.effects else ()
    model = Model(fit, parts, Absorbed(effects, fit.effects, fit.sample))
    for part in parts:
        _require_rowwise(part.recipe)
    found, scale = model.response.value(model.index(model.own)), np.nanmax(np.abs(fit.fitted))
    if np.nanmax(np.abs(found - fit.fitted)) > REPRODUCED * scale:
        raise NotDefinedError(f"these parameters do not give what {fit.spec!r} fitted; use the fit itself")
    return model


def _parts(fit: Fit) -> tuple[Part, ...]:
    """The indices, checked to have all of the parameters but those that are no coefficients."""
    parts: list[Part] = []
    taken: list[str] = []
    lost: set[str] = set()
    constants = {""} if any(effect.slope is None for effect in fit.effects) else set()
    for prefix, text in _texts(fit):
        one = recipe(text, fit.sample)
        names = [f"{prefix}{name}" for name in one.names]
        kept = [place for place, name in enumerate(names) if name in fit.names and name not in taken]
        omitted = [place for place, name in enumerate(names) if name in fit.omitted]
        taken += [names[place] for place in kept]
        lost |= set(names) - {*taken, *fit.omitted} - {f"{before}{INTERCEPT}" for before in constants}
        constants.add(prefix)  # a second sum for the same index has no constant of its own
        parts.append(Part(one, kept, omitted))
    if lost or tuple(taken) != fit.names[: len(taken)]:
        raise NotDefinedError(
            f"the parameters {listed(fit.names)} are not those of {fit.spec!r}: "
            "use the fit itself, not combinations of its parameters"
        )
    return tuple(parts)


def _texts(fit: Fit) -> tuple[tuple[str, str], ...]:
    """Prefix and sum of terms of each index."""
    if not hasattr(type(fit.spec), "parts") or not callable(getattr(fit.spec, "mean", None)):
        name = type(fit.spec).__name__
        raise NotDefinedError(f"{name} does not say what it expects of a single row, so that nothing can be predicted")
    texts: tuple[tuple[str, str], ...] = getattr(fit.spec, "parts")  # noqa: B009 - few estimators have it
    return texts


def _require_rowwise(one: Recipe) -> None:
    """Stop at terms that are something else when some of the rows are left out."""
    if one.spec is None:
        return
    some = slice(None, None, 2)
    again = one.on(one.sample.data.iloc[one.sample.rows[some]])
    for name, whole, part in zip(one.names, one.columns, again, strict=True):
        if not (np.abs(whole[some] - part) <= SAME * np.abs(whole).max()).all():
            raise NotDefinedError(
                f"{name} in {one.text!r} depends on other rows than its own, so that it is not defined for new ones; "
                "make it a column, or use center(), scale() and the like, which remember the rows used"
            )
