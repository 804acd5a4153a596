import numpy as np
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import OLS, Between, Classical, Clustered, Frequency, White
from econ.errors import CollinearError, DataError, FormulaError, NotDefinedError


def test_it_is_least_squares_on_the_table_of_means():
    data = panel().sample(frac=0.8, random_state=0)
    means = data.groupby("f").mean(numeric_only=True).reset_index()
    fit, expected = Between("y ~ x1 + x2", unit="f").fit(data), OLS("y ~ x1 + x2").fit(means)
    assert fit.nobs == 20
    assert fit.statistics["rows"] == len(data)
    for covariance in (Classical(), White("HC3"), Clustered("g")):
        one, other = fit.inference(covariance), expected.inference(covariance)
        assert_allclose(one.table[["estimate", "se", "df"]], other.table[["estimate", "se", "df"]], rtol=1e-9)


def test_terms_are_evaluated_before_means_are_taken():
    data = panel().assign(square=lambda d: d["x1"] ** 2)
    one, other = (Between(formula, unit="f").fit(data) for formula in ("y ~ I(x1**2)", "y ~ square"))
    assert_allclose(one.params, other.params)


def test_the_table_of_units_has_what_is_constant_within_them():
    data = panel().assign(none=np.nan, odd=[[1]] * 180, name=lambda d: "unit" + d["f"].astype(str))
    fit = Between("y ~ x1", unit="f").fit(data)
    kept = set(fit.sample.data.columns)
    assert kept >= {"f", "g", "lat", "lon", "none", "name"}
    assert not kept & {"y", "x1", "t", "s", "odd"}
    with pytest.raises(NotDefinedError, match="a row of this fit is a whole f, and no column 't'"):
        fit.inference(Clustered("t"))


def test_weights_belong_to_units():
    data = panel().assign(size=lambda d: d["f"] + 1.0)
    means = data.groupby("f").mean(numeric_only=True).reset_index()
    fit = Between("y ~ x1", unit="f", weights="size").fit(data)
    assert_allclose(fit.params, OLS("y ~ x1", weights="size").fit(means).params)
    with pytest.raises(DataError, match="'w' differ between rows of one f"):
        Between("y ~ x1", unit="f", weights="w").fit(data)
    repeated = data.loc[data.index.repeat(data["count"])]
    counted = Between("y ~ x1", unit="f", weights=Frequency("count")).fit(data)
    assert_allclose(counted.params, Between("y ~ x1", unit="f").fit(repeated).params)


@pytest.mark.parametrize(
    ("formula", "error", "named"),
    [
        ("y ~ x1 + i(t, ref=0)", CollinearError, "in the table of f means: .* is a combination"),
        ("y ~ x1 | g", FormulaError, "absorbs no effects"),
        ("y ~ x1 + k", CollinearError, "k is a combination of x1"),
    ],
)
def test_an_error_says_what_is_wrong(formula, error, named):
    with pytest.raises(error, match=named):
        Between(formula, unit="f").fit(panel().assign(k=lambda d: -d["x1"]))
