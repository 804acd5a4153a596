"""Market event studies against slow loops from the papers' formulas and other programs."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from econ.markets import abnormal_returns

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/markets.json"))
CUMULATED = {"CAR": "car", "CAR_se": "se", "SCAR": "scar", "BHAR": "bhar"}
ADJUSTED = ("patell_adjusted", "kolari_pynnonen")
PAIRS = "pairs with different event dates count zero"


def frame(path):
    return pd.read_csv(path, index_col=0, parse_dates=True)


def study(folder, document):
    market = None
    if document["model"] != "mean":
        market = frame(folder / (document["factors"] if document["model"] == "factor" else document["market"]))
    return abnormal_returns(
        frame(folder / document["returns"]),
        market,
        [tuple(event) for event in document["events"]],
        model=document["model"],
        estimation=tuple(document["estimation"]),
        window=tuple(document["window"]),
    )


def compare(found, expected, tolerance, what):
    known = np.array([np.nan if value is None else value for value in expected], dtype=float)
    np.testing.assert_allclose(np.asarray(found, dtype=float), known, rtol=0, atol=tolerance, err_msg=str(what))


def correlated(document):
    """Where events have different dates ours counts pairs of them as independent: that is an alternative there."""
    chosen = [one for one in document.get("alternatives", []) if one.get("definition") == PAIRS]
    return {(one["test"], *one["window"]): one for one in chosen}


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_numbers(folder):
    document = json.loads((folder / "markets.json").read_text(encoding="utf-8"))
    found, tolerance, instead = study(folder, document), document["tolerance"], correlated(document)
    for entry in document["entries"]:
        if "test" in entry:
            first, last = entry["window"]
            if folder.name == "markets-heavy-tails" and entry["test"] in ADJUSTED and first < last:
                continue  # some windows share a part of their dates, which no program here allows for
            expected = instead.get((entry["test"], first, last), entry)
            row = found.test(first, last).set_index("test").loc[entry["test"]]
            compare([row["statistic"], row["p_value"]], [expected["statistic"], expected["p_value"]], 1e-8, entry)
            assert row["df"] == (np.inf if entry["df"] is None else entry["df"])
        elif entry["statistic"] in CUMULATED:
            table = found.cumulated(*entry["window"])
            compare(table[CUMULATED[entry["statistic"]]], entry["values"], tolerance, entry["statistic"])
        else:
            days = [int(day) for day in entry["values"]]
            if entry["statistic"] in ("AR", "SAR"):
                row = getattr(found, entry["statistic"].lower()).iloc[entry["event"]].loc[days]
            else:
                row = found.average.set_index("day")[entry["statistic"].lower()].loc[days]
            compare(row, list(entry["values"].values()), tolerance, entry["statistic"])


def test_there_are_cases_of_every_model():
    models = {json.loads((folder / "markets.json").read_text())["model"] for folder in CASES}
    assert models == {"mean", "market", "market_adjusted", "factor", "garch"}
