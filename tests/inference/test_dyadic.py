"""The dyadic covariance."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.members import panel
from numpy.testing import assert_allclose

from econ import OLS, PPML, Clustered, Dyadic, White
from econ.errors import DataError, IdentificationError, MissingColumnError, NotDefinedError, OptionError


def dyads(seed, members=6, n=40, columns="ab"):
    rng = np.random.default_rng(seed)
    roles = {column: rng.choice(list("uvwxyz")[:members], n) for column in columns}
    x = rng.normal(size=n)
    return pd.DataFrame({**roles, "x": x, "y": np.exp(0.3 * x + rng.normal(size=n))})


def by_pairs_of_rows(fit, columns):
    """The double loop over rows."""
    sets = [set(row) for row in fit.sample.data[list(columns)].iloc[fit.sample.rows].to_numpy()]
    shared = np.array([[bool(one & other) for other in sets] for one in sets])
    return fit.influence.T @ shared @ fit.influence


@given(
    seed=st.integers(0, 10_000), members=st.integers(2, 6), n=st.integers(4, 40), columns=st.sampled_from(["ab", "abc"])
)
def test_it_is_the_sum_over_pairs_of_rows(seed, members, n, columns):
    fit = OLS("y ~ x").fit(dyads(seed, members, n, columns))
    try:
        matrix = Dyadic(*columns, correction="CR0", semi_definite=False).of(fit).matrix
    except (IdentificationError, NotDefinedError):
        return
    scale = np.abs(White("HC0").of(fit).matrix).max()
    assert_allclose(matrix / scale, by_pairs_of_rows(fit, columns) / scale, rtol=1e-9, atol=1e-9)


@given(seed=st.integers(0, 10_000))
def test_direction_order_of_columns_and_of_rows_are_irrelevant(seed):
    data = dyads(seed)
    turned = data.copy()
    some = np.random.default_rng(seed).random(len(data)) < 0.5
    turned.loc[some, ["a", "b"]] = data.loc[some, ["b", "a"]].to_numpy()
    expected = OLS("y ~ x").fit(data).inference(Dyadic("a", "b")).covariance
    for frame, columns in ((turned, "ab"), (data, "ba"), (data.sample(frac=1, random_state=seed), "ab")):
        assert_allclose(OLS("y ~ x").fit(frame).inference(Dyadic(*columns)).covariance, expected, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("spec", [OLS("y ~ x"), PPML("y ~ x | b")], ids=repr)
def test_members_of_one_role_only_make_two_way_clusters(spec):
    data = dyads(5, n=200).assign(b=lambda frame: "debtor " + frame["b"])
    fit = spec.fit(data)
    one, other = (kind("a", "b", correction="CR0").of(fit) for kind in (Dyadic, Clustered))
    assert_allclose(one.matrix, other.matrix, rtol=1e-10)
    full, clustered = (fit.inference(kind("a", "b")) for kind in (Dyadic, Clustered))
    assert_allclose(full.covariance / clustered.covariance, (12 / 11) / (6 / 5), rtol=1e-10)
    assert full.clusters == {"a or b": 12}
    assert full.df.tolist() == [11] * len(fit.names)


def test_rows_with_one_member_twice_cluster_by_it():
    fit = OLS("y ~ x").fit(dyads(2).assign(b=lambda frame: frame["a"]))
    assert_allclose(Dyadic("a", "b").of(fit).matrix, Clustered("a").of(fit).matrix, rtol=1e-10)


@pytest.mark.parametrize("b", [["v"] * 40, ["u"] * 20 + ["v"] * 20])
def test_rows_that_all_share_a_member_are_refused(b):
    data = dyads(0).assign(a="u", b=b)
    with pytest.raises(IdentificationError, match="every pair of the 40 rows used shares a member"):
        OLS("y ~ x").fit(data).inference(Dyadic("a", "b"))


def test_the_sides_of_a_triangle_all_share_a_member():
    data = dyads(0).assign(a=list("uuvv") * 10, b=list("vwwu") * 10)
    with pytest.raises(IdentificationError, match="shares a member"):
        OLS("y ~ x").fit(data).inference(Dyadic("a", "b"))


def test_shocks_of_members_are_found():
    """With y_ab = u_a + u_b, the mean has variance 4 / G to first order; rows alone would say 2 / n."""
    rng = np.random.default_rng(0)
    G = 120
    a, b = np.triu_indices(G, 1)
    u = rng.normal(size=G)
    data = pd.DataFrame({"a": a, "b": b, "y": u[a] + u[b]})
    assert_allclose(OLS("y ~ 1").fit(data).inference(Dyadic("a", "b")).se[0], np.sqrt(4 / G), rtol=0.15)


@pytest.mark.parametrize(
    ("data", "error", "named"),
    [
        (dyads(0).drop(columns="b"), MissingColumnError, "'b'"),
        (dyads(0).assign(b=lambda frame: frame["b"].where(frame.index != 7)), DataError, "'b' is missing.*row 7"),
        (dyads(0).assign(a=1, b=dt.date(2020, 1, 1)), DataError, "'a or b' mixes types"),
    ],
)
def test_bad_members_are_named(data, error, named):
    with pytest.raises(error, match=named):
        OLS("y ~ x").fit(data).inference(Dyadic("a", "b"))


@pytest.mark.parametrize(
    ("columns", "options"),
    [((), {}), (("a",), {}), (("a", "a"), {}), (("a", 1), {}), (("a", "b"), {"correction": "CR2"})],
)
def test_options_that_do_not_exist_are_refused(columns, options):
    with pytest.raises(OptionError):
        Dyadic(*columns, **options)


def test_effects_nested_in_a_role_cost_no_degrees_of_freedom():
    fit = OLS("y ~ x1 | f").fit(panel())
    n, G = fit.nobs, 20
    raw, whole = (Dyadic("f", "t", correction=correction).of(fit).matrix for correction in ("CR0", "CR1"))
    assert_allclose(whole, raw * (n - 1) / (n - 2) * G / (G - 1), rtol=1e-12)
