"""Why a number moved, and in which form that is written down."""

import json
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from econ.errors import BaselineError
from econ.stability.causes import UNEXPLAINED, Causes, explained
from econ.stability.comparison import compare
from econ.stability.formats import github, human, junit, machine
from econ.stability.history import History
from econ.stability.tables import changed_rows

TERM = {"estimate": 1.0, "se": 0.5, "df": None, "p": 0.04}
OLD = "id,year,x\nA,1,5\nA,2,6\nB,1,7\n"
NEW = "id,year,x\nA,1,5\nA,2,6.5\nC,1,8\n"


def git(folder, *arguments):
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def sha(text):
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def project(tmp_path):
    table = tmp_path / "data" / "t"
    table.mkdir(parents=True)
    (table / "table.csv").write_text(OLD)
    (table / "dataset.toml").write_text('primary_key = ["id", "year"]\n')
    (tmp_path / "econ").mkdir()
    (tmp_path / "econ" / "a.py").write_text("1\n")
    (tmp_path / "b.json").write_text("{}")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def record(estimate=1.0, **behind):
    environment = {"python": "3.11", "numpy": "2.0"}
    behind = {"data": {"t": sha(OLD)}, "code": {"econ": "1"}, "environment": environment, **behind}
    return {"terms": {"x": {**TERM, "estimate": estimate}}, **behind}


def why(project, **behind):
    old, new = {"a": record()}, {"a": record(estimate=2.0, **behind)}
    causes = Causes(project, "b.json", project / "data")
    return explained(compare(old, new), old, new, causes).causes["a"]


def test_a_changed_table_is_named_with_its_rows(project):
    (project / "data" / "t" / "table.csv").write_text(NEW)
    git(project, "commit", "-qam", "an edition")
    found = why(project, data={"t": sha(NEW)})
    assert found == (
        "data: table t changed: 1 row changed, 1 new, 1 gone; id=A, year=2: x 6, now 6.5; id=C, year=1: new; "
        "id=B, year=1: gone",
    )


def test_a_table_that_nobody_remembers_is_named(project):
    old = {"a": record(data={"t": "0" * 64})}
    new = {"a": record(estimate=2.0)}
    found = explained(compare(old, new), old, new, Causes(project, "b.json", project / "data")).causes["a"]
    assert found == ("data: table t changed; git does not remember the one before, so the rows are not known",)


def test_code_is_named_with_its_files(project):
    (project / "econ" / "a.py").write_text("2\n")
    (project / "econ" / "new.py").write_text("")
    assert why(project, code={"econ": "2"}) == (
        "code: econ changed (since the baseline was committed: 'econ/a.py', 'econ/new.py')",
    )


def test_the_environment_is_named(project):
    assert why(project, environment={"python": "3.12", "numpy": "2.0"}) == ("environment: python was 3.11, is 3.12",)


def test_none_of_these_is_said(project):
    assert why(project) == (UNEXPLAINED,)
    old, new = {"a": {"terms": {"x": TERM}}}, {"a": {"terms": {"x": {**TERM, "se": 9.0}}}}
    assert "not known" in explained(compare(old, new), old, new, Causes(project, "b.json")).causes["a"][0]


def test_all_of_these_together_and_tables_that_come_and_go(project):
    found = why(project, data={"u": "1"}, code={"econ": "2"}, environment={"python": "3.12", "scipy": "1"})
    assert [one.partition(":")[0] for one in found] == ["data", "data", *["environment"] * 3, "code"]
    assert found[0] == "data: t was read and is not now"
    assert found[1] == "data: u is read now and was not"


def test_without_git_nothing_is_remembered(tmp_path):
    history = History(tmp_path)
    assert history.content("HEAD", "x") is None
    assert history.changed_since("x", ("econ",)) == ()
    with pytest.raises(BaselineError, match="no git checkout"):
        history.committed("HEAD", "x")


