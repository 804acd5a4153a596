"""The one way that anything runs in parallel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, TypeVar

__all__ = ["for_long_columns", "run_blocks", "run_in_processes"]

LONG, FEW = 10_000, 12
Block = TypeVar("Block")
Result = TypeVar("Result")


def run_blocks(work: Callable[[Block], Result], blocks: Iterable[Block]) -> list[Result]:
    """Results of independent blocks of work, in the order of the blocks.

    Threads share the arrays, and numpy lets go of the interpreter while it computes; each block's linear
    algebra keeps to one thread, since threads inside of threads wait for each other. The blocks and their
    order are the caller's, never the number of cores, so that the results are the same bits everywhere.
    """
    todo = list(blocks)
    threads = min(len(todo), _cores())
    if threads < 2:  # noqa: PLR2004
        return [work(block) for block in todo]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - small tables never need it

    with _libraries().limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, todo))


def run_in_processes(work: Callable[[Block], Result], blocks: Iterable[Block]) -> list[Result]:
    """The same in processes, for work that is mostly Python; `work` and blocks are sent to them by pickling."""
    todo = list(blocks)
    processes = min(len(todo), _cores())
    if processes < 2:  # noqa: PLR2004
        return [work(block) for block in todo]
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_one_thread) as pool:
        return list(pool.map(work, todo))


def for_long_columns(rows: int, columns: int) -> AbstractContextManager[object]:
    """Keep linear algebra to one thread while columns are few and long.

    Such products are bound by memory, not arithmetic, and threads that wait for a busy core cost more than they save.
    """
    few = rows >= LONG and columns <= FEW
    return _libraries().limit(limits=1, user_api="blas") if few else nullcontext()


def _one_thread() -> None:
    _libraries().limit(limits=1, user_api="blas")


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController  # noqa: PLC0415

    return ThreadpoolController()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
