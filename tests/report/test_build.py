"""The build: what reruns it, what it writes, and what a failure leaves behind."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import econ
from econ.errors import BuildError, OptionError
from econ.report.build import current, publish, rebuilt
from econ.report.project import Project

ROOT = Path(econ.__file__).resolve().parents[1]

ANALYSIS = '''
"""An analysis."""

import pandas as pd

from econ import OLS, White
from econ.report import Section, table

INPUTS = ("packages",)


def analyse(tables):
    data = tables["packages"].assign(y=tables["packages"]["total_usd_m"], x=tables["packages"]["start"].str[:4].astype(float))
    estimates = OLS("y ~ x").fit(data).inference(White())
    made = table([estimates], name="NAME", title="T", columns=["one"])
    return Section("T", "Q?", ("f",), (made,), {"main": estimates})
'''


@pytest.fixture
def project(tmp_path):
    (tmp_path / "analyses").mkdir()
    (tmp_path / "constraints.txt").write_text("numpy==2.4.6\n")
    for name in ("first", "second"):
        (tmp_path / "analyses" / f"{name}.py").write_text(ANALYSIS.replace("NAME", f"{name}_table"))
    return Project(tmp_path)


def build(project, only=None):
    lines = []
    bundles = rebuilt(project, only=only, say=lines.append)
    changed = publish(project, current(project, bundles))
    return [re.sub(r"in [\d.]+ s", "", line).strip() for line in lines], changed


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_build_writes_the_page_and_every_format_of_every_table(project):
    lines, _ = build(project)
    assert sorted(line.split("] ")[1] for line in lines) == ["first: built", "second: built"]
    assert [line.split(" ")[0] for line in lines] == ["[1/2]", "[2/2]"]
    expected = {f"tables/{name}_table.{suffix}" for name in ("first", "second") for suffix in ("md", "tex", "csv")}
    pages = {"index.html", "specifications.html", "source/first.html", "source/second.html"}
    assert set(content(project.reports)) == {*pages, *expected}


def test_a_second_build_runs_nothing_and_changes_nothing(project):
    build(project)
    before = content(project.reports)
    lines, changed = build(project)
    assert all(line.endswith("unchanged") for line in lines)
    assert changed == []
    assert content(project.reports) == before


def test_two_builds_from_nothing_are_equal_bytes(project):
    build(project)
    before = content(project.reports)
    import shutil

    shutil.rmtree(project.build)
    shutil.rmtree(project.reports)
    build(project)
    assert content(project.reports) == before


@pytest.mark.parametrize("edited", ["analysis", "helper", "pins", "source", "data"])
def test_an_edit_of_anything_that_an_analysis_depends_on_reruns_it(project, edited, monkeypatch):
    build(project)
    if edited == "analysis":
        path = project.root / "analyses" / "first.py"
        path.write_text(path.read_text() + "\n# changed\n")
    elif edited == "helper":
        (project.root / "analyses" / "_shared.py").write_text("VALUE = 1\n")
    elif edited == "pins":
        (project.root / "constraints.txt").write_text("numpy==2.4.7\n")
    else:
        name = {"source": "source", "data": "data"}[edited]
        real = Project.dependencies
        monkeypatch.setattr(Project, "dependencies", lambda self, one: real(self, one) | {name: "other"})
    lines, _ = build(project)
    assert "first: built" in {line.split("] ")[1] for line in lines}
    second = {line.split("] ")[1] for line in lines if "second" in line}
    assert second == ({"second: unchanged"} if edited == "analysis" else {"second: built"})


def test_an_edited_helper_of_the_package_changes_the_hash_of_the_source(project, tmp_path, monkeypatch):
    import shutil

    import econ.report.project as module

    copy = tmp_path / "copy" / "econ"
    shutil.copytree(ROOT / "econ", copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "__file__", str(copy / "report" / "project.py"))
    analysis = project.analyses()[0]
    before = project.dependencies(analysis)
    helper = copy / "groups.py"
    helper.write_text(helper.read_text() + "\n# edited\n")
    after = project.dependencies(analysis)
    assert {name for name in before if before[name] != after[name]} == {"source"}


def test_a_table_that_changes_reruns_who_declares_it(project, tmp_path, monkeypatch):
    import shutil

    import econ.report.project as module
    from econ.datasets import store

    shutil.copytree(store.data_folder() / "packages", tmp_path / "data" / "packages")
    monkeypatch.setattr(module, "data_folder", lambda: tmp_path / "data")
    analysis = project.analyses()[0]
    before = project.dependencies(analysis)
    table = tmp_path / "data" / "packages" / "table.csv"
    table.write_text(table.read_text() + "\n")
    after = project.dependencies(analysis)
    assert {name for name in before if before[name] != after[name]} == {"data"}


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("raise ValueError('broken')", "ValueError: broken"),
        ("from econ.errors import DataError; raise DataError('column z')", "column z"),
        ("undefined_name", "NameError"),
        ("raise SystemExit(0)", "it ended the process with 0"),
        ("return None", "a function analyse"),
        ("tables['trade']", "reads table 'trade', which is not among its INPUTS"),
    ],
)
def test_a_failed_build_leaves_the_report_untouched(project, code, named):
    build(project)
    before = content(project.reports)
    for name in ("first", "second"):
        path = project.root / "analyses" / f"{name}.py"
        text = path.read_text().replace('title="T"', f'title="changed {name}"')
        path.write_text(
            text.replace("    return Section", f"    {code}\n    return Section") if name == "second" else text
        )
    with pytest.raises(BuildError, match=named) as raised:
        build(project)
    assert "second" in str(raised.value)
    assert "reports/ was left as it was" in str(raised.value)
    assert "pluggy" not in str(raised.value)
    assert content(project.reports) == before


def test_one_analysis_can_be_built_alone(project):
    lines, changed = build(project, only="second")
    assert [line.split("] ")[1] for line in lines] == ["second: built"]
    assert not (project.reports / "index.html").exists()
    assert "tables/second_table.md" in changed
    build(project)
    assert (project.reports / "index.html").exists()
    with pytest.raises(OptionError, match="no analysis 'third'; there are first, second"):
        build(project, only="third")


def test_one_analysis_built_alone_does_not_mix_a_page_of_two_versions(project):
    build(project)
    page = (project.reports / "index.html").read_bytes()
    (project.root / "constraints.txt").write_text("numpy==2.4.7\n")
    path = project.root / "analyses" / "second.py"
    path.write_text(path.read_text().replace('title="T"', 'title="another title"'))
    _, changed = build(project, only="second")
    assert "tables/second_table.md" in changed
    assert (project.reports / "index.html").read_bytes() == page


def test_two_analyses_cannot_write_one_file(project):
    path = project.root / "analyses" / "second.py"
    path.write_text(path.read_text().replace("second_table", "first_table"))
    with pytest.raises(BuildError, match=r"second and an analysis before it both write tables/first_table"):
        build(project)


def test_a_report_that_cannot_be_written_is_left_as_it_was(project):
    build(project)
    for name in ("first", "second"):
        path = project.root / "analyses" / f"{name}.py"
        path.write_text(path.read_text().replace('title="T"', 'title="changed"'))
    (project.reports / "index.html").unlink()
    (project.reports / "index.html" / "in the way").mkdir(parents=True)
    before = content(project.reports)
    with pytest.raises(BuildError, match="cannot be written and was left as it was"):
        build(project)
    assert content(project.reports) == before


def test_what_others_keep_in_the_folder_of_the_report_stays(project):
    build(project)
    (project.reports / "README.md").write_text("mine")
    (project.root / "analyses" / "first.py").unlink()
    build(project)
    assert (project.reports / "README.md").read_text() == "mine"


def test_annotated_inputs_are_inputs(project):
    path = project.root / "analyses" / "first.py"
    path.write_text(path.read_text().replace("INPUTS =", "INPUTS: tuple[str, ...] ="))
    assert project.analyses()[0].inputs == ("packages",)


def test_what_no_analysis_writes_any_more_is_removed_but_not_the_baseline(project):
    build(project)
    for kept in ("baseline.json", "CHANGES.md"):
        (project.reports / kept).write_text("kept")
    (project.root / "analyses" / "first.py").unlink()
    _, changed = build(project)
    assert "tables/first_table.md" in changed
    assert not (project.reports / "tables" / "first_table.md").exists()
    assert (project.reports / "baseline.json").read_text() == "kept"


def test_a_table_that_is_not_declared_cannot_be_read(project):
    path = project.root / "analyses" / "first.py"
    code = "    from econ.datasets import creditor_panel\n    creditor_panel(tables=tables)\n    data ="
    path.write_text(path.read_text().replace("    data =", code))
    with pytest.raises(
        BuildError, match="first: the analysis reads table 'contributions', which is not among its INPUTS"
    ):
        build(project)


@pytest.mark.parametrize("inputs", ["", "INPUTS = ['packages']", "INPUTS = tuple(x for x in 'ab')", "INPUTS = ("])
def test_an_analysis_declares_its_inputs_literally(project, inputs):
    path = project.root / "analyses" / "first.py"
    path.write_text(path.read_text().replace('INPUTS = ("packages",)', inputs))
    with pytest.raises(BuildError, match=r"analyses/first\.py"):
        project.analyses()


def test_a_folder_without_analyses_is_named(tmp_path):
    with pytest.raises(OptionError, match="no analyses"):
        Project(tmp_path).analyses()


def test_the_committed_report_is_what_the_build_writes_in_two_processes(tmp_path):
    """From the tables of the repository, in folders of different names, with different numbers of threads."""
    found = []
    for threads in ("1", "2"):
        root = tmp_path / f"checkout{threads}"
        root.mkdir()
        (root / "analyses").symlink_to(ROOT / "analyses")
        (root / "constraints.txt").symlink_to(ROOT / "constraints.txt")
        environment = os.environ | {"OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": threads}
        subprocess.run(
            [sys.executable, "-m", "econ", "build"], cwd=root, check=True, capture_output=True, env=environment
        )
        found.append(content(root / "reports"))
    assert found[0] == found[1]
    committed = {
        name: text for name, text in content(ROOT / "reports").items() if name not in ("baseline.json", "CHANGES.md")
    }
    assert set(found[0]) == set(committed)
    for name, text in committed.items():
        assert without_digits(found[0][name]) == without_digits(text), (
            f"reports/{name} is not of this tree; run econ build"
        )


def without_digits(text):
    """A rebuild on another machine may differ in the last digits, and in nothing else."""
    return re.sub(rb"-?\d[\d.,]*(e[+-]?\d+)?", b"#", text)
