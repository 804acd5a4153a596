"""The one way that anything runs in parallel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TypeVar

__all__ = ["run_blocks"]

Block = TypeVar("Block")
Result = TypeVar("Result")


def run_blocks(work: Callable[[Block], Result], blocks: Iterable[Block]) -> list[Result]:
    """Results of independent blocks of work, in the order of the blocks.

    Threads share the arrays, and numpy lets go of the interpreter while it computes. The blocks and
    their order are the caller's, never the number of cores, so that the results are the same bits everywhere.
    """
    todo = list(blocks)
    threads = min(len(todo), _cores())
    if threads < 2:  # noqa: PLR2004
        return [work(block) for block in todo]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - small tables never need it

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, todo))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
