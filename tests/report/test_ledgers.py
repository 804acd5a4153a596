"""Tables that several analyses fill together."""

import io
import re

import pandas as pd
import pytest

from econ import OLS, White
from econ.errors import BuildError
from econ.report import Row, Section, Table
from econ.report.build import current, publish, rebuilt
from econ.report.bundle import bundled, read_bundle, write_bundle
from econ.report.html import Links
from econ.report.ledgers import Part, ledger_html, ledgers, part_of
from econ.report.page import FIRST, render_page
from econ.report.project import Project
from econ.report.section import Brief

ANALYSIS = '''
"""An analysis."""

import pandas as pd

from econ.report import Row, Section, Table

INPUTS = ("packages",)


def analyse(tables):
    data = pd.DataFrame({"who": ["NAME"], "v": [1 / 3]})
    part = Table("LEDGER", "Ledger & all", ("c",), (Row("Heading of NAME"), Row("row of NAME", ("1",))), ("n",), data)
    return Section("T of NAME", "Q?", (), (), {}, (part,))
'''


@pytest.fixture
def project(tmp_path):
    for name in ("first", "inside/second"):
        written(tmp_path, name)
    (tmp_path / "constraints.txt").write_text("numpy==2.4.6\n")
    return Project(tmp_path)


def written(root, name, ledger="ledger_all"):
    path = root / "analyses" / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ANALYSIS.replace("NAME", name).replace("LEDGER", ledger))


def build(project):
    return publish(project, current(project, rebuilt(project, say=lambda _: None)))


ROWS = (Row("a", ("1",)),)


def part(name="l", *, columns=("c",), title="T", rows=ROWS, notes=(), data=None):
    data = pd.DataFrame({"v": [1.0]}) if data is None else data
    return part_of(Table(name, title, columns, rows, notes, data), Links("x", {}), "#x")


def test_parts_of_a_name_become_one_table_in_the_order_of_the_parts():
    first = part(rows=(Row("A"), Row("a", ("1",))), notes=("n", "m"), data=pd.DataFrame({"v": [1.0], "w": ["x"]}))
    second = part(rows=(Row("B"), Row("b", ("2",))), notes=("o", "n"), data=pd.DataFrame({"v": [2.0]}))
    other = part("k", rows=(Row("c", ("3",)),))
    found, alone = ledgers([first, other, second])
    assert [row.label for row in found.rows] == ["A", "a", "B", "b"]
    assert found.notes == ("n", "m", "o")
    assert list(found.data["v"]) == [1.0, 2.0]
    assert found.data["w"].isna().tolist() == [False, True]
    assert (found.name, alone.name, alone.rows[0].label) == ("l", "k", "c")


def test_the_order_of_the_parts_is_that_of_the_rows():
    one, two = part(rows=(Row("a", ("1",)),)), part(rows=(Row("b", ("2",)),))
    assert [row.label for row in ledgers([two, one])[0].rows] == ["b", "a"]


@pytest.mark.parametrize("other", [{"columns": ("d",)}, {"title": "U"}])
def test_parts_that_differ_are_refused_by_the_name_of_the_ledger(other):
    with pytest.raises(BuildError, match="parts of the ledger 'l' differ in columns or title"):
        ledgers([part(), part(**other)])


def test_no_parts_are_no_tables():
    assert ledgers([]) == ()


def test_cells_keep_their_addresses_and_headings_lead_to_the_section():
    data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    one = OLS("y ~ x").fit(data).inference(White())
    rows = (Row("heading"), Row("a", ("1", "2"), (one, None)), Row("b", ("3", "4")))
    made = Table("l", "T", ("c", "d"), rows, (), data)
    found = part_of(made, Links("folder/x", {"k <1>": one}), "#folder-x")
    assert [addresses for _, _, addresses in found.rows] == [
        ("#folder-x",),
        ("specifications.html#folder-x-k-1", ""),
        (),
    ]
    text = ledger_html(ledgers([found])[0])
    assert '<a href="#folder-x">heading</a>' in text
    assert '<td><a href="specifications.html#folder-x-k-1">1</a></td><td>2</td>' in text
    assert "<td>3</td><td>4</td>" in text
    assert "computed by" not in text


def test_numbers_and_texts_survive():
    data = pd.DataFrame({"v": [1 / 3, float("nan"), 1e-300], "n": [1, 2, 3], "s": ["a,b", 'c "d"', "é\nγ"]})
    found = ledgers([part(data=data)])[0].data
    pd.testing.assert_frame_equal(found, data, rtol=1e-15, check_dtype=False)


