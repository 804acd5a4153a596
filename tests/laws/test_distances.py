"""Properties that every distance between compositions has."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.members import DISTANCE_EXAMPLES, DISTANCES, is_frozen
from numpy.testing import assert_allclose

from econ.convergence import Aitchison, Multiplicative, TotalVariation, distance, pairwise
from econ.errors import DataError, OptionError

every = pytest.mark.parametrize("kind", [DISTANCE_EXAMPLES[one] for one in DISTANCES], ids=repr)
positive = st.lists(st.floats(0.01, 1), min_size=4, max_size=4).map(lambda parts: np.array(parts) / sum(parts))


def test_every_member_is_frozen_and_has_an_example():
    assert all(is_frozen(one) for one in DISTANCES)
    assert set(DISTANCES) == set(DISTANCE_EXAMPLES)


def gap(p, q, kind):
    """The distance; of a similarity what is missing to that of equal compositions."""
    value = distance(p, q, kind=kind)[0]
    return kind.identical - value if hasattr(kind, "identical") else value


@every
@given(p=positive, q=positive, r=positive)
def test_it_is_a_metric(kind, p, q, r):
    pq, qp, qr, pr = (gap(a, b, kind) for a, b in ((p, q), (q, p), (q, r), (p, r)))
    assert_allclose(pq, qp, rtol=1e-9, atol=1e-12)
    assert pr <= pq + qr + 1e-7
    assert abs(gap(p, p, kind)) <= 1e-7


@every
@given(rows=st.lists(positive, min_size=2, max_size=6))
def test_pairwise_distances_are_those_of_pairs(kind, rows):
    D = pairwise(np.array(rows), kind=kind).to_numpy()
    for i, p in enumerate(rows):
        for j, q in enumerate(rows):
            assert_allclose(D[i, j], distance(p, q, kind=kind)[0], rtol=1e-12, atol=1e-7)


@every
@given(p=positive, q=positive)
def test_the_order_of_the_parts_is_irrelevant(kind, p, q):
    order = [2, 0, 3, 1]
    assert_allclose(distance(p[order], q[order], kind=kind), distance(p, q, kind=kind), rtol=1e-9, atol=1e-12)


@every
@pytest.mark.parametrize(
    ("wrong", "named"),
    [([0.5, 0.6], "sum to one"), ([-0.1, 1.1], "composition"), ([np.nan, 1], "composition"), (["a", "b"], "number")],
)
def test_what_is_not_a_composition_is_refused(kind, wrong, named):
    with pytest.raises(DataError, match=named):
        distance(wrong, [0.5, 0.5], kind=kind)


@every
def test_shapes_that_differ_are_refused(kind):
    with pytest.raises(DataError, match="shape"):
        distance([0.5, 0.5], [0.2, 0.3, 0.5], kind=kind)


def test_a_zero_share_has_no_log_ratio():
    with pytest.raises(DataError, match="row 1"):
        distance([[0.5, 0.5], [1, 0]], [[0.5, 0.5], [0.5, 0.5]], kind=Aitchison())


def test_labelled_parts_are_matched_by_their_labels():
    p = pd.DataFrame({"a": [0.7], "b": [0.3]})
    assert distance(p, p[["b", "a"]], kind=TotalVariation())[0] == 0
    assert distance(p.iloc[0], p.iloc[0][["b", "a"]], kind=TotalVariation())[0] == 0
    with pytest.raises(DataError, match="same parts"):
        distance(p, p.rename(columns={"b": "c"}), kind=TotalVariation())


@pytest.mark.parametrize("kind", ["tv", DISTANCES[0], None])
def test_what_is_no_distance_is_refused(kind):
    with pytest.raises(OptionError, match="no distance"):
        distance([1.0], [1.0], kind=kind)


def test_a_zero_is_replaced_by_the_rule_and_ratios_of_the_others_stay():
    rule = Multiplicative(0.01)
    p = rule.replace(np.array([[0.0, 0.6, 0.4], [0.2, 0.3, 0.5]]))
    assert_allclose(p.sum(axis=1), 1)
    assert_allclose(p[0, 1] / p[0, 2], 1.5)
    assert_allclose(p[1], [0.2, 0.3, 0.5])
    assert_allclose(
        distance([0.0, 0.6, 0.4], [0.2, 0.3, 0.5], kind=Aitchison(zeros=rule)), distance(p[0], p[1], kind=Aitchison())
    )
    with pytest.raises(DataError, match="zeros"):
        Multiplicative(0.5).replace(np.array([[0.0, 0.0, 1.0]]))


@pytest.mark.parametrize("delta", [0, 1, -0.1, "small", None, True])
def test_a_share_in_place_of_zero_lies_between_zero_and_one(delta):
    with pytest.raises(OptionError, match="delta"):
        Multiplicative(delta)


def test_one_unit_has_no_pairs():
    with pytest.raises(DataError, match="one unit"):
        pairwise([[0.5, 0.5]], kind=TotalVariation())


def test_a_whole_with_one_part_is_no_composition():
    with pytest.raises(DataError, match="two parts"):
        distance([1.0], [1.0], kind=TotalVariation())
