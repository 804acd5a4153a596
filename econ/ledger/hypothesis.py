"""A hypothesis, written down before it is tested."""

from __future__ import annotations

from dataclasses import dataclass, fields

from econ.errors import OptionError

__all__ = ["Hypothesis"]


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """What is claimed, how it is tested, and what would refute it; none of it depends on the results.

    Parameters
    ----------
    number
        Its place in the ledger.
    title
        A few words.
    statement
        What the hypothesis claims of the world.
    estimand
        The quantity whose sign or size it claims something about.
    specification
        How that is estimated and tested.
    data
        Which tables and concepts stand for it, proxies named as such.
    falsifier
        The finding that would contradict it.
    identification
        Why the estimate may not be the effect, and what is done about it.

    Raises
    ------
    OptionError
        If a part is empty.

    Examples
    --------
    >>> from econ.ledger import Hypothesis
    >>> one = Hypothesis(number=1, title="Exposure", statement="Who is exposed pays.", estimand="Its slope.",
    ...                  specification="Least squares.", data="Bank claims.", falsifier="A negative slope.",
    ...                  identification="Exposure is chosen.")
    >>> list(one.parts)[:2]
    ['Statement', 'Estimand']
    """

    number: int
    title: str
    statement: str
    estimand: str
    specification: str
    data: str
    falsifier: str
    identification: str

    def __post_init__(self) -> None:
        empty = [field.name for field in fields(self) if not str(getattr(self, field.name)).strip()]
        if empty:
            raise OptionError(f"hypothesis {self.title!r} has no {', '.join(empty)}; say it in a sentence")

    @property
    def parts(self) -> dict[str, str]:
        """Its parts but for number and title, by name."""
        names = [field.name for field in fields(self) if field.name not in {"number", "title"}]
        return {name.capitalize(): getattr(self, name) for name in names}
