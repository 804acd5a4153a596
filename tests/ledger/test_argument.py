"""Laws of the argument: whatever lies among the hypotheses states it before it looks, and tests it on fair rows."""

import importlib.util
import re
import sys
from dataclasses import fields
from types import SimpleNamespace

import pandas as pd
import pytest

from econ import OLS, Clustered, White, datasets
from econ.datasets import store
from econ.estimates import NotEstimable
from econ.ledger import Evidence, Hypothesis, Verdict, examine
from econ.ledger.rescues import rescue_rows
from econ.report.hypothesis_section import LEDGER, hypothesis_section

FOLDER = store.data_folder().parent / "analyses"
PATHS = sorted((FOLDER / "hypotheses").glob("*.py"))
OTHERS = [FOLDER / "exposure_checks.py", FOLDER / "literature.py"]
WORDS = [one.value for one in Verdict if one is not Verdict.UNTESTABLE] + [
    "significant",
    "we find",
    "is positive at",
    "p <",
    "p =",
]
YEAR = re.compile(r"(19[4-9]|20[0-3])\d")
NAMES = re.compile(r"HC[0-3]|CR[0-3]")
NUMBER = re.compile(r"\d+(\.\d+)?")
NUMERALS = re.compile(r"\b(percent of|% of) the (estimates|specifications|concepts)\b")


def loaded(path):
    spec = importlib.util.spec_from_file_location(f"argument_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Recorded(dict):
    """Tables of which it is known which were asked for."""

    def __init__(self, names):
        super().__init__({name: datasets.load(name) for name in names})
        self.asked = set()

    def __getitem__(self, name):
        self.asked.add(name)
        return super().__getitem__(name)


def drawn(*_args, name, **_options):
    return SimpleNamespace(name=name)


MODULES = {path.stem: loaded(path) for path in PATHS}
every = pytest.mark.parametrize("name", list(MODULES))


@pytest.fixture(scope="module")
def argued():
    """Sections without estimation: each trial is recorded, and refused."""
    found = {}
    for name, module in MODULES.items():
        trials = []

        def recorded(trial, trials=trials):
            trials.append(trial)
            return Evidence(trial, NotEstimable(type(trial.spec).__name__, trial.spec.formula, "not run here"))

        tables = Recorded(module.INPUTS)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "examine", recorded)
            if hasattr(module, "marginal_effect_figure"):  # bands take long, and are no trial
                patch.setattr(module, "simultaneous_bands", lambda *_args: None)
                patch.setattr(module, "marginal_effect_figure", drawn)
            with store.reading_only(module.INPUTS):
                section = module.analyse(tables)
        found[name] = (section, trials, tables)
    return found


@pytest.fixture(scope="module")
def driven():
    packages = datasets.load("packages")
    return set(packages.loc[packages["share_rule"].notna(), "package_id"])


def text_of(hypothesis):
    return {"title": hypothesis.title, **hypothesis.parts}


def test_every_hypothesis_of_the_issue_has_its_module():
    assert len(MODULES) == 9
    titles = [module.HYPOTHESIS.title for module in MODULES.values()]
    assert len(set(titles)) == len(titles)
    statements = [module.HYPOTHESIS.statement for module in MODULES.values()]
    assert len(set(statements)) == len(statements)


def test_numbers_of_the_ledger_are_one_to_nine_once():
    assert sorted(module.HYPOTHESIS.number for module in MODULES.values()) == list(range(1, len(MODULES) + 1))


@every
def test_every_part_is_a_sentence_of_its_own(name):
    hypothesis = MODULES[name].HYPOTHESIS
    assert isinstance(hypothesis, Hypothesis)
    parts = hypothesis.parts
    assert len(parts) == len(fields(Hypothesis)) - 2
    for part, text in parts.items():
        assert len(text.split()) >= 6, part
        assert text.rstrip().endswith("."), part
        assert "  " not in text, part
    assert len(set(parts.values())) == len(parts)


@every
def test_no_part_states_a_number_or_a_result(name):
    """Years, names of errors and counts in words are all that a hypothesis needs."""
    for part, text in text_of(MODULES[name].HYPOTHESIS).items():
        rest = NAMES.sub("", YEAR.sub("", text))
        assert not NUMBER.search(rest), f"{part}: {text}"
        assert not NUMERALS.search(rest), part
        if part not in {"Falsifier", "Specification"}:
            found = [word for word in WORDS if word in text.lower()]
            assert not found, f"{part} says {found}"


@every
def test_the_module_reads_what_it_names_and_names_what_it_reads(name, argued):
    module = MODULES[name]
    _, _, tables = argued[name]
    assert len(set(module.INPUTS)) == len(module.INPUTS)
    assert tables.asked == set(module.INPUTS)


@every
def test_no_package_shared_out_by_a_formula_is_in_the_data_of_any_trial(name, argued, driven):
    _, trials, _ = argued[name]
    assert trials
    for trial in trials:
        if "package_id" in trial.data.columns:
            assert not driven & set(trial.data["package_id"]), trial.concept
            assert not trial.data["formula_driven"].any()
            assert not any(package in trial.covers for package in driven), trial.concept


