"""Every way in which a baseline and a build can differ, and the verdict that the difference has to get.

The oracle is written from the rules, not from the code: same to 1e-6 old standard errors, a warning to 0.01, a drift
beyond, or where the stars change, the sign of a term with |t| > 1 turns, or a number is not finite any more.
"""

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.members import panel

from econ import OLS, PPML, Clustered, NotEstimable
from econ.errors import OptionError
from econ.stability import Margins, compare, record
from econ.stability.comparison import DRIFT, SAME, STRUCTURAL, WARN

SIZES = [10.0**power * factor for power in range(-9, 1) for factor in (1, 3)]


@pytest.fixture(scope="module")
def records():
    data = panel()
    return {
        "ols": record(OLS("y ~ x1 + x2").fit(data).inference(Clustered("g"))),
        "ppml": record(PPML("count ~ x1 + x2 | f").fit(data.assign(count=data["y"].abs())).inference(Clustered("g"))),
        "refused": record(NotEstimable("OLS", "y ~ z", "no row is left")),
    }


def stars(p):
    return sum(p < threshold for threshold in (0.1, 0.05, 0.01))


def band(shift):
    return SAME if shift <= 1e-6 else WARN if shift <= 0.01 else DRIFT


def verdicts(old, new):
    return {(one.specification, one.term): one.verdict for one in compare(old, new).findings}


def changed(records, name, term, **numbers):
    new = copy.deepcopy(records)
    new[name]["terms"][term].update(numbers)
    return new


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("what", ["estimate", "se"])
@pytest.mark.parametrize("name", ["ols", "ppml"])
def test_each_number_moved_by_so_many_standard_errors(records, name, what, sign, size):
    for term, old in records[name]["terms"].items():
        if old[what] + sign * size * old["se"] < 0 and what == "se":
            continue
        found = verdicts(records, changed(records, name, term, **{what: old[what] + sign * size * old["se"]}))
        turned = what == "estimate" and (old[what] + sign * size * old["se"]) * old[what] < 0
        assert found == {} if band(size) == SAME else {(name, term): DRIFT if turned else band(size)}


@pytest.mark.parametrize("size", [one for one in SIZES if one < 1])
@pytest.mark.parametrize("sign", [-1, 1])
def test_each_probability_moved(records, sign, size):
    for term, old in records["ols"]["terms"].items():
        p = old["p"] + sign * size
        if not 0 <= p <= 1:
            continue
        found = verdicts(records, changed(records, "ols", term, p=p))
        expected = band(size) if stars(p) == stars(old["p"]) or band(size) == SAME else DRIFT
        assert found == ({} if expected == SAME else {("ols", term): expected})


TERMS = st.fixed_dictionaries(
    {
        "estimate": st.floats(-1e6, 1e6),
        "se": st.floats(1e-3, 1e6),
        "p": st.floats(0, 1),
        "df": st.one_of(st.none(), st.integers(1, 500).map(float)),
    }
)
MOVES = st.one_of(
    st.just(0.0), st.floats(-9, 1).map(lambda power: 10**power), st.floats(-9, 1).map(lambda power: -(10**power))
)


@settings(max_examples=4_000, deadline=None)
@given(old=TERMS, moves=st.tuples(MOVES, MOVES), p=st.one_of(st.none(), st.floats(0, 1)))
def test_thousands_of_terms(old, moves, p):
    new = {
        **old,
        "estimate": old["estimate"] + moves[0] * old["se"],
        "se": max(old["se"] * (1 + moves[1]), 0.0),
        "p": old["p"] if p is None else p,
    }
    shifts = [abs(new[what] - old[what]) / old["se"] for what in ("estimate", "se")] + [abs(new["p"] - old["p"])]
    if (
        any(abs(one / edge - 1) < 1e-3 for one in shifts for edge in (1e-6, 0.01))
        or abs(old["estimate"]) > 1e5 * old["se"]
    ):
        return  # at an edge, or where doubles cannot tell such movements apart
    expected = band(max(shifts))
    t = max(abs(one["estimate"]) / one["se"] if one["se"] else float("inf") for one in (old, new))
    turned = old["estimate"] * new["estimate"] < 0 and t > 1
    if expected == WARN and (stars(old["p"]) != stars(new["p"]) or turned):
        expected = DRIFT
    found = compare({"a": {"terms": {"x": old}}}, {"a": {"terms": {"x": new}}})
    assert found.verdict == expected
    assert found.status == {SAME: 0, WARN: 0, DRIFT: 1}[expected]
    assert replace(found, strict=True).status == {SAME: 0, WARN: 1, DRIFT: 1}[expected]


@settings(max_examples=500, deadline=None)
@given(
    old=TERMS, what=st.sampled_from(["estimate", "se", "p"]), value=st.sampled_from([None, float("nan"), float("inf")])
)
def test_what_is_not_finite_any_more_is_a_drift(old, what, value):
    assert compare({"a": {"terms": {"x": old}}}, {"a": {"terms": {"x": {**old, what: value}}}}).verdict == DRIFT
    gone = {**old, what: None}
    assert compare({"a": {"terms": {"x": gone}}}, {"a": {"terms": {"x": gone}}}).verdict == SAME
    assert compare({"a": {"terms": {"x": gone}}}, {"a": {"terms": {"x": old}}}).verdict == DRIFT


@settings(max_examples=500, deadline=None)
@given(old=TERMS, df=st.one_of(st.none(), st.integers(1, 500).map(float), st.floats(1, 500)))
def test_degrees_of_freedom(old, df):
    found = compare({"a": {"terms": {"x": old}}}, {"a": {"terms": {"x": {**old, "df": df}}}}).verdict
    if df == old["df"]:
        assert found == SAME
    elif df is None or old["df"] is None:
        assert found == DRIFT
    elif float(df).is_integer():
        assert found == STRUCTURAL
    else:
        shift = abs(df - old["df"]) / old["df"]
        assert found == band(shift) or abs(shift / 0.01 - 1) < 1e-3 or abs(shift / 1e-6 - 1) < 1e-3


