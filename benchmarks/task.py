"""One thing that is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Work = Callable[[], object]


@dataclass(frozen=True)
class Task:
    """One thing to do, by us and by others.

    Attributes
    ----------
    name
        What is done.
    ours, peers
        The work, and that of others by the name of their package.
    targets
        For some peers, the share of their time that ours may take.
    runs
        Calls that are counted, and those of slow peers.
    limit
        Seconds that ours may take; None where the target is a share of a peer's time.
    """

    name: str
    ours: Work
    peers: dict[str, Work]
    targets: dict[str, float] = field(default_factory=dict)
    runs: tuple[int, int] = (5, 3)
    limit: float | None = None