@every
def test_no_debtor_is_among_its_creditors_in_any_trial(name, argued):
    for trial in argued[name][1]:
        if {"creditor_iso3", "debtor_iso3"} <= set(trial.data.columns):
            assert (trial.data["creditor_iso3"] != trial.data["debtor_iso3"]).all(), trial.concept


@every
def test_trials_have_names_and_columns_of_their_own(name, argued):
    _, trials, _ = argued[name]
    concepts = [trial.concept for trial in trials]
    assert len(set(concepts)) == len(concepts)
    for trial in trials:
        assert trial.covers.strip()
        assert trial.predicted in {-1, 1}
        assert trial.by is None or trial.by in trial.data.columns
        if trial.grid is not None:
            assert trial.term in trial.grid.treatments, trial.concept


@every
def test_units_left_out_are_the_clusters(name, argued):
    for trial in argued[name][1]:
        if isinstance(trial.covariance, Clustered):
            assert trial.by in trial.covariance.columns, trial.concept


SAME_FOR_A_RESCUE = list(MODULES)


@pytest.mark.parametrize("name", SAME_FOR_A_RESCUE)
def test_a_term_that_is_the_same_for_all_creditors_of_a_rescue_has_errors_by_rescue(name, argued):
    for trial in argued[name][1]:
        if trial.term in trial.data.columns and "package_id" in trial.data.columns:
            values = trial.data.groupby("package_id")[trial.term].agg(["count", "min", "max"])
            several = values[values["count"] > 1]
            if len(several) and ((several["max"] - several["min"]).abs() <= 1e-9 * several["max"].abs()).all():
                assert {"package_id", "debtor_iso3"} & {*trial.covariance.columns}, trial.concept


@every
def test_nothing_after_the_start_of_a_rescue_is_among_its_regressors(name, argued):
    for trial in argued[name][1]:
        if {"base_year", "start"} <= set(trial.data.columns):
            started = trial.data["start"].str[:4].astype(int)
            assert (trial.data["base_year"] < started).all(), trial.concept


@every
def test_samples_without_the_leader_have_none(name, argued):
    """Who is compared in trade with, or likeness to, the leader is somebody else."""
    for trial in argued[name][1]:
        ties = ("trade_leader", "similarity", "joint_experience")
        if any(tie in trial.spec.formula for tie in ties):
            assert not trial.data["is_leader"].any(), trial.concept


@every
def test_the_section_shows_the_hypothesis_its_concepts_and_a_verdict(name, argued):
    section, trials, _ = argued[name]
    hypothesis = MODULES[name].HYPOTHESIS
    assert section.title.endswith(hypothesis.title)
    assert section.question == hypothesis.statement
    design, evidence = section.items[:2]
    assert list(design.data["text"]) == list(hypothesis.parts.values())
    assert list(evidence.data["concept"]) == [trial.concept for trial in trials]
    (ledger,) = section.ledger
    assert ledger.name == LEDGER
    assert set(ledger.data["verdict"]) == {Verdict.UNTESTABLE.value}
    assert set(ledger.data["together"]) == {Verdict.UNTESTABLE.value}
    assert len(section.briefs) == 1


@every
def test_prose_follows_the_evidence(name, argued):
    """The same hypothesis with other evidence says the other verdict: nothing of it is typed."""
    data = pd.DataFrame({"x": [0.1, 1.2, 1.9, 3.3, 4.1, 4.8, 6.2, 7.0, 8.1, 8.7], "g": range(10)})
    data["y"] = data["x"] + [0.3, -0.2, 0.1, 0.4, -0.5, 0.2, -0.1, 0.3, -0.4, 0.2]
    first = argued[name][1][0]
    said = set()
    for predicted in (1, -1):
        kind = type(first)
        trial = kind(
            concept="c",
            covers="all",
            spec=OLS("y ~ x"),
            data=data,
            term="x",
            predicted=predicted,
            covariance=White("HC1"),
        )
        section = hypothesis_section(MODULES[name].HYPOTHESIS, [examine(trial)], name="t")
        said.add(section.findings[0])
    assert said == {"Verdict: fragile support.", "Verdict: fragile contradiction."}  # nothing was varied


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_findings_of_other_analyses_are_not_typed(path):
    """No literal of the source states a decimal number, a verdict or a p-value."""
    text = path.read_text(encoding="utf-8")
    for literal in re.findall(r'"([^"\n]{25,})"', text):
        rest = YEAR.sub("", re.sub(r"\{[^}]*\}", "", literal))
        assert not re.search(r"\d+\.\d+|\d+ ?(%|percent)", rest), literal
        assert not any(one in rest.lower() for one in ("fragile", "contradicted", "significant")), literal


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_other_analyses_read_what_they_name(path, driven):
    module = loaded(path)
    assert len(set(module.INPUTS)) == len(module.INPUTS)
    with store.reading_only(module.INPUTS):
        rows = rescue_rows({name: datasets.load(name) for name in module.INPUTS})
    assert not driven & set(rows["package_id"])
