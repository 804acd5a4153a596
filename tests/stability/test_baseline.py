"""The baseline and the comparison with it."""

import copy
import json

import pytest
from laws.members import panel

from econ import OLS, Clustered, NotEstimable, White
from econ.errors import BaselineError
from econ.stability import compare, read_baseline, record
from econ.stability.acceptance import accept
from econ.stability.baseline import write_baseline
from econ.stability.comparison import DRIFT, SAME, STRUCTURAL


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
    found = compare(records, copy.deepcopy(records))
    assert (found.findings, found.verdict, found.status) == ((), SAME, 0)


def test_a_baseline_comes_back_with_every_digit(records, tmp_path):
    write_baseline(tmp_path / "baseline.json", records)
    assert read_baseline(tmp_path / "baseline.json") == json.loads(json.dumps(records))
    first = (tmp_path / "baseline.json").read_bytes()
    write_baseline(tmp_path / "baseline.json", dict(reversed(records.items())))
    assert (tmp_path / "baseline.json").read_bytes() == first


@pytest.mark.parametrize("value", [float("nan"), None, float("inf")])
@pytest.mark.parametrize("what", ["estimate", "se"])
def test_a_number_that_is_not_finite_is_a_drift(records, what, value):
    findings = compare(records, moved(records, "a", "terms", "x1", what, to=value)).findings
    assert [one.verdict for one in findings] == [DRIFT]


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
    findings = compare(records, moved(records, *path, to=to)).findings
    assert findings
    assert {one.verdict for one in findings} == {STRUCTURAL}


def test_specifications_and_terms_that_come_or_go_are_structural(records):
    fewer = {name: one for name, one in records.items() if name != "b"}
    assert [one.verdict for one in compare(records, fewer).findings] == [STRUCTURAL]
    assert [one.verdict for one in compare(fewer, records).findings] == [STRUCTURAL]
    renamed = copy.deepcopy(records)
    renamed["a"]["terms"]["z"] = renamed["a"]["terms"].pop("x1")
    assert [(one.verdict, one.term) for one in compare(records, renamed).findings] == [
        (STRUCTURAL, "x1"),
        (STRUCTURAL, "z"),
    ]


def test_the_worst_comes_first(records):
    changed = moved(records, "a", "terms", "x1", "estimate", to=lambda old: old + 1)
    changed = moved(changed, "a", "terms", "x2", "estimate", to=lambda old: old + 100)
    changed = moved(changed, "b", "nobs", to=1)
    assert [one.term for one in compare(records, changed).findings] == ["", "x2", "x1"]


def accept_in(folder, new, name, why):
    return accept(folder / "baseline.json", new, name, why, log=folder / "CHANGES.md")


def test_accepting_needs_a_reason_and_a_specification(records, tmp_path):
    with pytest.raises(BaselineError, match="needs a reason"):
        accept_in(tmp_path, records, "all", "  ")
    with pytest.raises(BaselineError, match="no specification 'z'; the build makes 'a', 'b', 'c'"):
        accept_in(tmp_path, records, "z", "why")
    assert not list(tmp_path.iterdir())


def test_accepting_one_leaves_the_others(records, tmp_path):
    assert accept_in(tmp_path, records, "all", "first") == ("a", "b", "c")
    changed = moved(records, "a", "nobs", to=1)
    changed = moved(changed, "b", "nobs", to=1)
    assert accept_in(tmp_path, changed, "a", "a is right now") == ("a",)
    stored = read_baseline(tmp_path / "baseline.json")
    assert (stored["a"]["nobs"], stored["b"]["nobs"]) == (1, 180)
    log = (tmp_path / "CHANGES.md").read_text()
    assert log.index("first") < log.index("a is right now")
    assert accept_in(tmp_path, changed, "a", "again") == ()
    assert accept_in(tmp_path, changed, "all", "the rest") == ("b",)
    assert (tmp_path / "CHANGES.md").read_text().endswith("- the rest\n  - b\n")
    assert accept_in(tmp_path, changed, "all", "nothing is left") == ()
    elsewhere = moved(changed, "a", "environment", to={"python": "9"})
    assert accept_in(tmp_path, elsewhere, "all", "a new machine") == ()
    assert read_baseline(tmp_path / "baseline.json")["a"]["environment"] == {"python": "9"}
    assert (
        (tmp_path / "CHANGES.md")
        .read_text()
        .endswith("- a new machine\n  - 1 with the same numbers: what lies behind them is other\n")
    )
    del changed["b"]
    assert accept_in(tmp_path, changed, "b", "b is not asked any more") == ("b",)
    assert set(read_baseline(tmp_path / "baseline.json")) == {"a", "c"}


TERM = '{"estimate": 1, "se": 1, "df": 5, "p": 0.1}'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "cannot be read"),
        ("[]", "not a baseline"),
        ('{"format": 0}', "not a baseline"),
        ('{"format": 2, "specifications": [1]}', "not a table by name"),
        ('{"format": 2, "specifications": {"a": null}}', "specification a is not a record"),
        ('{"format": 2, "specifications": {"a": {"terms": null}}}', "specification a is not a record"),
        ('{"format": 2, "specifications": {"a": {"terms": {"x": {"se": 1}}}}}', "term x: it has to hold estimate"),
        ('{"format": 2, "specifications": {"a": {"margins": {"same": 1}}}}', "its margins are none"),
        ('{"format": 2, "specifications": {"a": {"margins": {"all": 1}}}}', "its margins are none"),
        *(
            ('{"format": 2, "specifications": {"a": {"terms": {"x": ' + TERM.replace(old, new) + "}}}}", "term x: ")
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
    assert accept_in(tmp_path, records, "all", "anew") == ("a", "b", "c")
    assert set(read_baseline(path)) == {"a", "b", "c"}
