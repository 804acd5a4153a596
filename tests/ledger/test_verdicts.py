"""The rule from evidence to verdict, over all that it can be given."""

from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.ledger.verdicts import AGREEMENT, SIZE, Verdict, together, verdict

FOR = {Verdict.SUPPORTED, Verdict.FRAGILE}
AGAINST = {Verdict.CONTRADICTED, Verdict.FRAGILE_AGAINST}
MIRROR = {
    Verdict.SUPPORTED: Verdict.CONTRADICTED,
    Verdict.FRAGILE: Verdict.FRAGILE_AGAINST,
    Verdict.CONTRADICTED: Verdict.SUPPORTED,
    Verdict.FRAGILE_AGAINST: Verdict.FRAGILE,
}
ONE_CONCEPT = [one for one in Verdict if one is not Verdict.MIXED]
chances = st.floats(0, 1)
answers = st.builds(
    dict, agrees=st.booleans(), p_value=chances | st.just(float("nan")), share=chances, turned=st.booleans()
)
lists = st.lists(st.sampled_from(ONE_CONCEPT), max_size=8)


@pytest.mark.parametrize(
    ("agrees", "firm_sign", "turned", "expected"),
    [
        (True, True, False, "supported"),
        (True, True, True, "fragile support"),
        (True, False, False, "fragile support"),
        (True, False, True, "fragile support"),
        (False, True, False, "contradicted"),
        (False, True, True, "fragile contradiction"),
        (False, False, False, "fragile contradiction"),
        (False, False, True, "fragile contradiction"),
    ],
)
@pytest.mark.parametrize("p_value", [0.0, 0.001, 0.0499])
def test_every_combination_with_a_small_p(agrees, firm_sign, turned, expected, p_value):
    share = 0.75 if firm_sign else 0.7499
    assert verdict(agrees=agrees, p_value=p_value, share=share, turned=turned).value == expected


@pytest.mark.parametrize("p_value", [0.05, 0.0501, 0.5, 1.0, float("nan")])
@pytest.mark.parametrize(("agrees", "share", "turned"), list(product([True, False], [0.0, 0.75, 1.0], [True, False])))
def test_no_small_p_decides_nothing(agrees, share, turned, p_value):
    assert verdict(agrees=agrees, p_value=p_value, share=share, turned=turned) is Verdict.UNDECIDED


def test_the_thresholds_are_those_that_the_report_states():
    assert (SIZE, AGREEMENT) == (0.05, 0.75)


@pytest.mark.parametrize("agrees", [True, False])
def test_specifications_of_which_none_could_be_estimated_make_nothing_firm(agrees):
    found = verdict(agrees=agrees, p_value=0.001, share=np.nan, turned=False)
    assert found is (Verdict.FRAGILE if agrees else Verdict.FRAGILE_AGAINST)


@given(answers)
def test_the_other_sign_mirrors_the_verdict(answer):
    one = verdict(**answer)
    assert verdict(**{**answer, "agrees": not answer["agrees"]}) is MIRROR.get(one, one)


@given(answers, chances, chances)
def test_more_agreement_and_a_smaller_p_never_weaken_a_verdict(answer, share, p_value):
    strength = {Verdict.UNDECIDED: 0, Verdict.FRAGILE: 1, Verdict.SUPPORTED: 2}
    start = {**answer, "agrees": True}
    before = strength[verdict(**start)]
    more = {**start, "share": max(share, start["share"])}
    less = start["p_value"] if np.isnan(start["p_value"]) else min(start["p_value"], p_value)
    assert strength[verdict(**more)] >= before
    assert strength[verdict(**{**start, "p_value": less})] >= before
    assert strength[verdict(**{**start, "turned": False})] >= before


def expected_together(verdicts):
    """The docstring, read literally."""
    counted = {one for one in verdicts if one is not Verdict.UNTESTABLE}
    if not counted:
        return Verdict.UNTESTABLE
    if counted & FOR and counted & AGAINST:
        return Verdict.MIXED
    if counted in ({Verdict.SUPPORTED}, {Verdict.CONTRADICTED}):
        return counted.pop()
    if counted & FOR:
        return Verdict.FRAGILE
    return Verdict.FRAGILE_AGAINST if counted & AGAINST else Verdict.UNDECIDED


@pytest.mark.parametrize("size", range(5))
def test_together_over_all_combinations(size):
    for chosen in combinations_with_replacement(ONE_CONCEPT, size):
        assert together(chosen) is expected_together(chosen), chosen


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], "cannot be tested"),
        (["cannot be tested"] * 3, "cannot be tested"),
        (["supported", "cannot be tested"], "supported"),
        (["supported", "undecided"], "fragile support"),
        (["supported", "supported"], "supported"),
        (["supported", "fragile support"], "fragile support"),
        (["undecided", "cannot be tested"], "undecided"),
        (["fragile support", "fragile contradiction"], "mixed"),
        (["contradicted", "undecided"], "fragile contradiction"),
        (["contradicted", "cannot be tested"], "contradicted"),
    ],
)
def test_known_lists(verdicts, expected):
    assert together([Verdict(one) for one in verdicts]).value == expected


@given(lists, st.randoms(use_true_random=False))
def test_order_and_repetition_are_irrelevant(verdicts, random):
    other = verdicts * 2
    random.shuffle(other)
    assert together(other) is together(verdicts)


@given(lists)
def test_what_cannot_be_tested_counts_for_nothing(verdicts):
    assert together([*verdicts, Verdict.UNTESTABLE]) is together(verdicts)


@given(lists)
def test_other_signs_everywhere_mirror_the_whole(verdicts):
    mirrored = together([MIRROR.get(one, one) for one in verdicts])
    assert mirrored is MIRROR.get(together(verdicts), together(verdicts))


@given(lists)
def test_an_undecided_concept_never_makes_it_firmer(verdicts):
    assert together([*verdicts, Verdict.UNDECIDED]) not in {Verdict.SUPPORTED, Verdict.CONTRADICTED}
