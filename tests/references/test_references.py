"""Every case of this folder: numbers of another program against ours."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import econ

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/values.json"))
COVARIANCES = [
    pytest.param(
        case,
        position,
        id=f"{case.name}-{entry['covariance']['name']}-{'-'.join(entry['covariance']['args'])}",
    )
    for case in CASES
    for position, entry in enumerate(json.loads((case / "values.json").read_text())["covariances"])
]


def read(case):
    expected = json.loads((case / "values.json").read_text())
    spec = {name: value for name, value in expected["spec"].items() if value is not None}
    estimator = getattr(econ, spec.pop("estimator"))(spec.pop("formula"), **spec)
    return expected, estimator.fit(pd.read_csv(case / "data.csv", keep_default_na=False, na_values=[""]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rows_used_and_dropped(case):
    expected, fit = read(case)
    assert fit.nobs == expected["nobs"]
    for reason, count in expected.get("drops", {}).items():
        assert fit.sample.dropped.get(reason, 0) == count


@pytest.mark.parametrize(("case", "position"), COVARIANCES)
def test_numbers(case, position):
    expected, fit = read(case)
    entry = expected["covariances"][position]
    choice = entry["covariance"]
    kind = getattr(econ, choice["name"])
    as_it_is = {"semi_definite": False} if hasattr(kind, "semi_definite") else {}  # no program here repairs the sum
    covariance = kind(*choice["args"], **choice["kwargs"], **as_it_is)
    table = fit.inference(covariance).table.set_index("term")
    for term, numbers in entry["terms"].items():
        np.testing.assert_allclose(table.loc[term, "estimate"], numbers["estimate"], rtol=expected["rtol_estimate"])
        np.testing.assert_allclose(table.loc[term, "se"], numbers["se"], rtol=expected["rtol_se"])
    if entry.get("df") is not None:
        assert (table["df"] == entry["df"]).all()


def test_there_are_cases_of_several_programs():
    programs = {json.loads((case / "values.json").read_text())["source"].split()[0] for case in CASES}
    assert len(CASES) >= 20
    assert len(programs) >= 2
