"""What is kept of a result: the terms, what was estimated on what, and where it was computed."""

from __future__ import annotations

import math
import pkgutil
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import import_module
from typing import Any, Protocol

import econ.stability.readers
from econ.errors import BaselineError, OptionError
from econ.margins import STANDARD, Margins
from econ.stability.environment import environment
from econ.stability.fingerprints import fingerprints

__all__ = ["ANEW", "NUMBERS", "Margins", "Record", "record", "require_record"]

Record = dict[str, Any]
LARGEST = sys.float_info.max
NUMBERS = ("estimate", "se", "p", "df")
ANEW = "store it anew with `econ check --accept all --why ...`"


class Reader(Protocol):
    """A module of `readers/`, which knows the results of one package."""

    PACKAGE: str

    def read(self, result: Any) -> Record:
        """The record of a result; `terms` are pairs of a name and numbers, which may not be finite."""
        ...


def record(result: Any, *, data: Any = None, margins: Margins | None = None) -> Record:
    """What is kept of a fitted result, of ours or of statsmodels, linearmodels or pyfixest.

    Parameters
    ----------
    result
        `Estimates`, `NotEstimable` or `Test` of ours; a fitted result of one of the others.
    data
        The table that it was estimated on, so that a later check can say which columns and rows changed; left out,
        only what the result carries is known.
    margins
        How far its numbers may move; None for those that its estimator declares, or the standard.

    Returns
    -------
    dict
        `estimator`, `formula`, `covariance`, `nobs`, `clusters`, `absorbed`, `dropped`, `terms` with
        `{estimate, se, p, df}` (null where not finite: the df of a normal), and `data`, `environment`.

    Raises
    ------
    OptionError
        If the result is of none of these, or no covariance has been chosen yet.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, White
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> stored = record(OLS("y ~ x").fit(data).inference(White("HC1")), data=data)
    >>> stored["nobs"], sorted(stored["terms"]["x"]), sorted(stored["data"])
    (4, ['df', 'estimate', 'p', 'se'], ['column x', 'column y'])
    """
    reader = _reader(result)
    found = _read(reader, result)
    if data is not None:
        prints = fingerprints(data)
        found |= {**prints, "data": {**found.get("data", {}), **prints["data"]}}
    if margins is not None:
        _require_margins(margins)
        found["margins"] = asdict(margins)
    terms = _terms(found.get("terms", []))
    kept = {**found, "terms": terms, "environment": environment(reader.PACKAGE)}
    if kept.get("margins") in (None, asdict(STANDARD)):
        kept.pop("margins", None)
    if "not_estimable" in kept:
        del kept["terms"]
    return kept


def require_record(where: str, stored: Any) -> None:
    """Stop at what is no record.

    Raises
    ------
    BaselineError
        With the specification, term and number.
    """
    if not isinstance(stored, dict) or not isinstance(stored.get("terms", {}), dict):
        raise BaselineError(f"{where} is not a record with terms; {ANEW}")
    for side in ("data", "code", "environment"):
        texts = stored.get(side, {})
        if not isinstance(texts, dict) or not all(isinstance(one, str) for one in texts.values()):
            raise BaselineError(f"{where}: {side} is no table of texts; {ANEW}")
    if not re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", str(stored.get("rows", ""))) or len(str(stored.get("rows", ""))) % 4:
        raise BaselineError(f"{where}: rows are no fingerprints; {ANEW}")
    for term, numbers in stored.get("terms", {}).items():
        if not isinstance(numbers, dict) or set(numbers) != set(NUMBERS):
            raise BaselineError(f"{where}, term {term}: it has to hold {', '.join(NUMBERS)}; {ANEW}")
        for name, value in numbers.items():
            real = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
            if value is not None and not (real and not (name == "se" and value < 0)):
                raise BaselineError(f"{where}, term {term}: {name} is {value!r}; {ANEW}")
    try:
        Margins(**stored.get("margins", {}))
    except (TypeError, OptionError) as error:
        raise BaselineError(f"{where}: its margins are none: {error}; {ANEW}") from error


def _read(reader: Reader, result: Any) -> Record:
    try:
        return reader.read(result)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise OptionError(
            f"a {type(result).__name__} of {reader.PACKAGE} cannot be read: {error!r}; record a result with one row of "
            "parameters that still has its data"
        ) from error


def _terms(pairs: Sequence[tuple[Any, Mapping[str, float | None]]]) -> dict[str, dict[str, float | None]]:
    """Numbers by the name of the term, of which each is there once."""
    names = [str(name) for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise OptionError(f"two terms are called {twice[0]!r}, and one would hide the other; rename the columns")
    return {name: _finite(numbers) for name, (_, numbers) in zip(names, pairs, strict=True)}


def _require_margins(margins: object) -> None:
    if not isinstance(margins, Margins):
        raise OptionError(f"margins={margins!r}: give Margins(same=..., warn=..., reason='...')")


@cache
def _readers() -> dict[str, Reader]:
    modules = pkgutil.iter_modules(econ.stability.readers.__path__, f"{econ.stability.readers.__name__}.")
    found: list[Any] = [import_module(module.name) for module in modules]
    return {one.PACKAGE: one for one in found}


def _reader(result: Any) -> Reader:
    readers = _readers()
    for kind in type(result).__mro__:
        package = kind.__module__.partition(".")[0]
        if package in readers:
            return readers[package]
    raise OptionError(
        f"a {type(result).__name__} is no fitted result of {', '.join(sorted(readers))}; "
        "write a reader into econ/stability/readers/ for another package"
    )


def _finite(numbers: Mapping[str, float | None]) -> dict[str, float | None]:
    """Numbers of a term; what is not finite is stored as nothing."""
    return {
        name: None if (value := numbers[name]) is None or not math.isfinite(value) else float(value) for name in NUMBERS
    }