def test_parts_with_other_columns_of_data_keep_all_of_them():
    empty = pd.DataFrame({"v": [float("nan")], "reason": ["no rows"]})
    full = pd.DataFrame({"v": [2.0], "reason": [""], "low": [1.0]})
    for order in ([empty, full], [full, empty]):
        found = ledgers([part(data=one) for one in order])[0].data
        assert set(found.columns) == {"v", "reason", "low"}
        assert found.set_index("v").loc[2.0, "low"] == 1.0
        assert len(found) == 2


@pytest.mark.parametrize("text", ["NA", "None", "007", "0.10"])
def test_texts_stay_texts(text):
    assert ledgers([part(data=pd.DataFrame({"s": [text]}))])[0].data["s"].tolist() == [text]


def test_a_part_may_have_no_data():
    assert ledgers([part(data=pd.DataFrame()), part()])[0].data["v"].tolist() == [1.0]


def test_a_bundle_is_the_same_after_a_round_trip_through_json(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("def analyse(tables):\n    pass\n")
    data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    one = OLS("y ~ x").fit(data).inference(White())
    rows = (Row("γ <heading>"), Row("a", ("1", "—"), (one, None)))
    ledger = Table("l", "T é", ("c", "d"), rows, ("n",), pd.DataFrame({"v": [1 / 3], "s": ["é"]}))
    section = Section("T", "Q?", ("f",), (), {"main": one}, (ledger, ledger), (Brief("g", "t", "v", 'x "é"'),))
    bundle = bundled("x", path, ("packages",), {"analysis": "a", "source": "b"}, section)
    write_bundle(bundle, tmp_path / "x.json")
    read = read_bundle(tmp_path / "x.json")
    assert read == bundle
    assert all(isinstance(found, Part) for found in read.ledger)
    assert ledger_html(ledgers(read.ledger)[0]) == ledger_html(ledgers(bundle.ledger)[0])


def test_a_ledger_is_on_the_page_and_in_every_format(project):
    build(project)
    files = {path.name: path.read_text() for path in (project.reports / "tables").iterdir()}
    assert set(files) == {"ledger_all.md", "ledger_all.tex", "ledger_all.csv"}
    for name, text in files.items():
        places = [text.index(who) for who in ("first", "inside/second")]
        assert places == sorted(places), name
    assert pd.read_csv(io.StringIO(files["ledger_all.csv"]))["who"].tolist() == ["first", "inside/second"]
    page = (project.reports / "index.html").read_text()
    assert page.count('<figure id="ledger_all"') == 1
    assert '<a href="#ledger_all">Ledger &amp; all</a>' in page
    assert '<a href="#inside-second">Heading of inside/second</a>' in page
    assert page.index('id="ledger_all"') < page.index('id="first"')
    assert re.findall(r'href="(tables/[^"]+)"', page) == [f"tables/ledger_all.{kind}" for kind in ("md", "tex", "csv")]


def test_a_ledger_that_no_analysis_fills_any_more_is_removed(project):
    build(project)
    for name in ("first", "inside/second"):
        written(project.root, name, "ledger_other")
    changed = build(project)
    kept = {path.name for path in (project.reports / "tables").iterdir()}
    assert kept == {"ledger_other.md", "ledger_other.tex", "ledger_other.csv"}
    assert "tables/ledger_all.csv" in changed
    assert "ledger_all" not in (project.reports / "index.html").read_text()


def test_a_ledger_shrinks_with_an_analysis_that_is_gone(project):
    build(project)
    (project.root / "analyses" / "first.py").unlink()
    build(project)
    assert "row of first" not in (project.reports / "tables" / "ledger_all.md").read_text()
    assert "row of inside/second" in (project.reports / "tables" / "ledger_all.md").read_text()


def test_parts_that_differ_leave_the_report_as_it_was(project):
    build(project)
    before = {path: path.read_bytes() for path in project.reports.rglob("*") if path.is_file()}
    path = project.root / "analyses" / "first.py"
    path.write_text(path.read_text().replace('("c",)', '("other",)'))
    with pytest.raises(BuildError, match="'ledger_all' differ"):
        build(project)
    assert {path: path.read_bytes() for path in project.reports.rglob("*") if path.is_file()} == before


def test_a_ledger_and_a_table_cannot_write_one_file(project):
    path = project.root / "analyses" / "first.py"
    table = 'Table("ledger_all", "mine", ("c",), (), (), data)'
    path.write_text(path.read_text().replace('"Q?", (), (), {}', f'"Q?", (), ({table},), {{}}'))
    with pytest.raises(BuildError, match="ledger_all"):
        build(project)


def test_the_page_has_the_known_ledgers_first():
    parts = [part(name) for name in ("a_ledger", *reversed(FIRST))]
    page = render_page([], ledgers(parts), [])
    assert re.findall(r'<figure id="(\w+)"', page) == [*FIRST, "a_ledger"]
    assert re.findall(r'<li><a href="#(\w+)"', page) == [*FIRST, "a_ledger", "data"]
