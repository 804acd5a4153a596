"""The baseline and the comparison with it."""

import copy
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.members import panel

from econ import OLS, Clustered, NotEstimable, White
from econ.errors import BaselineError
from econ.stability import compare, read_baseline, record
from econ.stability.acceptance import accept
from econ.stability.baseline import write_baseline
from econ.stability.comparison import DRIFT, STRUCTURAL, TOLERANCE


@pytest.fixture(scope="module")
def records():
    data = panel()
    return {
        "a": record(OLS("y ~ x1 + x2").fit(data).inference(Clustered("g"))),
        "b": record(OLS("y ~ x1 | f").fit(data).inference(White())),
        "c": record(NotEstimable("OLS", "y ~ x", "no row is left")),
    }


def moved(records, *path, to):
    changed = copy.deepcopy(records)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to(inner[path[-1]]) if callable(to) else to
    return changed


def test_the_same_is_the_same(records):
    assert compare(records, copy.deepcopy(records)) == ()


def test_a_baseline_comes_back_with_every_digit(records, tmp_path):
    write_baseline(tmp_path / "baseline.json", records)
    assert read_baseline(tmp_path / "baseline.json") == json.loads(json.dumps(records))
    first = (tmp_path / "baseline.json").read_bytes()
    write_baseline(tmp_path / "baseline.json", dict(reversed(records.items())))
    assert (tmp_path / "baseline.json").read_bytes() == first


@given(
    shift=st.floats(1e-12, 10),
    sign=st.sampled_from([-1, 1]),
    what=st.sampled_from(["estimate", "se"]),
    term=st.sampled_from(["x1", "x2", "Intercept"]),
)
def test_a_number_that_moves_more_than_the_tolerance_is_a_drift(records, shift, sign, what, term):
    se = records["a"]["terms"][term]["se"]
    changed = moved(records, "a", "terms", term, what, to=lambda old: old + sign * shift * se)
    findings = compare(records, changed)
    if 0.99 * TOLERANCE < shift < 1.01 * TOLERANCE:
        return
    assert [(one.verdict, one.specification, one.term) for one in findings] == (
        [(DRIFT, "a", term)] if shift > TOLERANCE else []
    )
    if findings:
        assert math.isclose(findings[0].shift, shift, rel_tol=1e-3)


@pytest.mark.parametrize("value", [float("nan"), None, float("inf")])
@pytest.mark.parametrize("what", ["estimate", "se"])
def test_a_number_that_is_not_finite_is_a_drift(records, what, value):
    findings = compare(records, moved(records, "a", "terms", "x1", what, to=value))
    assert [one.verdict for one in findings] == [DRIFT]


@pytest.mark.parametrize(("what", "by"), [("p_value", 1e-5), ("low", 1e-4), ("high", 1e-4)])
def test_tests_and_intervals_are_guarded_too(records, what, by):
    findings = compare(records, moved(records, "a", "terms", "x1", what, to=lambda old: old + by))
    assert [(one.verdict, one.term) for one in findings] == [(DRIFT, "x1")]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("a", "nobs"), 179),
        (("a", "formula"), "y ~ x1"),
        (("a", "estimator"), "PPML"),
        (("a", "covariance"), "classical"),
        (("a", "clusters"), {"g": 4}),
        (("b", "absorbed"), {"f": 19}),
        (("a", "dropped"), {"missing y": 1}),
        (("c", "not_estimable"), "another reason"),
        (("a", "terms", "x1", "df"), 3.0),
        (("a", "terms"), {}),
    ],
)
def test_something_else_estimated_is_structural(records, path, to):
    findings = compare(records, moved(records, *path, to=to))
    assert findings
    assert {one.verdict for one in findings} == {STRUCTURAL}


def test_specifications_and_terms_that_come_or_go_are_structural(records):
    fewer = {name: one for name, one in records.items() if name != "b"}
    assert [one.verdict for one in compare(records, fewer)] == [STRUCTURAL]
    assert [one.verdict for one in compare(fewer, records)] == [STRUCTURAL]
    renamed = copy.deepcopy(records)
    renamed["a"]["terms"]["z"] = renamed["a"]["terms"].pop("x1")
    assert [(one.verdict, one.term) for one in compare(records, renamed)] == [(STRUCTURAL, "x1"), (STRUCTURAL, "z")]


def test_the_worst_comes_first(records):
    changed = moved(records, "a", "terms", "x1", "estimate", to=lambda old: old + 1)
    changed = moved(changed, "a", "terms", "x2", "estimate", to=lambda old: old + 100)
    changed = moved(changed, "b", "nobs", to=1)
    assert [one.term for one in compare(records, changed)] == ["", "x2", "x1"]


def test_accepting_needs_a_reason_and_a_specification(records, tmp_path):
    with pytest.raises(BaselineError, match="needs a reason"):
        accept(tmp_path, records, "all", "  ")
    with pytest.raises(BaselineError, match="no specification 'z'; the build makes 'a', 'b', 'c'"):
        accept(tmp_path, records, "z", "why")
    assert not list(tmp_path.iterdir())


def test_accepting_one_leaves_the_others(records, tmp_path):
    assert accept(tmp_path, records, "all", "first") == ("a", "b", "c")
    changed = moved(records, "a", "nobs", to=1)
    changed = moved(changed, "b", "nobs", to=1)
    assert accept(tmp_path, changed, "a", "a is right now") == ("a",)
    stored = read_baseline(tmp_path / "baseline.json")
    assert (stored["a"]["nobs"], stored["b"]["nobs"]) == (1, 180)
    log = (tmp_path / "CHANGES.md").read_text()
    assert log.index("first") < log.index("a is right now")
    assert accept(tmp_path, changed, "a", "again") == ()
    assert accept(tmp_path, changed, "all", "the rest") == ("b",)
    assert (tmp_path / "CHANGES.md").read_text().endswith("- the rest\n  - b\n")
    assert accept(tmp_path, changed, "all", "nothing is left") == ()
    del changed["b"]
    assert accept(tmp_path, changed, "b", "b is not asked any more") == ("b",)
    assert set(read_baseline(tmp_path / "baseline.json")) == {"a", "c"}


TERM = '{"estimate": 1, "se": 1, "df": 5, "p_value": 0.1, "low": 0, "high": 2}'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "cannot be read"),
        ("[]", "not a baseline"),
        ('{"format": 0}', "not a baseline"),
        ('{"format": 1, "specifications": [1]}', "not a table by name"),
        ('{"format": 1, "specifications": {"a": null}}', "specification a is not a record"),
        ('{"format": 1, "specifications": {"a": {"terms": null}}}', "specification a is not a record"),
        ('{"format": 1, "specifications": {"a": {"terms": {"x": {"se": 1}}}}}', "term x: it has to hold estimate"),
        *(
            ('{"format": 1, "specifications": {"a": {"terms": {"x": ' + TERM.replace(old, new) + "}}}}", "term x: ")
            for old, new in (('"se": 1', '"se": -1'), ('"se": 1', '"se": "1"'), ('"estimate": 1', '"estimate": NaN'))
        ),
    ],
)
def test_a_file_that_is_no_baseline_is_named_and_can_be_replaced(records, tmp_path, text, named):
    path = tmp_path / "baseline.json"
    with pytest.raises(BaselineError, match="econ check --accept all"):
        read_baseline(path)
    path.write_text(text)
    with pytest.raises(BaselineError, match=named):
        read_baseline(path)
    assert accept(tmp_path, records, "all", "anew") == ("a", "b", "c")
    assert set(read_baseline(path)) == {"a", "b", "c"}
