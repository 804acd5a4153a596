"""Analyses in folders: their names, building one of them, and errors that say which file it is."""

import pytest

from econ.errors import BuildError, OptionError
from econ.report.build import current, publish, rebuilt
from econ.report.project import Project

ANALYSIS = '''
"""An analysis."""

import pandas as pd

from econ.report import Row, Section, Table

INPUTS = ("packages",)


def analyse(tables):
    made = Table("NAME", "T", ("c",), (Row("r", ("1",)),), (), pd.DataFrame({"v": [1.0]}))
    return Section("T of NAME", "Q?", (), (made,))
'''
NAMES = ("alone", "one/same", "two/deep/er", "two/same")


@pytest.fixture
def project(tmp_path):
    for name in NAMES:
        written(tmp_path, name)
    (tmp_path / "constraints.txt").write_text("numpy==2.4.6\n")
    return Project(tmp_path)


def written(root, name, text=ANALYSIS):
    path = root / "analyses" / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("NAME", name.replace("/", "_")))
    return path


def build(project, only=None):
    lines = []
    changed = publish(project, current(project, rebuilt(project, only=only, say=lines.append)))
    return [line.split("] ")[1].split(" in ")[0] for line in lines], changed


def names(project):
    return [one.name for one in project.analyses()]


def test_an_analysis_is_named_with_its_folders(project):
    assert names(project) == list(NAMES)
    assert [one.path.relative_to(project.root).as_posix() for one in project.analyses()] == [
        f"analyses/{name}.py" for name in NAMES
    ]


@pytest.mark.parametrize("name", ["_helper", "one/_helper", "two/deep/__init__"])
def test_a_file_with_an_underscore_is_no_analysis(project, name):
    written(project.root, name, "raise AssertionError")
    assert names(project) == list(NAMES)


def test_files_of_the_same_name_in_two_folders_are_two_analyses(project):
    build(project)
    for name in ("one_same", "two_same"):
        assert (project.reports / "tables" / f"{name}.md").is_file()
    for name in NAMES:
        source = (project.reports / "source" / f"{name}.html").read_text()
        assert f"<h1>analyses/{name}.py</h1>" in source
    page = (project.reports / "index.html").read_text()
    places = [page.index(f'<section id="{name.replace("/", "-")}">') for name in NAMES]
    assert places == sorted(places)


def test_one_in_a_folder_can_be_built_by_its_name(project):
    lines, changed = build(project, only="two/deep/er")
    assert lines == ["two/deep/er: built"]
    assert sorted(changed) == [
        "source/two/deep/er.html",
        *(f"tables/two_deep_er.{kind}" for kind in ("csv", "md", "tex")),
    ]
    with pytest.raises(OptionError, match="no analysis 'same'; there are alone, one/same, two/deep/er, two/same"):
        build(project, only="same")


def test_an_edit_reruns_that_one_alone(project):
    build(project)
    path = project.root / "analyses" / "two" / "same.py"
    path.write_text(path.read_text() + "# edited\n")
    lines, changed = build(project)
    assert sorted(lines) == ["alone: unchanged", "one/same: unchanged", "two/deep/er: unchanged", "two/same: built"]
    assert changed == ["source/two/same.html"]


def test_an_edited_helper_of_any_folder_reruns_all(project):
    helper = written(project.root, "two/deep/_helper", "VALUE = 1\n")
    build(project)
    helper.write_text("VALUE = 2\n")
    assert sorted(build(project)[0]) == [f"{name}: built" for name in NAMES]


def test_the_code_of_an_analysis_that_is_gone_is_removed(project):
    build(project)
    (project.root / "analyses" / "two" / "same.py").unlink()
    _, changed = build(project)
    assert "source/two/same.html" in changed
    assert not (project.reports / "source" / "two" / "same.html").exists()
    assert (project.reports / "source" / "one" / "same.html").exists()


@pytest.mark.parametrize("text", ["", "INPUTS = ['packages']", "INPUTS = ("])
def test_an_error_in_the_inputs_names_the_file_with_its_folder(project, text):
    written(project.root, "two/same", text)
    with pytest.raises(BuildError, match=r"^analyses/two/same\.py "):
        project.analyses()


@pytest.mark.parametrize(
    "code", ["raise ValueError('broken')", "from econ.errors import DataError; raise DataError('broken')"]
)
def test_an_error_in_the_code_names_the_analysis_with_its_folder(project, code):
    written(project.root, "two/same", ANALYSIS.replace("    made =", f"    {code}\n    made ="))
    with pytest.raises(BuildError, match=r"analysis two/same[ :][^!]*broken"):
        build(project)
    assert not project.reports.exists()


def test_an_error_shows_the_lines_of_the_analysis_and_none_of_the_build(project):
    written(project.root, "two/same", ANALYSIS.replace("    made =", "    1 / 0\n    made ="))
    with pytest.raises(BuildError, match="ZeroDivisionError") as raised:
        build(project)
    assert "1 / 0" in str(raised.value)
    assert "pluggy" not in str(raised.value)
    assert "_analysed" not in str(raised.value)


def test_two_in_folders_cannot_write_one_file(project):
    written(project.root, "two/same", ANALYSIS.replace("NAME", "one_same"))
    with pytest.raises(BuildError, match=r"two/same and an analysis before it both write tables/one_same"):
        build(project)


@pytest.mark.parametrize(
    "folder",
    [
        "other",
        "old",
        "staging",
    ],
)
def test_a_folder_of_any_name_is_built_once(project, folder):
    written(project.root, f"{folder}/x")
    build(project)
    assert f"{folder}/x: unchanged" in build(project)[0]


@pytest.mark.parametrize("name", ["_drafts/idea", "two/_drafts/idea"])
def test_a_folder_with_an_underscore_has_no_analyses(project, name):
    written(project.root, name)
    assert names(project) == list(NAMES)


def test_a_folder_and_an_underscore_with_one_address_are_refused(project):
    written(project.root, "one_same", ANALYSIS.replace("NAME", "other"))
    with pytest.raises(BuildError, match="one/same and one_same have one address on the page"):
        build(project)


def test_the_summary_goes_with_the_last_brief(project):
    brief = "(made,), briefs=(Brief('g', 't', 'v', 'x'),)"
    text = ANALYSIS.replace("(made,)", brief).replace("import Row", "import Brief, Row")
    written(project.root, "one/same", text)
    build(project)
    assert (project.reports / "summary.pdf").read_bytes().startswith(b"%PDF")
    assert 'href="summary.pdf"' in (project.reports / "index.html").read_text()
    written(project.root, "one/same")
    _, changed = build(project)
    assert 'href="summary.pdf"' not in (project.reports / "index.html").read_text()
    assert not (project.reports / "summary.pdf").exists()
    assert "summary.pdf" in changed
