"""The one way that anything runs in parallel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache
from typing import Any, Protocol, TypeVar

__all__ = ["for_long_columns", "run_blocks", "run_in_processes", "running_on"]

LONG, FEW = 10_000, 12
Block = TypeVar("Block")
Result = TypeVar("Result")


class Executor(Protocol):
    """Runs work somewhere, as the executors of `concurrent.futures` and `Client.get_executor()` of dask do."""

    def map(self, work: Callable[[Any], Any], blocks: Iterable[Any], /) -> Iterable[Any]:
        """Results of blocks of work in their order."""
        ...


EXECUTOR: ContextVar[Executor | None] = ContextVar("executor", default=None)


@contextmanager
def running_on(executor: Executor) -> Iterator[None]:
    """Within the block, blocks of work run on an executor, such as that of a cluster; results are the same bits.

    Parameters
    ----------
    executor
        Of `concurrent.futures`, or `dask.distributed.Client(...).get_executor()`, which can send functions with what
        they enclose (processes of the standard library cannot).

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from econ.compute.blocks import run_blocks, running_on
    >>> with ThreadPoolExecutor(2) as pool, running_on(pool):
    ...     run_blocks(lambda block: block**2, range(3))
    [0, 1, 4]
    """
    token = EXECUTOR.set(executor)
    try:
        yield
    finally:
        EXECUTOR.reset(token)


def run_blocks(work: Callable[[Block], Result], blocks: Iterable[Block]) -> list[Result]:
    """Results of independent blocks of work, in the order of the blocks.

    Threads share the arrays, and numpy lets go of the interpreter while it computes; each block's linear
    algebra keeps to one thread, since threads inside of threads wait for each other. The blocks and their
    order are the caller's, never the number of cores, so that the results are the same bits everywhere.
    """
    todo = list(blocks)
    executor = EXECUTOR.get()
    if executor is not None and len(todo) > 1:
        return list(executor.map(work, todo))
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
