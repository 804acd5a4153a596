"""Numbers link to the specification that they come from, and tables to the line that made them."""

import re
import shutil
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pandas as pd
import pytest
from laws.members import panel

from econ import OLS, Clustered, White
from econ.datasets.store import data_folder
from econ.errors import BuildError
from econ.report import Figure, Row, Section, Table, table
from econ.report.build import current, publish, rebuilt
from econ.report.bundle import bundled
from econ.report.claims_table import claims_table
from econ.report.html import Links, anchor, section_html, table_html
from econ.report.origin import PACKAGE, Origin
from econ.report.project import Project
from econ.report.source import source_html

ODD = 'a & b: <i>"50 %"</i> {{ x }} γ'

FIRST = '''
"""An analysis whose tables are made by helpers."""

import pandas as pd

from econ import OLS, NotEstimable, White
from econ.report import Figure, Row, Section, Table, drawing, table

INPUTS = ("packages", "contributions")


def shown(estimates, name):
    return laid_out(estimates, name)


def laid_out(estimates, name):
    return table(estimates, name=name, title="T", columns=["one", "two"])  # regressions


def drawn():
    with drawing("first_drawing") as canvas:
        canvas.axes[0].plot([0, 1], [1, 0])
    return Figure("first_drawing", "F", "a line", canvas.svg)  # figure


def analyse(tables):  # analyse
    data = tables["packages"].assign(y=tables["packages"]["total_usd_m"], x=tables["packages"]["start"].str[:4].astype(float))
    estimates = OLS("y ~ x").fit(data).inference(White())
    other = OLS("y ~ 1").fit(data).inference(White())
    unseen = OLS("x ~ 1").fit(data).inference(White())
    refused = NotEstimable("OLS", "y ~ <x> & z", "no rows & <none>")
    plain = Table(  # plain
        "first_plain", "P", ("a",), (Row("heading", (), (other,)), Row("r", ("1",), (refused,)), Row("s", ("2",))), (),
        pd.DataFrame({"v": [1.0]}),
    )
    return Section(
        "T", "Q?", ("f",), (shown([estimates, other], "first_table"), plain, drawn()),
        {"main": estimates, ODD: other, "unseen": unseen, "refused": refused},
    )
'''.replace("ODD", repr(ODD))

SECOND = '''
"""An analysis in a folder, with a part of a ledger."""

import pandas as pd

from econ import OLS, White
from econ.report import Brief, Row, Section, Table, table
from econ.report.claims_table import claims_section
from econ.claims import Gap

INPUTS = ("posen_claims",)


def nothing(tables, claim):  # check
    return Gap("nothing is known", "a table")


def analyse(tables):
    checks = dict.fromkeys(sorted(tables["posen_claims"]["claim_id"])[:2], nothing)
    return claims_section(tables, checks, name="second_claims", title="Claims", question="Q?", notes=())  # claims
'''

SOURCES = {"first": FIRST, "claims/second": SECOND}


class Page(HTMLParser):
    """Ids and links of a page; each link with its text and the id of the figure or heading around it."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.tags, self.texts = [], [], Counter(), {}
        self._figure, self._address, self._named = "", None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags[tag] += 1
        if "id" in given:
            self.ids.append(given["id"])
        if tag in {"figure", "span", "h3"}:
            self._figure = given.get("id", "")
        if tag in {"span", "h3", "figcaption", "p"}:
            self._named = self._figure
        for name in ("href", "xlink:href"):
            if name in given:
                self.links.append([self._figure, given[name], ""])
                self._address = given[name]

    def handle_endtag(self, tag):
        if tag == "a":
            self._address = None
        if tag == "figure":
            self._figure = ""
        if tag in {"span", "h3", "figcaption", "p"}:
            self._named = None

    def handle_data(self, data):
        if self._named:
            self.texts[self._named] = self.texts.get(self._named, "") + data
        if self._address is not None:
            self.links[-1][2] += data


def made(root, sources=SOURCES):
    for name, text in sources.items():
        path = root / "analyses" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "constraints.txt").write_text("numpy==2.4.6\n")
    return build(Project(root))


def build(project):
    publish(project, current(project, rebuilt(project, say=lambda _: None)))
    return project


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return made(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def pages(project):
    found = project.reports.rglob("*.html")
    return {path.relative_to(project.reports).as_posix(): Page(path.read_text(encoding="utf-8")) for path in found}


def marked(text, mark):
    """Number of the line with a mark at its end."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.endswith(f"# {mark}"))


def of_figure(pages, name, start):
    return [
        (address, text)
        for figure, address, text in pages["index.html"].links
        if figure == name and address.startswith(start)
    ]


def by_helper():
    return table([OLS("y ~ x1").fit(panel()).inference(White())], name="t", title="T", columns=["one"])


def by_helper_of_helper():
    return by_helper()


