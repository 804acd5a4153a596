"""Whatever stands in the cells of a table, every estimator gives finite numbers or an error of ours."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws.members import ESTIMATORS, SPECS, panel

from econ import Clustered, White
from econ.errors import EconError, MissingColumnError, OptionError

EVERY = [spec for cls in ESTIMATORS for spec in SPECS.get(cls, [])]
every = pytest.mark.parametrize("spec", EVERY, ids=repr)
CELLS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=32),
    st.sampled_from([0, 1, -1, 0.5, 1e300, -1e90, 1e-300, None, "a", True, pd.NA, pd.Timestamp("2020-01-01"), 10**400]),
)


def outcome(spec, data):
    """Finite estimates and errors, or an error that says something."""
    try:
        fit = spec.fit(data)
        tables = [fit.inference(one).table for one in (White("HC0"), Clustered("g", correction="CR0"))]
    except EconError as error:
        assert str(error)
        return
    for table in tables:
        assert np.isfinite(table[["estimate", "se"]].to_numpy()).all()


@every
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_few_broken_cells(spec, data):
    frame = panel(units=8, periods=5)
    for _ in range(data.draw(st.integers(1, 4))):
        column = data.draw(
            st.sampled_from(["y", "x1", "x2", "x3", "d", "c", "s1", "part", "w", "level", "f", "t", "s"])
        )
        row = data.draw(st.integers(0, len(frame) - 1))
        frame[column] = frame[column].astype(object)
        frame.loc[row, column] = data.draw(CELLS)
    outcome(spec, frame.infer_objects() if data.draw(st.booleans()) else frame)


@every
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_few_rows(spec, data):
    frame = panel(units=4, periods=4)
    rows = data.draw(st.lists(st.integers(0, len(frame) - 1), min_size=0, max_size=len(frame)))
    outcome(spec, frame.iloc[rows].reset_index(drop=True))


@every
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_small_numbers_of_values(spec, data):
    """Ties, separation, collinearity and constants are frequent where columns hold few values."""
    frame = panel(units=6, periods=4)
    n = len(frame)
    for column in ("x1", "x2", "x3", "d", "c", "y", "s1"):
        if data.draw(st.booleans()):
            values = [0.0, 1.0] if column == "d" else [0.0, 0.5, 1.0]
            frame[column] = data.draw(st.lists(st.sampled_from(values), min_size=n, max_size=n))
    total = frame.groupby("f")["y"].transform("sum")
    frame["part"] = (frame["y"] / total.where(total > 0, 1)).where(total > 0, 1 / 4)
    outcome(spec, frame)


@every
def test_a_column_that_is_not_there_is_named(spec):
    known = "x2" if "x2" in spec.formula else "x1"
    with pytest.raises(MissingColumnError, match="'nowhere'"):
        replace(spec, formula=spec.formula.replace(known, "nowhere")).fit(panel())


@every
def test_options_that_steer_are_checked(spec):
    names = {field.name for field in fields(spec)}
    if "tolerance" in names:
        for wrong in ({"tolerance": 0.0}, {"tolerance": "a"}, {"iterations": 0}, {"iterations": 2.5}):
            with pytest.raises(OptionError, match="tolerance"):
                replace(spec, **wrong)
