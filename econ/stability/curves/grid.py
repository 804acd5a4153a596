"""The grid of specifications."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product
from math import comb

from econ.errors import OptionError
from econ.estimates import require_whole
from econ.estimators.ols import OLS
from econ.formula import split
from econ.types import Covariance, Estimator, require_covariance

__all__ = ["Specification", "Specifications"]


@dataclass(frozen=True)
class Specification:
    """One way to ask the question.

    Attributes
    ----------
    outcome, treatment
        Terms of a formula.
    controls
        Terms beside the treatment.
    effects
        Absorbed effects; None for none.
    sample
        Column that is true in the rows used; None for all.
    estimator
        From a formula to an estimator.
    """

    outcome: str
    treatment: str
    controls: tuple[str, ...]
    effects: str | None
    sample: str | None
    estimator: Callable[[str], Estimator]

    @cached_property
    def formula(self) -> str:
        """As an estimator takes it."""
        effects = "" if self.effects is None else f" | {self.effects}"
        return f"{self.outcome} ~ {' + '.join([self.treatment, *self.controls])}{effects}"

    @property
    def spec(self) -> Estimator:
        """The estimator of this formula."""
        return self.estimator(self.formula)


@dataclass(frozen=True)
class Specifications:
    """A grid: every outcome on every treatment with every set of controls, effects, sample and estimator.

    Parameters
    ----------
    outcomes, treatments
        Terms, such as `("y", "log(y)")`; each treatment is one column.
    controls
        Terms of which every subset is taken; one may be a sum, whose terms then come together.
    always
        Terms that are among the controls of every specification.
    effects, samples
        Absorbed effects such as `"unit + year"`, columns of true and false; None for none, and for all rows.
    estimators
        From a formula to an estimator: `OLS`, `PPML`, or `lambda formula: OLS(formula, weights="w")`.
    covariance
        How uncertainty is measured in all of them.
    least, most
        Fewest and most of the optional controls.

    Raises
    ------
    OptionError
        If the grid is empty, or names something twice.

    Examples
    --------
    >>> from econ import Clustered
    >>> grid = Specifications(("y",), ("x",), ("a", "b + c"), effects=(None, "unit"), covariance=Clustered("unit"))
    >>> len(grid), [one.formula for one in grid][:4]
    (8, ['y ~ x', 'y ~ x + a', 'y ~ x + b + c', 'y ~ x + a + b + c'])
    """

    outcomes: tuple[str, ...]
    treatments: tuple[str, ...]
    controls: tuple[str, ...] = ()
    always: tuple[str, ...] = field(default=(), kw_only=True)
    effects: tuple[str | None, ...] = field(default=(None,), kw_only=True)
    samples: tuple[str | None, ...] = field(default=(None,), kw_only=True)
    estimators: tuple[Callable[[str], Estimator], ...] = field(default=(OLS,), kw_only=True)
    covariance: Covariance = field(kw_only=True)
    least: int = field(default=0, kw_only=True)
    most: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_covariance(self.covariance)
        require_whole("least", self.least)
        require_whole("most", self.most, optional=True)
        for name in ("outcomes", "treatments", "controls", "always", "effects", "samples", "estimators"):
            _require_choices(name, getattr(self, name), some=name not in {"controls", "always"})
        terms = [term.strip() for one in (*self.treatments, *self.controls, *self.always) for term in split(one, "+")]
        twice = sorted({term for term in terms if terms.count(term) > 1} | ({*terms} & {*self.outcomes}))
        if twice:
            raise OptionError(f"{', '.join(twice)} is named twice among outcomes, treatments and controls")
        if not self._sizes:
            raise OptionError(
                f"least={self.least}, most={self.most}: no set of {len(self.controls)} controls is so large"
            )

    @property
    def _sizes(self) -> range:
        most = len(self.controls) if self.most is None else min(self.most, len(self.controls))
        return range(self.least, most + 1)

    def __len__(self) -> int:
        """Number of specifications."""
        sets = sum(comb(len(self.controls), size) for size in self._sizes)
        others = (self.outcomes, self.treatments, self.effects, self.samples, self.estimators)
        for one in others:
            sets *= len(one)
        return sets

    def __iter__(self) -> Iterator[Specification]:
        """The specifications: sets of controls vary fastest, from few to many."""
        sets = [(*self.always, *chosen) for size in self._sizes for chosen in combinations(self.controls, size)]
        for outcome, treatment, estimator, sample, effects, controls in product(
            self.outcomes, self.treatments, self.estimators, self.samples, self.effects, sets
        ):
            yield Specification(outcome, treatment, controls, effects, sample, estimator)


def _require_choices(name: str, choices: object, *, some: bool) -> None:
    if not isinstance(choices, tuple) or (some and not choices):
        raise OptionError(f"{name}={choices!r}: give a tuple{' that is not empty' * some}, such as ('y', 'log(y)')")
    allowed: Callable[[object], bool] = {
        "estimators": callable,
        "effects": lambda one: one is None or isinstance(one, str),
        "samples": lambda one: one is None or isinstance(one, str),
    }.get(name, lambda one: isinstance(one, str) and bool(one.strip()))
    wrong = [one for one in choices if not allowed(one)]
    if wrong or any(one == other for place, one in enumerate(choices) for other in choices[:place]):
        raise OptionError(
            f"{name}={choices!r}: {wrong[0] if wrong else 'a choice that is there twice'!r} is not possible"
        )