def test_a_table_knows_the_line_of_the_innermost_helper_outside_of_the_package():
    assert by_helper_of_helper().origin == Origin(__file__, by_helper.__code__.co_firstlineno + 1)


def test_a_table_made_by_the_package_for_an_analysis_has_the_line_of_the_analysis():
    here = claims_table(name="c", title="C", checked=[])
    line = test_a_table_made_by_the_package_for_an_analysis_has_the_line_of_the_analysis.__code__.co_firstlineno + 1
    assert here.origin == Origin(__file__, line)
    assert replace(here, title="D").origin == here.origin


def test_a_figure_knows_its_line():
    line = test_a_figure_knows_its_line.__code__.co_firstlineno + 2
    assert Figure("f", "F", "", "<svg></svg>").origin == Origin(__file__, line)


def test_a_folder_whose_name_starts_with_that_of_the_package_is_not_the_package():
    neighbour = str(Path(f"{Path(PACKAGE)}ometrics") / "analysis.py")
    names = {"Figure": Figure}
    exec(compile("\nfigure = Figure('f', 'F', '', '<svg></svg>')", neighbour, "exec"), names)
    assert names["figure"].origin == Origin(neighbour, 2)


def test_cells_of_a_regression_table_link_to_their_specifications(pages):
    links = of_figure(pages, "first_table", "specifications.html#")
    assert {address for address, _ in links} == {
        f"specifications.html#{anchor(f'first/{key}')}" for key in ("main", ODD)
    }
    assert all(text for _, text in links)
    ids = pages["specifications.html"].ids
    assert all(address.partition("#")[2] in ids for address, _ in links)
    assert len({address for address, _ in links}) == 2


def test_the_cell_that_links_to_a_specification_has_its_estimate(pages, project):
    text = (project.reports / "specifications.html").read_text(encoding="utf-8")
    for address, shown in of_figure(pages, "first_table", "specifications.html#"):
        if shown.startswith("("):
            block = text.split(f'<h3 id="{address.partition("#")[2]}">')[1].split("<h3")[0]
            assert f"<td>{shown}</td>" in block


def test_a_heading_and_a_refusal_link_too_and_what_has_no_source_does_not(pages):
    links = of_figure(pages, "first_plain", "specifications.html#")
    assert links == [
        (f"specifications.html#{anchor(f'first/{ODD}')}", "heading"),
        ("specifications.html#first-refused", "1"),
    ]


@pytest.mark.parametrize(
    ("figure", "name", "mark"),
    [
        ("first_table", "first", "regressions"),
        ("first_plain", "first", "plain"),
        ("first_drawing", "first", "figure"),
        ("second_claims", "claims/second", "claims"),
    ],
)
def test_a_table_or_figure_links_to_the_line_that_made_it(pages, figure, name, mark):
    text = SOURCES[name]
    (address, shown), *_ = [one for one in of_figure(pages, figure, "source/") if " line " in one[1]]
    assert address == f"source/{name}.html#L{marked(text, mark)}"
    assert shown == f"{name}.py, line {marked(text, mark)}"
    line = pages[f"source/{name}.html"].texts[f"L{marked(text, mark)}"]
    assert line.split(None, 1) == [str(marked(text, mark)), text.split("\n")[marked(text, mark) - 1].strip()]


def test_claims_link_to_their_checks_in_the_section_and_in_the_ledger(pages):
    line = f"source/claims/second.html#L{marked(SECOND, 'check')}"
    for figure in ("second_claims", "ledger_claims"):
        cells = [address for address, text in of_figure(pages, figure, "source/") if " line " not in text]
        assert set(cells) == {line}
    assert ["ledger_claims", "#claims-second", "Claims"] in pages["index.html"].links


def test_a_specification_names_the_line_that_prints_it_or_that_of_analyse(pages):
    links = [
        (owner, address) for owner, address, _ in pages["specifications.html"].links if address.startswith("source/")
    ]
    expected = {"main": "regressions", ODD: "regressions", "refused": "plain", "unseen": "analyse"}
    lines = {
        key: marked(FIRST, mark) if mark != "analyse" else marked(FIRST, "analyse") for key, mark in expected.items()
    }
    assert links == [
        (anchor(f"first/{key}"), f"source/first.html#L{lines[key]}") for key in ("main", ODD, "unseen", "refused")
    ]


def test_every_link_within_the_report_resolves(pages, project):
    checked = Counter()
    for page, found in pages.items():
        for _, address, _ in found.links:
            file, _, fragment = address.partition("#")
            if file.startswith("../data/"):
                assert (data_folder() / file.removeprefix("../data/")).is_file(), (page, address)
                kind = "data"
            else:
                target = (PurePosixPath(page).parent / file).as_posix() if file else page
                assert (project.reports / target).is_file(), (page, address)
                assert not fragment or fragment in pages[target].ids, (page, address)
                kind = "line" if fragment[:1] == "L" else "id" if fragment else "file"
            checked[kind] += 1
    assert set(checked) == {"data", "line", "id", "file"}


