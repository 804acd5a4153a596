"""Shared by the scripts whose folders hold argument.json: what they write, and plain sandwiches."""

import json
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd


def write_data(data):
    """Floats are written with as many digits as give the same double back."""
    data.to_csv("data.csv", index=False, lineterminator="\n", encoding="utf-8")
    return pd.read_csv("data.csv")


def _plain(value):
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray, pd.Series, pd.Index)):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def write(packages, data_source, cases, notes):
    python = "Python " + ".".join(map(str, sys.version_info[:3]))
    out = {
        "source": ", ".join([python] + [f"{p} {version(p)}" for p in packages]),
        "data_source": data_source,
        "notes": notes,
        "cases": _plain(cases),
    }
    with open("argument.json", "w", encoding="utf-8", newline="\n") as f:
        json.dump(out, f, indent=1, ensure_ascii=False, allow_nan=False)
        f.write("\n")
    print(out["source"])


def close(a, b, rtol=1e-9):
    np.testing.assert_allclose(np.asarray(a, float), np.asarray(b, float), rtol=rtol)


def one_hot(*columns):
    """(n, m) 0/1 columns: all levels of the first, all but one of the others; no constant is needed beside them."""
    return np.column_stack([pd.get_dummies(c, drop_first=i > 0, dtype=float).to_numpy() for i, c in enumerate(columns)])


def summed(psi, by):
    """Sums of rows by cluster, in a loop."""
    totals = {}
    for row, label in zip(psi, by):
        totals[label] = totals.get(label, 0) + row
    return np.array(list(totals.values()))
