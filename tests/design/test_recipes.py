"""Terms on another table, as the rows used have them."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from econ import OLS
from econ.design.terms import evaluate, recipe, variables
from econ.sample import Sample

DATA = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6], "r": list("aabbcc"), "k": [1, 1, 2, 2, 3, 3]})
SAMPLE = Sample(DATA, np.arange(6), whole=True)
EVERY = ["x + k", "C(r)", "C(k)", "C(r, contr.sum)", "x * C(r)", "C(np.floor(x / 2))", "i(r)", "i(r, x, ref='b') + k"]
EVERY += ["center(x)", "poly(x, 2)", "bs(x, df=4)", "np.log(x):k"]


@pytest.mark.parametrize("text", EVERY)
def test_rows_of_the_sample_are_what_they_were(text):
    found = recipe(text, SAMPLE)
    assert_allclose(found.on(DATA.iloc[[4, 1, 2]]), np.array(found.columns)[:, [4, 1, 2]], rtol=1e-12, atol=1e-12)
    names, columns = evaluate(text, SAMPLE, DATA.tail(2))
    assert names == found.names
    assert_allclose(columns, np.array(found.columns)[:, 4:], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "text", ["C(r)", "C(k)", "C(r, contr.sum)", "x:C(r)", "C(np.floor(k))", "i(r)", "i(k, x, ref=1)"]
)
def test_categories_that_the_sample_does_not_have_are_missing(text):
    new = pd.DataFrame({"x": [1.0, 2.0, 3.0], "r": ["a", "z", None], "k": [1.0, 9.0, np.nan]})
    columns = np.array(recipe(text, SAMPLE).on(new))
    assert np.isfinite(columns[:, 0]).all()
    assert np.isnan(columns[1:, 1:]).all()


@pytest.mark.parametrize("text", EVERY)
def test_terms_that_read_a_column_are_found(text):
    found = recipe(text, SAMPLE)
    new = DATA.assign(x=DATA["x"] / 2 + 1)
    expected = dict(zip(found.names, found.on(new), strict=True))
    moved = found.reading("x", new)
    for name, column in expected.items():
        assert_array_equal(moved.get(name, found.columns[found.names.index(name)]), column)


def test_categories_are_told_in_order():
    assert recipe("C(r) + i(k, ref=2) + x", SAMPLE).categories == {"r": ("a", "b", "c"), "k": (2, 1, 3)}
    assert recipe("C(k > 1) + C(`r`)", SAMPLE).categories == {"k": (), "r": ("a", "b", "c")}


@pytest.mark.parametrize("term", ["center(x)", "scale(x)", "poly(x, 2)", "bs(x, df=4)", "np.log(x)", "center(x):k"])
def test_columns_inside_of_any_function_are_read(term):
    """A missing value drops its row, as it does for bare columns."""
    assert "x" in variables(term, DATA)
    data = pd.concat([DATA, DATA]).assign(y=np.arange(12.0) ** 2)
    fit = OLS(f"y ~ {term}").fit(data.assign(x=data["x"].where(data["y"] > 0)))
    assert fit.sample.dropped == {"missing x": 1}