def test_no_page_has_an_id_twice(pages):
    for page, found in pages.items():
        assert [one for one, count in Counter(found.ids).items() if count > 1] == [], page


def test_odd_keys_are_shown_as_they_are(pages):
    found = pages["specifications.html"]
    assert found.texts[anchor(f"first/{ODD}")] == f"first/{ODD}" + found.texts[anchor(f"first/{ODD}")].removeprefix(
        f"first/{ODD}"
    )
    assert found.tags["i"] == 0
    assert re.fullmatch(r"[A-Za-z0-9-]+", anchor(f"first/{ODD}"))


def test_a_refusal_is_shown_with_its_reason(project):
    text = (project.reports / "specifications.html").read_text(encoding="utf-8")
    assert "Not estimable: no rows &amp; &lt;none&gt;" in text
    assert "y ~ &lt;x&gt; &amp; z" in text


def test_a_line_moves_with_the_code(tmp_path):
    project = made(tmp_path, {"first": FIRST})
    before = (project.reports / "index.html").read_text(encoding="utf-8")
    path = project.root / "analyses" / "first.py"
    path.write_text("# one line more\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    build(project)
    after = (project.reports / "index.html").read_text(encoding="utf-8")
    lines = [list(map(int, re.findall(r'href="source/first\.html#L(\d+)"', text))) for text in (before, after)]
    assert lines[0]
    assert [line + 1 for line in lines[0]] == lines[1]


def test_the_report_does_not_know_in_which_folder_it_was_built(project, tmp_path):
    other = tmp_path / "another name"
    other.mkdir()
    shutil.copytree(project.root / "analyses", other / "analyses", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(project.root / "constraints.txt", other)
    found = content(build(Project(other)).reports)
    assert found == content(project.reports)
    assert not [name for name, text in found.items() if str(other).encode() in text]


def test_results_that_are_no_estimates_of_the_section_have_no_link():
    data = panel()
    one, other = (OLS("y ~ x1").fit(data).inference(how) for how in (White(), Clustered("g")))
    links = Links("a", {"main": one})
    assert links.specification(one) == "specifications.html#a-main"
    assert links.specification(other) == ""
    assert links.specification(None) == ""


def test_lines_of_other_files_have_no_link():
    links = Links("a", {}, "here.py")
    assert links.line(Origin("here.py", 3)) == "source/a.html#L3"
    assert links.line(Origin("there.py", 3)) == ""
    assert links.line(None) == ""


def test_an_address_cannot_leave_its_attribute():
    address = 'https://example.org/?a="><b>&c=1'
    rows = (Row("r", ("1",), (address,)), Row("heading", (), (address,)))
    found = Page(table_html(Table("t", "T", ("c",), rows, (), pd.DataFrame()), Links("a", {})))
    assert [one for _, one, _ in found.links if one.startswith("https")] == [address, address]
    assert found.tags["b"] == 0


def test_lines_are_those_of_the_interpreter():
    """Which does not count form feeds and the separators of Unicode, as `str.splitlines` does."""
    text = 'a = "\u2028"\n\f\nb = "<b>\x1c&lt;"\nc = 1\n'
    found = Page(source_html("t", text))
    assert found.ids == ["L1", "L2", "L3", "L4"]
    assert found.texts["L4"].split() == ["4", "c", "=", "1"]
    assert found.texts["L3"].endswith('b = "<b>\x1c&lt;"')


def test_the_lines_of_a_bundle_are_those_of_the_interpreter(tmp_path):
    path = tmp_path / "first.py"
    path.write_text('S = "\u2028"\n\f\ndef analyse(tables):\n    pass\n', encoding="utf-8")
    estimates = OLS("y ~ x1").fit(panel()).inference(White())
    assert bundled("first", path, (), {}, Section("T", "Q?", (), (), {"main": estimates})).lines == {"first/main": 3}


def test_titles_and_names_are_escaped_in_the_section():
    made = Table("t", "T <b>", ("c & d",), (Row("<b>", ("<b>",)), Row("<b>")), ("<b>",), pd.DataFrame())
    found = Page(section_html("a/b c", Section("<b>", "<b>", ("<b>",), (made,))))
    assert found.tags["b"] == 0
    assert found.ids == ["a-b-c", "t"]


@pytest.mark.parametrize("keys", [("a b", "a-b"), ("γ", "δ"), ("x1", "x1 ")])
def test_two_specifications_with_one_address_are_refused(tmp_path, keys):
    path = tmp_path / "first.py"
    path.write_text("def analyse(tables):\n    pass\n", encoding="utf-8")
    estimates = {key: OLS("y ~ x1").fit(panel()).inference(White()) for key in keys}
    with pytest.raises(BuildError, match="of first have one address; rename one"):
        bundled("first", path, (), {}, Section("T", "Q?", (), (), estimates))
