"""The options that all estimators of dynamic effects share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.errors import OptionError

__all__ = ["BASES", "COMPARISONS", "Options"]

COMPARISONS = ("never", "notyet")
BASES = ("universal", "varying")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is estimated from which columns.

    Parameters
    ----------
    outcome
        The outcome: a column, or a term such as `log(y)`.
    unit
        Column of units that are followed over time, each at most once a period; None for repeated cross-sections,
        whose rows are different members of their cohort.
    time
        Column of periods, equally spaced: numbers, dates, or an ordered categorical. Event times count periods.
    cohort
        Column of the first treated period, the same in all rows of a unit. Never treated: missing, infinite, or, where
        all periods are above zero, zero.
    controls
        Further regressors, such as `x1 + log(x2)`.
    comparison
        `never`: units that are never treated; `notyet`: units that are not treated yet, too.
    window
        First and last event time to report, both included; None for all.
    base
        `universal`: every effect is relative to the last period before the event (and its anticipation), which is no
        term. `varying`: those before the event are relative to the period just before each.
    anticipation
        Periods before the event in which it may already have effects.
    weights
        Column of analytic weights.
    ends
        Column of the first period in which the treatment is over; missing where it stays. Rows from then on are left
        out and counted: they are neither treated nor a clean comparison. Without it a treatment is taken to stay, and
        effects are those of having entered it.

    Raises
    ------
    OptionError
        If an option has a value that does not exist.
    """

    outcome: str
    unit: str | None
    time: str
    cohort: str
    controls: str | None = None
    comparison: str = "never"
    window: tuple[int, int] | None = None
    base: str = "universal"
    anticipation: int = 0
    weights: str | None = None
    ends: str | None = None

    def __post_init__(self) -> None:
        for name in ("outcome", "time", "cohort"):
            _require_text(name, getattr(self, name))
        for name in ("unit", "controls", "weights", "ends"):
            if getattr(self, name) is not None:
                _require_text(name, getattr(self, name))
        _require_choice("comparison", self.comparison, COMPARISONS)
        _require_choice("base", self.base, BASES)
        if not _whole(self.anticipation) or self.anticipation < 0:
            raise OptionError(f"anticipation={self.anticipation!r}: give a whole number of periods, zero or more")
        _require_window(self.window)

    @property
    def formula(self) -> str:
        """The model in words: outcome, event times and controls, effects."""
        controls = f" + {self.controls}" if self.controls else ""
        return f"{self.outcome} ~ event time{controls} | {self.unit or self.cohort} + {self.time}"

    def inside(self, event_time: int) -> bool:
        """Whether an event time is to be reported."""
        return self.window is None or self.window[0] <= event_time <= self.window[1]


def _require_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise OptionError(
            f"{name}={value!r}: name it as a text, such as {name}='{'x1 + x2' if name == 'controls' else name}'"
        )


def _require_choice(name: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise OptionError(f"no {name} {value!r}; there are {', '.join(known)}")


def _whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _require_window(window: object) -> None:
    if window is None:
        return
    pair = isinstance(window, tuple) and len(window) == 2 and all(_whole(one) for one in window)  # noqa: PLR2004
    if not pair or not window[0] <= 0 <= window[1]:  # type: ignore[index]
        raise OptionError(f"window={window!r}: give the first and the last event time around zero, such as (-4, 5)")
