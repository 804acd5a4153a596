"""Tables, their formats, and figures."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from laws.members import panel

from econ import OLS, PPML, Clustered, NotEstimable, White
from econ.errors import OptionError
from econ.estimates import stars
from econ.report import Figure, Panel, Row, Section, Table, drawing, table
from econ.report.formats import csv, latex, markdown
from econ.report.html import section_html
from econ.report.tables import number
from econ.stability import attempt


@pytest.fixture(scope="module")
def results():
    data = panel()
    return [OLS(formula).fit(data).inference(Clustered("g")) for formula in ("y ~ x1", "y ~ x1 + x2 | f")]


def plain(name="t", rows=None, notes=()):
    rows = rows or (Row("a", ("1", "2")),)
    return Table(name, "50 % of A & B_c", ("one", "two"), rows, notes, pd.DataFrame({"v": [1 / 3]}))


def test_a_regression_table_shows_estimates_errors_and_facts(results):
    made = table(results, name="t", title="T", columns=["(1)", "(2)"], labels={"x1": "First"})
    cells = {row.label: row.cells for row in made.rows if row.label}
    first = results[0].row("x1")
    assert cells["First"][0] == number(first["estimate"]) + stars(first["p_value"])
    assert made.rows[[row.label for row in made.rows].index("First") + 1].cells[0] == f"({number(first['se'])})"
    assert cells["x2"][0] == ""
    assert cells["Observations"] == ("180", "180")
    assert cells["Clusters: g"] == ("5", "5")
    assert len(made.data) == 4
    assert made.data.loc[0, "estimate"] == results[0].table.loc[0, "estimate"]


def test_what_was_dropped_or_refused_is_in_the_notes():
    data = panel()
    holes = OLS("y ~ x1").fit(data.assign(x1=data["x1"].mask(data["row"] < 4))).inference(White())
    refused = attempt(OLS("y ~ x1 | row"), data, White())
    assert isinstance(refused, NotEstimable)
    made = table([Panel("A: first", (holes, refused))], name="t", title="T", columns=["one", "two"])
    notes = " ".join(made.notes)
    assert "4 without x1 (A, one)" in notes
    assert "Not estimable, A, two: every row is alone" in notes
    assert any(row.cells[1:] == ("—",) for row in made.rows if row.cells)


def test_an_omitted_regressor_is_in_the_notes():
    data = panel().assign(
        d=lambda frame: (frame["row"] < 5).astype(float), y=lambda frame: frame["y"] * (frame["row"] >= 5)
    )
    made = table([PPML("y ~ x1 + d").fit(data).inference(White())], name="t", title="T", columns=["one"])
    assert any("not identified: d" in note for note in made.notes)
    assert any("5 separated" in note for note in made.notes)


def test_a_repaired_covariance_has_a_dagger_instead_of_stars():
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"x": rng.normal(size=12), "a": np.arange(12) % 3, "b": np.arange(12) // 4})
    data["y"] = 10 * data["x"] + rng.normal(size=12)
    for seed in range(100):
        data["y"] = 10 * data["x"] + np.random.default_rng(seed).normal(size=12)
        estimates = OLS("y ~ x").fit(data).inference(Clustered("a", "b"))
        if estimates.remarks:
            break
    made = table([estimates], name="t", title="T", columns=["one"], terms=["x"])
    assert made.rows[0].cells[0].endswith("†")
    assert any(
        note.startswith("† No stars, and no test should rest on these errors: the multi-way covariance was made")
        for note in made.notes
    )


def test_an_error_of_the_author_is_not_taken_for_a_refusal():
    from econ.errors import MissingColumnError

    with pytest.raises(MissingColumnError):
        attempt(OLS("y ~ nope"), panel(), White())


@pytest.mark.parametrize(
    "make",
    [
        lambda: plain(name="No Name"),
        lambda: plain(rows=(Row("a", ("1",)),)),
        lambda: table([Panel("A", ())], name="t", title="T", columns=["one"]),
        lambda: Figure("No Name", "", "", ""),
        lambda: Section("S", "Q", (), (plain(), plain())),
    ],
)
def test_what_cannot_be_printed_is_refused(make):
    with pytest.raises(OptionError):
        make()


@pytest.mark.parametrize(("p_value", "mark"), [(0.2, ""), (0.1, ""), (0.09, "*"), (0.049, "**"), (0.0099, "***")])
def test_stars(p_value, mark):
    assert stars(p_value) == mark


def test_numbers_are_short_and_honest():
    assert [number(one) for one in (0.0, 1234.5678, 2e-9, np.nan)] == ["0.000", "1234.568", "2.00e-09", ""]


def test_markdown_escapes_and_shows_panels():
    text = markdown.render(plain(rows=(Row("A: b_c"), Row("x*y", ("1|2", "3***"))), notes=("a_b",)))
    assert "| **A: b\\_c** |  |  |" in text
    assert "| x\\*y | 1\\|2 | 3\\*\\*\\* |" in text
    assert "- a\\_b" in text


def test_latex_escapes_and_balances():
    text = latex.render(plain(rows=(Row("A"), Row("x_1 & 50%", ("1", "—"))), notes=("p < 0.1; {x} ~ y^2",)))
    assert r"x\_1 \& 50\% & 1 & --- \\" in text
    assert r"\textless{}" in text
    assert text.count(r"\begin{") == text.count(r"\end{")
    assert r"\caption{50 \% of A \& B\_c}" in text


def test_csv_has_numbers_at_ten_digits():
    assert csv.render(plain()) == "v\n0.3333333333\n"


def test_html_escapes_and_labels_drawings():
    with drawing("d") as canvas:
        canvas.axes[0].plot([0, 1], [1, 0])
    figure = Figure("d", "<title>", 'a "line" < b', canvas.svg, ("n & m",))
    text = section_html("s", Section("T & U", "Q?", ("f < g",), (plain(), figure)))
    assert "T &amp; U" in text
    assert "f &lt; g" in text
    assert 'role="img" aria-label="a &quot;line&quot; &lt; b"' in text
    assert "<?xml" not in text
    assert 'id="d-' in text
    assert "http" not in text.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    )


DRAW = """
from econ.report import drawing
with drawing("same") as canvas:
    canvas.axes[0].plot([0, 1, 2], [1, 0, 3])
    canvas.axes[0].fill_between([0, 1], [0, 0], [1, 2], hatch="/")
print(canvas.svg)
"""


def test_a_drawing_is_the_same_bytes_in_another_process():
    drawn = {
        subprocess.run([sys.executable, "-c", DRAW], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    }
    assert len(drawn) == 1
    text = drawn.pop()
    assert "<svg" in text
    assert "<dc:date>" not in text