def test_a_sign_that_turns_within_the_error_is_judged_by_the_distance_alone():
    old = {"estimate": 0.001, "se": 1.0, "p": 0.99, "df": None}
    assert compare({"a": {"terms": {"x": old}}}, {"a": {"terms": {"x": {**old, "estimate": -0.001}}}}).verdict == WARN


def test_stars_that_turn_on_rounding_alone_are_the_same():
    old = {"estimate": 2.0, "se": 1.0, "p": 0.05 + 1e-9, "df": None}
    assert compare({"a": {"terms": {"x": old}}}, {"a": {"terms": {"x": {**old, "p": 0.05 - 1e-9}}}}).verdict == SAME
    found = compare({"a": {"terms": {"x": old}}}, {"a": {"terms": {"x": {**old, "p": 0.05 - 1e-5}}}})
    assert (found.verdict, "stars were *, are **" in found.findings[0].message) == (DRIFT, True)


@pytest.mark.parametrize("se", [0.0, None, 1e-17])
def test_without_an_error_a_number_is_measured_by_itself(se):
    old = {"estimate": 5.0, "se": se, "p": 0.5, "df": None}
    for size, expected in ((1e-9, SAME), (1e-4, WARN), (0.1, DRIFT)):
        new = {**old, "estimate": 5.0 * (1 + size)}
        assert compare({"a": {"terms": {"x": old}}}, {"a": {"terms": {"x": new}}}).verdict == expected


@pytest.mark.parametrize("name", ["ols", "ppml"])
def test_terms_and_specifications_that_come_go_or_are_renamed(records, name):
    for term in records[name]["terms"]:
        gone = copy.deepcopy(records)
        number = gone[name]["terms"].pop(term)
        assert verdicts(records, gone) == verdicts(gone, records) == {(name, term): STRUCTURAL}
        gone[name]["terms"]["another"] = number
        assert set(verdicts(records, gone)) == {(name, term), (name, "another")}
    fewer = {key: one for key, one in records.items() if key != name}
    assert verdicts(records, fewer) == verdicts(fewer, records) == {(name, ""): STRUCTURAL}
    assert compare(records, fewer).status == 3


@pytest.mark.parametrize("fact", ["estimator", "formula", "covariance", "nobs", "clusters", "absorbed", "dropped"])
@pytest.mark.parametrize("name", ["ols", "ppml"])
def test_another_fact_is_structural(records, name, fact):
    new = copy.deepcopy(records)
    new[name][fact] = {"other": 1} if isinstance(new[name][fact], dict) else f"{new[name][fact]}0"
    assert verdicts(records, new) == {(name, ""): STRUCTURAL}
    del new[name][fact]
    assert verdicts(records, new) == {(name, ""): STRUCTURAL}


def test_an_estimate_that_is_refused_now_is_structural(records):
    assert compare({"a": records["ols"]}, {"a": records["refused"]}).verdict == STRUCTURAL
    assert compare({"a": records["refused"]}, {"a": records["ols"]}).verdict == STRUCTURAL
    other = {**records["refused"], "not_estimable": "another reason"}
    assert compare({"a": records["refused"]}, {"a": other}).verdict == STRUCTURAL


@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True), (None, False), (True, None)])
def test_convergence_is_structural(records, before, after):
    old, new = ({"a": {**records["ols"], "converged": one}} for one in (before, after))
    assert compare(old, new).verdict == STRUCTURAL


def test_what_lies_behind_the_numbers_is_no_finding(records):
    new = copy.deepcopy(records)
    for one in new.values():
        one.update(data={"t": "0"}, code={"c": "1"}, environment={"python": "9"}, rows="")
    assert compare(records, new).findings == ()


def test_margins_of_a_record_are_those_of_the_baseline(records):
    wide = Margins(same=1e-3, warn=0.1, reason="stops early")
    own = record(OLS("y ~ x1 + x2").fit(panel()).inference(Clustered("g")), margins=wide)
    old = {"a": own}
    for size, expected in ((1e-4, SAME), (0.05, WARN), (0.2, DRIFT)):
        new = copy.deepcopy(old)
        new["a"]["terms"]["x1"]["estimate"] += size * own["terms"]["x1"]["se"]
        assert compare(old, new).verdict == expected
    standard = {"a": record(OLS("y ~ x1 + x2").fit(panel()).inference(Clustered("g")))}
    assert compare(standard, old).verdict == STRUCTURAL  # nothing is loosened in passing
    assert compare(old, standard).verdict == STRUCTURAL


@pytest.mark.parametrize(
    "options",
    [
        {"same": 1e-3},
        {"warn": 0.1},
        {"same": 1e-3, "reason": "  "},
        {"same": 0.0},
        {"same": 0.1, "warn": 0.01, "reason": "x"},
        {"same": float("nan")},
        {"warn": float("inf"), "reason": "x"},
        {"same": True},
    ],
)
def test_margins_need_order_and_a_reason(options):
    with pytest.raises(OptionError):
        Margins(**options)


def test_an_estimator_declares_its_margins():
    class Rough(OLS):
        margins = Margins(same=1e-4, reason="a random start")

    found = record(Rough("y ~ x1").fit(panel()).inference(Clustered("g")))
    assert found["margins"] == {"same": 1e-4, "warn": 0.01, "reason": "a random start"}
    assert "margins" not in record(OLS("y ~ x1").fit(panel()).inference(Clustered("g")))
