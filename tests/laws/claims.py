"""What is claimed of every fit, whatever its estimator."""

import pickle

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose, assert_array_equal

from econ import Clustered

BY = Clustered("g")


def survives_pickling(fit):
    """A fit that went through a pickle says the same."""
    again = pickle.loads(pickle.dumps(fit))
    assert_array_equal(again.inference(BY).se, fit.inference(BY).se)
    return again


def counts_missing(spec, data, column):
    """Rows with missing values are counted and change nothing."""
    holes = pd.concat([data, data.head(3).assign(**{column: np.nan})], ignore_index=True)
    one, other = spec.fit(data), spec.fit(holes)
    assert other.sample.dropped.get(f"missing {column}") == 3
    assert_allclose(one.params, other.params, rtol=1e-9)


def leaves_the_table_alone(spec, data):
    """The caller's table is neither changed nor watched."""
    before = data.copy()
    fit = spec.fit(data)
    expected = fit.inference(BY).se
    pd.testing.assert_frame_equal(data, before)
    data["g"] = data["row"]
    assert_array_equal(fit.inference(BY).se, expected)
