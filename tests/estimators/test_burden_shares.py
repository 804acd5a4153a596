"""Shares of a burden."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from econ import PPML, BurdenShares, Classical, Clustered, Frequency, White
from econ.errors import (
    CollinearError,
    DataError,
    FormulaError,
    IdentificationError,
    MissingColumnError,
    NotDefinedError,
    OptionError,
)

SPEC = BurdenShares("share ~ x + z", rescue="package")


def rescues(seed=0, count=60):
    """Rescues with three to six potential creditors, some of whom bear nothing."""
    rng = np.random.default_rng(seed)
    package = np.repeat(np.arange(count), rng.integers(3, 7, count))
    data = pd.DataFrame({"package": package, "x": rng.normal(size=package.size), "z": rng.normal(size=package.size)})
    data["share"] = np.exp(0.8 * data["x"] + rng.normal(size=len(data))) * (rng.random(len(data)) < 0.7) + 0.0
    data.loc[data.groupby("package").head(1).index, "share"] += 0.1
    total = data.groupby("package")["share"].transform("sum")
    return data.assign(share=data["share"] / total, weight=1.0 + data["package"] % 3)


def chances(data, b):
    e = np.exp(data[["x", "z"]].to_numpy() @ b)
    return e / pd.Series(e).groupby(data["package"].to_numpy()).transform("sum").to_numpy()


@pytest.mark.parametrize("weights", [None, "weight"])
def test_it_maximises_the_likelihood_of_a_multinomial(weights):
    data = rescues()
    w = 1.0 if weights is None else data["weight"].to_numpy()
    fit = BurdenShares("share ~ x + z", rescue="package", weights=weights).fit(data)

    def loss(b):
        return -(w * data["share"] * np.log(chances(data, b))).sum()

    best = minimize(loss, np.zeros(2), method="BFGS", options={"gtol": 1e-8})
    assert_allclose(fit.params, best.x, atol=1e-5)
    assert_allclose(fit.fitted, chances(data, fit.params), rtol=1e-9)
    assert fit.statistics["log_likelihood"] == pytest.approx(-best.fun)
    assert 0 < fit.statistics["pseudo_r2"] < 1


def test_it_is_poisson_with_the_rescues_absorbed():
    data = rescues()
    one, other = SPEC.fit(data), PPML("share ~ x + z | package").fit(data)
    assert_allclose(one.params, other.params, rtol=1e-12)
    assert_allclose(one.influence, other.influence, rtol=1e-10)
    for covariance in (White("HC3"), Clustered("package")):
        assert_allclose(one.inference(covariance).se, other.inference(covariance).se, rtol=1e-10)
    with pytest.raises(NotDefinedError, match="BurdenShares has no classical covariance"):
        one.inference(Classical())


def test_rescues_with_one_creditor_and_separated_creditors_are_counted():
    data = rescues()
    alone = pd.DataFrame({"package": [900, 901], "share": 1.0, "x": 0.3, "z": 0.1, "weight": 1.0})
    outsider = (data["share"] == 0) & (np.arange(len(data)) % 2 == 0)
    fit = BurdenShares("share ~ x + z + outsider", rescue="package").fit(
        pd.concat([data.assign(outsider=outsider.astype(float)), alone.assign(outsider=0.0)], ignore_index=True)
    )
    assert fit.sample.dropped == {"singleton": 2, "separated": int(outsider.sum())}
    assert fit.omitted == ("outsider",)
    assert fit.absorbed == {"package": 60}


def broken(**changes):
    return rescues().assign(**changes)


@pytest.mark.parametrize(
    ("spec", "data", "error", "named"),
    [
        (SPEC, broken(share=lambda t: 100 * t["share"]), DataError, "shares between zero and one; rescale"),
        (SPEC, broken(share=lambda t: t["share"].where(t["package"] != 7, 0.1)), DataError, "of package 7 sum to"),
        (SPEC, broken(x=lambda t: t["x"].where(t.index != 0)), DataError, "of package 0 sum to .*1 missing x"),
        (SPEC, broken(share=lambda t: t["share"] - 0.001), DataError, "'share' is -0.001 in row"),
        (SPEC, broken(z=lambda t: t["package"] % 2), CollinearError, "z does not vary within"),
        (SPEC, broken(package=1), (IdentificationError, DataError), "one level|sum to"),
        (SPEC, rescues().drop(columns="package"), MissingColumnError, "'package'"),
        (BurdenShares("share ~ x | z", rescue="package"), rescues(), FormulaError, "absorbs the rescues alone"),
        (
            BurdenShares("share ~ x", rescue="package", weights="x2"),
            broken(x2=lambda t: 1 + t.index),
            DataError,
            "row 0",
        ),
    ],
    ids=["percent", "sum", "missing", "negative", "constant", "one rescue", "column", "effects", "weights"],
)
def test_what_cannot_be_estimated_is_named(spec, data, error, named):
    with pytest.raises(error, match=named):
        spec.fit(data)


@pytest.mark.parametrize("options", [{"rescue": 3}, {"rescue": "package", "weights": Frequency("n")}])
def test_options_are_checked(options):
    with pytest.raises(OptionError, match="name one column"):
        BurdenShares("share ~ x", **options)
