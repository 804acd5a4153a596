"""The summary as PDF: the same bytes everywhere, and whatever a brief says is printed as it is."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

import econ
from econ.report import Brief
from econ.report.summary import LEAD, SIGNS, TITLE, summary_pdf, summary_source

ROOT = Path(econ.__file__).resolve().parents[1]
BRIEFS = (
    Brief(
        "Hypotheses", "Private returns", "undecided", "Who is exposed pays. Smallest p = 0.123 (all: 0.5 [-0.1, 1.1])."
    ),
    Brief("Claims", "Savings", "2 hold, 1 fails", "Fail: “deposits” – 55 % of γ."),
    Brief("Hypotheses", "Phases", "mixed", "Early rescues differ."),
)
SPECIAL = "\\#$*_`<>@=-+/[]~'\"&"
NON_ASCII = "éßγЖ—–−≥²½†“”«»€ "
TEXTS = st.text(alphabet=SPECIAL + "ab 019.:;,(){}|^%!?" + NON_ASCII, max_size=40)


def read(briefs):
    return PdfReader(io.BytesIO(summary_pdf(briefs)))


def text_of(briefs):
    return " ".join(" ".join(page.extract_text() for page in read(briefs).pages).split())


def test_the_summary_says_what_the_briefs_say():
    text = text_of(BRIEFS)
    for said in (TITLE, LEAD, *(part for one in BRIEFS for part in (one.group, one.title, one.verdict))):
        assert said in text
    for one in BRIEFS:
        assert one.text.split()[-1] in text


def test_briefs_stand_below_their_group_in_order():
    text = text_of(BRIEFS).split("The report.")[1]
    places = [text.index(word) for word in ("Hypotheses", "Private returns", "Phases", "Claims", "Savings")]
    assert places == sorted(places)
    assert [text.count(word) for word in ("Hypotheses", "Claims")] == [1, 1]


def test_the_same_briefs_are_the_same_bytes():
    assert summary_pdf(BRIEFS) == summary_pdf(list(BRIEFS))
    assert summary_pdf(BRIEFS) != summary_pdf(BRIEFS[:1])


WRITE = """
import hashlib
from econ.report import Brief
from econ.report.summary import summary_pdf
print(hashlib.sha256(summary_pdf([Brief("G", "T – γ", "v", "0.5 [-0.1, 1.1]"), Brief("H", "U", "w", "x")])).hexdigest())
"""


def test_the_summary_is_the_same_bytes_in_processes_with_other_clocks_folders_and_seeds(tmp_path):
    found = set()
    for zone, seed in (("UTC", "1"), ("Asia/Tokyo", "2")):
        folder = tmp_path / zone.replace("/", " ")
        folder.mkdir()
        environment = {"PATH": "", "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
        environment["SOURCE_DATE_EPOCH"] = seed
        run = subprocess.run(
            [sys.executable, "-c", WRITE], check=True, capture_output=True, text=True, env=environment, cwd=folder
        )
        found.add(run.stdout)
    assert len(found) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\n", found.pop())


def test_the_pdf_has_a_title_and_a_language_but_no_date():
    reader = read(BRIEFS)
    assert reader.metadata.title == TITLE
    assert reader.metadata.creation_date_raw is None
    assert reader.metadata.modification_date_raw is None
    assert reader.trailer["/Root"]["/Lang"] == "en"
    xmp = reader.xmp_metadata
    assert xmp is None or (xmp.xmp_create_date, xmp.xmp_modify_date, xmp.xmp_metadata_date) == (None, None, None)
    assert not re.search(rb"CreationDate|ModDate|CreateDate|ModifyDate|MetadataDate", summary_pdf(BRIEFS))


@settings(max_examples=60)
@given(group=TEXTS, title=TEXTS, verdict=TEXTS, text=TEXTS)
def test_whatever_a_brief_says_compiles(group, title, verdict, text):
    assert summary_pdf([Brief(group, title, verdict, text)]).startswith(b"%PDF")


@pytest.mark.parametrize("field", ["group", "title", "verdict", "text"])
@pytest.mark.parametrize(
    "said",
    [
        "#pagebreak() #2",
        "$x^2$ costs $5",
        "*bold* _slanted_ **",
        "`raw` ```raw``` <label> @ref",
        "= heading",
        "- item",
        "+ item",
        "/ term: said",
        "[0, 1] [",
        "] end",
        "// comment",
        "/* comment */ x",
        "a~b -- c --- d",
        "\\u{41} \\",
        "'single' \"double\"",
        "-5.0 & x",
        "https://example.org/a_b",
        "1. item",
        "1982. a year",
        "and so on...",
    ],
)
def test_signs_of_typst_are_printed_as_they_are(field, said):
    brief = Brief(**({"group": "G", "title": "T", "verdict": "V", "text": "X"} | {field: f"{said} end"}))
    assert f"{said} end".replace(" ", "") in text_of([brief]).replace(" ", "")


@pytest.mark.parametrize("field", ["group", "title", "verdict", "text"])
def test_lines_and_paragraphs_in_a_brief_stay_in_it(field):
    brief = Brief(**({"group": "G", "title": "T", "verdict": "V", "text": "X"} | {field: "one\ntwo\n\nthree"}))
    text = text_of([brief])
    assert [text.index(word) for word in ("one", "two", "three")] == sorted(
        text.index(w) for w in ("one", "two", "three")
    )
    assert text.count("three") == 1


def test_every_sign_is_escaped_once():
    source = summary_source([Brief("G", "T", "V", SIGNS)])
    assert "[" + "".join(f"\\{sign}" for sign in SIGNS) + "]" in source


def test_the_committed_summary_has_the_two_pages_that_the_report_announces():
    reader = PdfReader(ROOT / "reports" / "summary.pdf")
    assert len(reader.pages) == 2
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Page 2 of 2" in text
    assert "\0" not in text, "a sign that no font has"
