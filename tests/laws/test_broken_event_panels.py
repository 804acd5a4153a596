"""Whatever stands in the cells of a panel, every event study gives finite numbers or an error of ours."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws.event_studies import EVENT_SPECS, EVENT_STUDIES, staggered
from laws.test_broken_tables import CELLS, outcome

EVERY = [spec for cls in EVENT_STUDIES for spec in EVENT_SPECS.get(cls, [])]
COLUMNS = ["y", "f", "t", "first", "x", "z", "w", "level", "dose", "g"]
every = pytest.mark.parametrize("spec", EVERY, ids=repr)


@every
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_few_broken_cells(spec, data):
    frame = staggered(units=9, periods=6)
    for _ in range(data.draw(st.integers(1, 4))):
        column, row = data.draw(st.sampled_from(COLUMNS)), data.draw(st.integers(0, len(frame) - 1))
        frame[column] = frame[column].astype(object)
        frame.loc[row, column] = data.draw(CELLS)
    outcome(spec, frame.infer_objects() if data.draw(st.booleans()) else frame)


@every
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_few_rows(spec, data):
    frame = staggered(units=6, periods=5)
    rows = data.draw(st.lists(st.integers(0, len(frame) - 1), min_size=0, max_size=len(frame), unique=True))
    outcome(spec, frame.iloc[rows].reset_index(drop=True))


@every
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_few_cohorts_and_few_values(spec, data):
    """Cohorts without a comparison, single treated units, constants and collinear controls are frequent here."""
    frame = staggered(units=5, periods=4)
    cohorts = data.draw(st.lists(st.sampled_from([2002.0, 2003.0, 2004.0, np.nan]), min_size=5, max_size=5))
    frame["first"] = np.repeat(cohorts, 4)
    for column in ("y", "x", "z"):
        if data.draw(st.booleans()):
            values = st.sampled_from([0.0, 0.5, 1.0])
            frame[column] = data.draw(st.lists(values, min_size=len(frame), max_size=len(frame)))
    outcome(spec, frame)