def test_a_revision_that_lacks_the_file_says_so(project):
    with pytest.raises(BaselineError, match="revision HEAD has no reports/baseline.json"):
        History(project).committed("HEAD", "reports/baseline.json")
    with pytest.raises(BaselineError, match="no revision '--all'"):
        History(project).committed("--all", "b.json")
    assert History(project).committed("HEAD", "b.json") == "{}"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("id,year,x\nB,1,7\nA,2,6\nA,1,5\n", "rows in another order"),
        ("id,year,x,z\nA,1,5,1\nA,2,6,1\nB,1,7,1\n", "no cell of the old columns; columns new: z"),
        ("id,x\nA,5\n", "the columns are 'id', 'x', were 'id', 'year', 'x'"),
        ("id,year,x\nA,1,5\nA,1,6\nB,1,7\n", "the key is no longer that of single rows"),
        ("id,year,x\nA,1,\nA,2,6\nB,1,7\n", "1 row changed; id=A, year=1: x 5, now missing"),
    ],
)
def test_rows_in_words(new, expected):
    assert changed_rows(OLD.encode(), new.encode(), ("id", "year")) == expected


@pytest.fixture
def comparison():
    old = {
        "a/<b>": {"terms": {"x": TERM, "y|z": TERM}},
        "gone": {"terms": {}},
        "calm": {"terms": {"x": TERM}},
        "small": {"terms": {"x": TERM}},
    }
    new = {
        "a/<b>": {"terms": {"x": {**TERM, "estimate": 1.1}, "y|z": {**TERM, "estimate": -9.0}}},
        "calm": {"terms": {"x": TERM}},
        "small": {"terms": {"x": {**TERM, "estimate": 1.0001}}},
    }
    found = compare(old, new)
    return replace(found, causes={"a/<b>": ("data: 50% of t,\nand more",), "small": ("data: 50% of t,\nand more",)})


def test_people_read_the_worst_first(comparison):
    lines = human.render(comparison).splitlines()
    assert lines[0].split() == ["verdict", "moved", "(se)", "specification", "term", "what"]
    assert [line.split()[0] for line in lines[1:5]] == ["structural", "drift", "drift", "warn"]
    assert lines[2].split()[:4] == ["drift", "20", "a/<b>", "y|z"]
    assert "the sign turned" in lines[2]
    assert lines[-1] == "structural: 4 specifications compared: 1 structural, 1 drift, 1 warn, 1 same"
    assert human.render(compare({}, {})) == "same: 0 specifications compared: none\n"


def test_programs_read_json(comparison):
    found = json.loads(machine.render(comparison))
    assert (found["verdict"], found["status"], found["compared"]) == ("structural", 3, 4)
    assert [one["verdict"] for one in found["findings"]] == ["structural", "drift", "drift", "warn"]
    assert found["findings"][0]["shift"] is None
    assert found["findings"][1]["causes"] == ["data: 50% of t,\nand more"]


def test_servers_read_junit(comparison):
    suite = ET.fromstring(junit.render(comparison).encode())[0]
    assert (suite.get("tests"), suite.get("failures")) == ("4", "2")
    cases = {case.get("name"): [child.tag for child in case] for case in suite}
    assert cases == {"a/<b>": ["failure"], "calm": [], "gone": ["failure"], "small": ["system-out"]}
    strange = compare({"a\x00\x1b": {"terms": {}}}, {})
    assert ET.fromstring(junit.render(strange).encode())[0][0].get("name") == "a"


def test_github_reads_annotations_and_a_summary(comparison):
    lines = github.render(comparison).splitlines()
    assert lines[0].startswith("::error title=structural%3A gone::")
    assert lines[1].startswith("::error title=drift%3A a/<b> [y|z]::")
    assert lines[1].endswith("%0Awhy: data: 50%25 of t,%0Aand more")
    assert lines[3].startswith("::warning title=warn%3A small [x]::")
    table = [line for line in github.step_summary(comparison).splitlines() if line.startswith("| ")]
    assert len(table) == 6
    assert "a/&lt;b>" in table[3]
    assert "y\\|z" in table[3]
    many = compare({f"s{place}": {"terms": {}} for place in range(60)}, {})
    assert "51 more findings" in github.render(many).splitlines()[0]
