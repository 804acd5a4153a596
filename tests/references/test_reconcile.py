"""Every program of the reconcile-* cases: what it prints against what `reconcile` says that it prints."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import econ

CASES = [
    pytest.param(path.parent, entry, id=f"{path.parent.name}-{place}-{entry['covariance']['name']}")
    for path in sorted(Path(__file__).parent.glob("reconcile-*/reconcile.json"))
    for document in [json.loads(path.read_text())]
    for place, entry in enumerate([document, *document["others"]])
]
# What tells the calls of one program apart; the rest is names of data and of columns.
OPTIONS = re.compile(
    r"HC[0-3]|CR[0-3]\w?|sss|\"stata|classical|white1|vcovDC|plm\(|'const'|, 1 \+ "
    r"|debiased=False|group_debias|auto_df|count_effects|singletons=False"
    r"|use_t|df_correction|use_correction|k_adj|k_fixef='full'|k_fixef='none'|G_df|\"conv|fixef_rm"
)
SAME = {", 1 + ": "'const'"}


def options(call):
    return frozenset(SAME.get(found, found) for found in OPTIONS.findall(call))


@pytest.mark.parametrize(("case", "entry"), CASES)
def test_programs(case, entry):
    spec, covariance = entry["spec"], entry["covariance"]
    fit = econ.OLS(spec["formula"], weights=spec["weights"]).fit(pd.read_csv(case / "data.csv"))
    table = econ.reconcile(fit, getattr(econ, covariance["name"])(*covariance["args"], **covariance["kwargs"])).table
    for printed in entry["programs"]:
        ours = row_of(table, printed)
        for term, numbers in printed["terms"].items():
            found = ours.loc[term]
            np.testing.assert_allclose(found["se"], numbers["se"], rtol=printed["rtol"], err_msg=printed["call"])
            df = numbers.get("df", np.inf if printed["distribution"] == "normal" else printed["df"])
            if df is not None:  # not printed
                np.testing.assert_allclose(found["df"], df, rtol=1e-5, err_msg=printed["call"])


def row_of(table, printed):
    """The one call of the table that has the options of a printed one."""
    rows = table[table["program"] == printed["program"]]
    same = [call for call in rows["call"].unique() if options(call) == options(printed["call"])]
    assert len(same) == 1, (printed["program"], printed["call"], list(rows["call"].unique()))
    return rows[rows["call"] == same[0]].set_index("term")


def test_there_are_numbers_of_every_program():
    named = {printed["program"] for case in CASES for printed in case.values[1]["programs"]}
    assert len(named) >= 10
