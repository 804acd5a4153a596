"""A hypothesis as a section, as a part of the ledger and as a line of the summary."""

import re

import numpy as np
import pandas as pd
import pytest

from econ import OLS, Clustered, NotEstimable, White
from econ.errors import OptionError
from econ.estimates import Estimates
from econ.ledger import Hypothesis, Trial, Verdict, examine
from econ.ledger.evidence import Evidence
from econ.report import Row, Table
from econ.report.formats import csv, latex, markdown
from econ.report.html import Links
from econ.report.hypothesis_section import COLUMNS, LEDGER, RULE, hypothesis_section
from econ.report.ledgers import ledgers, part_of
from econ.report.tables import number

HYPOTHESIS = Hypothesis(
    number=4,
    title="Exposure & all",
    statement="Who is exposed pays.",
    estimand="Slope.",
    specification="Least squares.",
    data="Bank claims.",
    falsifier="A negative slope.",
    identification="Exposure is chosen.",
)
BY_GROUP = Clustered("g")


def panel(rows=120):
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"x": rng.normal(size=rows), "g": np.repeat([f"g{i:02}" for i in range(rows // 10)], 10)})
    return data.assign(y=data["x"] + rng.normal(size=rows))


def trial(concept, **changes):
    parts = {"covers": f"rows of {concept}", "spec": OLS("y ~ x"), "data": panel(), "term": "x", "predicted": 1}
    return Trial(**{"concept": concept, "covariance": BY_GROUP, "by": "g", **parts, **changes})


def found(concept, p_value, *, predicted=1, **more):
    """Evidence with a p-value that is given."""
    one = trial(concept, predicted=predicted)
    estimates = one.spec.fit(one.data).inference(one.covariance)
    more = {"method": "given", "specifications": 8, "share": 0.875, "influential": "g01", "without": 0.5} | more
    return Evidence(one, estimates, p_value, **more)


def refused(concept="Refused", reason="every row is alone."):
    return Evidence(trial(concept), NotEstimable("OLS", "y ~ x | g", reason))


def untrusted(concept="Untrusted", reason="the covariance was repaired"):
    return found(concept, np.nan, method=reason)


def section(*evidence, **more):
    return hypothesis_section(HYPOTHESIS, evidence, **({"name": "exposure"} | more))


@pytest.fixture(scope="module")
def examined():
    """What `examine` finds where there is something to find, and where the estimates or the test are refused."""
    alone = trial("Alone", data=panel().assign(y=1.0))
    return (
        examine(trial("Strong")),
        examine(trial("None", spec=OLS("y ~ x | row"), data=panel().assign(row=range(120)))),
        examine(alone),
    )


def test_the_hypothesis_comes_first_with_all_of_its_parts():
    made = section(found("A", 0.01))
    design = made.items[0]
    assert (made.title, made.question) == ("Exposure & all", "Who is exposed pays.")
    assert design.name == "exposure_design"
    assert [(row.label, row.cells[0]) for row in design.rows] == list(HYPOTHESIS.parts.items())
    assert list(design.data["text"]) == list(HYPOTHESIS.parts.values())


def test_each_concept_is_a_row_with_its_verdict_and_numbers():
    one = found("A", 0.01)
    evidence = section(one, found("B", 0.2)).items[1]
    estimate, low, high = (one.row[name] for name in ("estimate", "low", "high"))
    assert evidence.columns == COLUMNS
    assert [row.label for row in evidence.rows] == ["A", "B"]
    assert evidence.rows[0].cells == (
        "supported",
        number(estimate),
        f"[{number(low)}, {number(high)}]",
        "0.010",
        "120, 12",
        "88% of 8",
        "g01 (0.500)",
    )
    assert evidence.rows[1].cells[0] == "undecided"


@pytest.mark.parametrize(
    ("more", "cells"),
    [
        ({"specifications": 0, "share": np.nan}, ("none", "g01 (0.500)")),
        ({"turned": 2}, ("88% of 8", "g01 (0.500); 2 turn the sign")),
        ({"influential": "", "without": np.nan}, ("88% of 8", "")),
        ({"specifications": 1234, "share": 0.5}, ("50% of 1,234", "g01 (0.500)")),
    ],
)
def test_what_else_is_known_is_in_the_last_cells(more, cells):
    assert section(found("A", 0.01, **more)).items[1].rows[0].cells[-2:] == cells


def test_a_small_p_value_is_not_zero():
    made = section(found("A", 1e-9))
    shown = [made.items[1].rows[0].cells[3], *re.findall(r"p [<=] ([\d.]+)", made.findings[1] + made.briefs[0].text)]
    assert len(shown) == 3
    assert "0.000" not in shown
    assert made.items[1].data["p_value"].tolist() == [1e-9]


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        ([found("A", 0.01), found("B", 0.01)], Verdict.SUPPORTED),
        ([found("A", 0.01, turned=1)], Verdict.FRAGILE),
        ([found("A", 0.01), found("B", 0.5)], Verdict.FRAGILE),
        ([found("A", 0.01), refused(), untrusted()], Verdict.SUPPORTED),
        ([found("A", 0.5)], Verdict.UNDECIDED),
        ([found("A", 0.01, predicted=-1)], Verdict.CONTRADICTED),
        ([found("A", 0.01, predicted=-1, share=0.5)], Verdict.FRAGILE_AGAINST),
        ([found("A", 0.01), found("B", 0.01, predicted=-1)], Verdict.MIXED),
        ([refused(), untrusted()], Verdict.UNTESTABLE),
    ],
)
def test_one_verdict_is_in_the_findings_the_ledger_and_the_summary(evidence, verdict):
    made = section(*evidence)
    (ledger,), (brief,) = made.ledger, made.briefs
    assert made.findings[0] == f"Verdict: {verdict.value}."
    assert ledger.rows[0] == Row(f"Exposure & all: {verdict.value}")
    assert set(ledger.data["together"]) == {verdict.value}
    assert (brief.group, brief.title, brief.verdict) == ("Hypotheses", "Exposure & all", verdict.value)
    assert [row.cells[0] for row in ledger.rows[1:]] == [one.verdict.value for one in evidence]


def test_the_ledger_has_the_rows_of_the_evidence_below_a_heading():
    made = section(found("A", 0.01), refused(), untrusted())
    (ledger,) = made.ledger
    assert ledger.name == LEDGER
    assert ledger.rows[1:] == made.items[1].rows
    pd.testing.assert_frame_equal(ledger.data.drop(columns="together"), made.items[1].data)


def test_every_cell_links_to_the_estimates_that_are_checked():
    evidence = found("A & <b>", 0.01), refused()
    made = section(*evidence)
    links = Links("hypotheses/exposure", made.estimates)
    assert made.estimates == {one.trial.concept: one.estimates for one in evidence}
    addresses = [{links.specification(source) for source in row.sources} for row in made.items[1].rows]
    assert addresses == [
        {"specifications.html#hypotheses-exposure-A-b"},
        {"specifications.html#hypotheses-exposure-Refused"},
    ]


@pytest.mark.parametrize("one", [refused(), untrusted()])
def test_what_cannot_be_tested_says_why_and_shows_no_numbers(one):
    made = section(one, found("Tested", 0.3))
    row = made.items[1].rows[0]
    assert row.cells == ("cannot be tested", "—", "", "", "", "", "")
    reason = one.reason.rstrip(".")
    assert made.findings[1] == f"{one.trial.concept}: cannot be tested, since {reason}."
    assert any(note.endswith(f"not tested: {reason}.") for note in made.items[1].notes)
    assert "nan" not in " ".join([*made.findings, *made.items[1].notes, made.briefs[0].text])
    assert made.items[1].data.loc[0, "reason"] == one.reason
    assert np.isnan(made.items[1].data.loc[0, "p_value"])
    assert made.items[1].data.loc[1, "reason"] == ""


def test_nothing_that_can_be_tested_is_said_in_the_summary():
    (brief,) = section(refused(), untrusted()).briefs
    assert brief.text.startswith("Who is exposed pays. ")
    assert "None of its concepts can be tested" in brief.text
    assert "p =" not in brief.text


def test_the_summary_names_the_concept_with_the_smallest_p_value():
    one = found("Small", 0.02)
    (brief,) = section(found("Large", 0.9), one, found("Middle", 0.04), untrusted(), refused()).briefs
    estimate, low, high = (number(one.row[name]) for name in ("estimate", "low", "high"))
    assert brief.text.startswith("Who is exposed pays. ")
    assert brief.text.endswith(f"mallest p = 0.020 (Small: {estimate} [{low}, {high}]).")


def test_notes_name_what_is_covered_and_how_it_is_tested():
    table = section(found("A", 0.01), found("B", 0.2, predicted=-1), notes=("mine",)).items[1]
    assert table.notes == (
        "A: rows of A",
        "B: rows of B",
        "A: x in y ~ x; predicted positive; p by given.",
        "B: x in y ~ x; predicted negative; p by given.",
        "mine",
        RULE,
    )


def test_other_items_findings_and_estimates_come_after():
    other = OLS("y ~ 1").fit(panel()).inference(White())
    item = Table("more", "M", ("c",), (), (), pd.DataFrame())
    made = section(found("A", 0.01), items=(item,), findings=("more is known.",), estimates={"other": other})
    assert made.items[2] is item
    assert made.findings[-1] == "more is known."
    assert list(made.estimates) == ["A", "other"]
    assert made.place == HYPOTHESIS.number


def test_data_are_unrounded_with_one_line_a_concept():
    one = found("A", 0.0123456789)
    data = section(one, refused()).items[1].data
    assert data["concept"].tolist() == ["A", "Refused"]
    assert (
        data.loc[0, ["estimate", "se", "low", "high"]].tolist() == one.row[["estimate", "se", "low", "high"]].tolist()
    )
    assert data.loc[0, "p_value"] == 0.0123456789
    assert data["nobs"].tolist() == [120, 0]
    assert data["predicted"].tolist() == [1, 1]
    assert data.loc[1, ["estimate", "se", "low", "high"]].isna().all()


def test_every_format_can_write_what_cannot_be_tested():
    (ledger,) = section(refused(), untrusted(), found("A", 0.01)).ledger
    for form in (markdown, latex, csv):
        assert form.render(ledger).count("cannot be tested") >= 2


def test_hypotheses_make_one_ledger_whichever_of_them_can_be_tested():
    links = Links("a", {})
    for order in ([refused(), found("A", 0.01)], [found("A", 0.01), refused()], [refused(), untrusted()]):
        parts = [part_of(section(one).ledger[0], links, "#a") for one in order]
        (table,) = ledgers(parts)
        assert [row.label for row in table.rows if row.cells] == [one.trial.concept for one in order]
        assert table.data["concept"].tolist() == [one.trial.concept for one in order]
        assert table.data["reason"].fillna("").tolist() == [one.reason for one in order]


def test_what_examine_finds_can_be_printed(examined):
    strong, none, alone = examined
    made = section(*examined)
    assert [one.verdict for one in examined] == [Verdict.FRAGILE, Verdict.UNTESTABLE, Verdict.UNTESTABLE]
    assert [row.cells[0] for row in made.items[1].rows] == ["fragile support", "cannot be tested", "cannot be tested"]
    assert isinstance(none.estimates, NotEstimable)
    assert none.reason
    assert isinstance(alone.estimates, Estimates)
    assert alone.reason
    assert f"({strong.method})" in made.findings[1]
    for said in made.findings:
        assert said.endswith(".")
        assert ".." not in said
        assert "nan" not in said


def test_two_trials_of_one_concept_are_refused():
    with pytest.raises(OptionError, match="names A twice; results need names of their own"):
        section(found("A", 0.01), found("A", 0.5))


def test_a_p_value_that_is_missing_has_a_reason():
    one = examine(trial("A", p_value=lambda _: np.nan, method="permutation"))
    assert one.verdict is Verdict.UNTESTABLE
    assert one.reason != "permutation"
