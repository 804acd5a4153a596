"""Properties that every distance between compositions has."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.members import DISTANCE_EXAMPLES, DISTANCES, is_frozen
from numpy.testing import assert_allclose

from econ.convergence import distance
from econ.errors import DataError, OptionError

every = pytest.mark.parametrize("kind", [DISTANCE_EXAMPLES[one] for one in DISTANCES], ids=repr)
positive = st.lists(st.floats(0.01, 1), min_size=4, max_size=4).map(lambda parts: np.array(parts) / sum(parts))


def test_every_member_is_frozen_and_has_an_example():
    assert all(is_frozen(one) for one in DISTANCES)
    assert set(DISTANCES) == set(DISTANCE_EXAMPLES)


@every
@given(p=positive, q=positive, r=positive)
def test_it_is_a_metric(kind, p, q, r):
    pq, qp, qr, pr = (distance(a, b, kind=kind)[0] for a, b in ((p, q), (q, p), (q, r), (p, r)))
    assert_allclose(pq, qp, rtol=1e-9, atol=1e-12)
    assert pr <= pq + qr + 1e-9
    assert distance(p, p, kind=kind)[0] <= 1e-7


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
    from econ.convergence import Aitchison

    with pytest.raises(DataError, match="row 1"):
        distance([[0.5, 0.5], [1, 0]], [[0.5, 0.5], [0.5, 0.5]], kind=Aitchison())


def test_labelled_parts_are_matched_by_their_labels():
    import pandas as pd

    from econ.convergence import TotalVariation

    p = pd.DataFrame({"a": [0.7], "b": [0.3]})
    assert distance(p, p[["b", "a"]], kind=TotalVariation())[0] == 0
    assert distance(p.iloc[0], p.iloc[0][["b", "a"]], kind=TotalVariation())[0] == 0
    with pytest.raises(DataError, match="same parts"):
        distance(p, p.rename(columns={"b": "c"}), kind=TotalVariation())


@pytest.mark.parametrize("kind", ["tv", DISTANCES[0], None])
def test_what_is_no_distance_is_refused(kind):
    with pytest.raises(OptionError, match="no distance"):
        distance([1.0], [1.0], kind=kind)
