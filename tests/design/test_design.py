"""Formula and table to arrays: slopes, indicators, weights, other kinds of tables."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from laws.members import panel
from numpy.testing import assert_allclose, assert_array_equal

from econ import IV, OLS, PPML, Clustered, Frequency, White
from econ.design import build
from econ.errors import CollinearError, DataError, FormulaError, IdentificationError, OptionError


def dummies(data, column, values=None):
    table = pd.get_dummies(data[column], prefix=column, dtype=float)
    return table if values is None else table.mul(data[values], axis=0).add_suffix(f"_{values}")


@pytest.mark.parametrize("estimator", [OLS, PPML])
@pytest.mark.parametrize(
    ("effects", "columns"),
    [
        ("f[x3]", [("f", None), ("f", "x3")]),
        ("g[[x3]] + t", [("g", "x3"), ("t", None)]),
        ("g[x3, z] + t", [("g", None), ("g", "x3"), ("g", "z"), ("t", None)]),
        ("f + t[[x3]]", [("f", None), ("t", "x3")]),
    ],
)
def test_slopes_by_level_equal_the_columns_they_stand_for(estimator, effects, columns):
    data = panel()
    wide = pd.concat([dummies(data, level, values) for level, values in columns], axis=1)
    wide.columns = [f"c{place}" for place in range(wide.shape[1])]
    independent = []
    for name in wide:  # the columns of one effect sum to those of another
        if np.linalg.matrix_rank(wide[[*independent, name]]) == len(independent) + 1:
            independent.append(name)
    explicit = estimator(f"y ~ x1 + x2 + {' + '.join(independent)} - 1").fit(data.join(wide))
    absorbed = estimator(f"y ~ x1 + x2 | {effects}").fit(data)
    assert_allclose(absorbed.params, explicit.params[[explicit.position(name) for name in ("x1", "x2")]], rtol=1e-8)
    assert_allclose(absorbed.leverage, explicit.leverage, rtol=1e-6)
    by_row = Clustered("row", correction="CR0")
    slopes = [explicit.position(name) for name in absorbed.names if name in explicit.names]
    assert_allclose(absorbed.inference(by_row).se[-2:], explicit.inference(by_row).se[slopes], rtol=1e-7)


def test_a_slope_that_does_not_vary_in_a_level_takes_nothing_out_of_it():
    data = panel().assign(x3=lambda frame: frame["x3"].where(frame["f"] != 0, 1.5))
    fit = OLS("y ~ x1 | f[x3]").fit(data)
    assert np.isfinite(fit.inference(White("HC1")).se).all()


def test_slopes_of_many_levels_are_absorbed_iteratively():
    rng = np.random.default_rng(1)
    n, levels = 30_000, 1_500
    data = pd.DataFrame({"a": rng.integers(0, levels, n), "b": rng.integers(0, levels, n), "x": rng.normal(size=n)})
    data["trend"] = rng.normal(size=n)
    slopes = rng.normal(size=levels)[data["b"]]
    data["y"] = 2 * data["x"] + rng.normal(size=levels)[data["a"]] + slopes * data["trend"] + rng.normal(size=n)
    fit = OLS("y ~ x | a + b[trend]").fit(data)
    assert abs(fit.params[0] - 2) < 5 * fit.inference(White()).se[0]


def test_indicators_have_the_names_of_their_levels():
    fit = OLS("y ~ x1 + i(t, ref=3) | f").fit(panel())
    assert fit.names == ("x1", *(f"t::{period}" for period in range(9) if period != 3))
    interacted = OLS("y ~ i(s, x1)").fit(panel())
    assert interacted.names == ("Intercept", "s::a:x1", "s::b:x1", "s::c:x1")


@pytest.mark.parametrize(
    ("formula", "error", "named"),
    [
        ("y ~ i(t, ref=77)", IdentificationError, "77"),
        ("y ~ i(t, ref=)", FormulaError, "ref="),
        ("y ~ i(t, x1, x2)", FormulaError, "i\\(factor"),
        ("y ~ i(log(t))", FormulaError, "i\\(factor"),
        ("y ~ x1 + i(s)", CollinearError, "Intercept|combination"),
    ],
)
def test_indicators_that_make_no_sense_are_named(formula, error, named):
    with pytest.raises(error, match=named):
        OLS(formula).fit(panel())


@pytest.mark.parametrize("kind", [pl.from_pandas, pa.Table.from_pandas], ids=["polars", "arrow"])
@pytest.mark.parametrize("spec", [OLS("y ~ x1 + C(s) | f + t"), PPML("y ~ x1 | f"), IV("y ~ x2 | x1 ~ z")], ids=repr)
def test_other_tables_give_the_same(kind, spec):
    data = panel().assign(x1=lambda frame: frame["x1"].mask(frame["row"] == 4))
    one, other = spec.fit(data), spec.fit(kind(data))
    assert_array_equal(one.params, other.params)
    assert one.sample.dropped == other.sample.dropped
    assert_array_equal(one.inference(Clustered("s")).se, other.inference(Clustered("s")).se)


def test_tables_that_cannot_be_used_are_refused():
    with pytest.raises(DataError, match="collect"):
        OLS("y ~ x1").fit(pl.LazyFrame({"y": [1.0], "x1": [1.0]}))
    twice = pa.table([[1.0, 2.0], [1.0, 2.0], [3.0, 4.0]], names=["y", "y", "x1"])
    with pytest.raises(DataError, match="more than once"):
        OLS("y ~ x1").fit(twice)


@pytest.mark.parametrize("formula", ["y ~ x1 + x2", "y ~ x1 + x2 | f + t"])
def test_frequencies_are_repeated_rows(formula):
    data = panel()
    repeated = data.loc[data.index.repeat(data["count"])].reset_index(drop=True)
    one, other = OLS(formula, weights=Frequency("count")).fit(data), OLS(formula).fit(repeated)
    assert one.nobs == other.nobs == data["count"].sum()
    for covariance in (White("HC3"), Clustered("g"), Clustered("g", correction="CR2")):
        assert_allclose(one.inference(covariance).se, other.inference(covariance).se, rtol=1e-12)


@pytest.mark.parametrize(
    ("weights", "error", "named"),
    [
        (Frequency("w"), DataError, "no whole number"),
        (Frequency("negative"), DataError, "positive"),
        ("zero", DataError, "row 0"),
        (5, OptionError, "name one column"),
    ],
)
def test_weights_that_are_none_are_named(weights, error, named):
    data = panel().assign(negative=-1, zero=lambda frame: frame["row"] * 1.0)
    with pytest.raises(error, match=named):
        OLS("y ~ x1", weights=weights).fit(data)


def test_mixed_time_zones_cannot_be_ordered():
    zones = [pd.Timestamp("2020-01-01", tz="UTC"), pd.Timestamp("2020-01-01")]
    data = panel().assign(when=[zones[row % 2] for row in range(180)])
    with pytest.raises(DataError, match="'when'"):
        OLS("y ~ x1 | when").fit(data)


def test_a_fixed_coefficient_moves_into_the_offset():
    design = build("y ~ x1 + x2 | f", panel()).fixing("x2", 0.5)
    assert design.names == ("x1",)
    assert_allclose(design.offset, 0.5 * panel()["x2"])


@pytest.mark.parametrize("kind", [pl.from_pandas, pa.Table.from_pandas], ids=["polars", "arrow"])
def test_categories_of_other_tables_are_no_numbers(kind):
    data = panel().assign(k=lambda frame: pd.Categorical(frame["s"]))
    assert OLS("y ~ C(k)").fit(kind(data)).nobs == 180
    with pytest.raises(DataError, match="C\\(k\\)"):
        OLS("y ~ k").fit(kind(data))
