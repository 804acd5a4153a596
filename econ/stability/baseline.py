"""The baseline: one record a specification, sorted, with all digits of every number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from econ.errors import BaselineError
from econ.estimates import Estimates, NotEstimable

__all__ = ["Record", "read_baseline", "record", "write_baseline"]

Record = dict[str, Any]
FORMAT = 1
ANEW = "store it anew with `econ check --accept all --why ...`"
NUMBERS = ("estimate", "se", "df", "p_value", "low", "high")


def record(result: Estimates | NotEstimable) -> Record:
    """What is stored of a result.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, White
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> stored = record(OLS("y ~ x").fit(data).inference(White("HC1")))
    >>> stored["nobs"], sorted(stored["terms"]["x"])
    (4, ['df', 'estimate', 'high', 'low', 'p_value', 'se'])
    """
    if isinstance(result, NotEstimable):
        return {"estimator": result.estimator, "formula": result.formula, "not_estimable": result.reason}
    rows = result.table.set_index("term")[list(NUMBERS)]
    return {
        "estimator": result.estimator,
        "formula": result.formula,
        "covariance": result.label,
        "nobs": result.nobs,
        "clusters": dict(result.clusters),
        "absorbed": dict(result.absorbed),
        "dropped": dict(result.dropped),
        "terms": {term: _finite(row) for term, row in rows.to_dict("index").items()},
    }


def read_baseline(path: Path) -> dict[str, Record]:
    """Records by specification.

    Raises
    ------
    BaselineError
        If the file is missing or not a baseline.
    """
    if not path.is_file():
        raise BaselineError(
            f"there is no {path.parent.name}/{path.name}; store the coefficients with "
            "`econ check --accept all --why 'first baseline'`"
        )
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BaselineError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(entries, dict) or entries.get("format") != FORMAT or "specifications" not in entries:
        raise BaselineError(f"{path.name} is not a baseline of format {FORMAT}; {ANEW}")
    specifications = entries["specifications"]
    if not isinstance(specifications, dict):
        raise BaselineError(f"{path.name}: specifications is not a table by name; {ANEW}")
    for name, stored in specifications.items():
        _require_record(f"{path.name}, specification {name}", stored)
    return specifications


def _require_record(where: str, stored: Any) -> None:
    if not isinstance(stored, dict) or not isinstance(stored.get("terms", {}), dict):
        raise BaselineError(f"{where} is not a record with terms; {ANEW}")
    for term, numbers in stored.get("terms", {}).items():
        if not isinstance(numbers, dict) or set(numbers) != set(NUMBERS):
            raise BaselineError(f"{where}, term {term}: it has to hold {', '.join(NUMBERS)}; {ANEW}")
        for name, value in numbers.items():
            number = isinstance(value, int | float) and abs(value) < float("inf") and not (name == "se" and value < 0)
            if value is not None and not number:
                raise BaselineError(f"{where}, term {term}: {name} is {value!r}; {ANEW}")


def write_baseline(path: Path, records: Mapping[str, Record]) -> None:
    """Store records, sorted; floats keep every digit that tells them apart."""
    entries = {"format": FORMAT, "specifications": dict(records)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries, indent=1, sort_keys=True, allow_nan=False) + "\n", encoding="utf-8")


def _finite(row: Mapping[str, float]) -> dict[str, float | None]:
    """Numbers of a term; what is not finite (the df of a normal) is stored as nothing."""
    return {name: float(value) if abs(value) < float("inf") else None for name, value in row.items()}
