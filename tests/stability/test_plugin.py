"""The plug-in, as a project that is not ours uses it."""

import json

import pytest

MODELS = """
import numpy as np
import pandas as pd
import pytest

@pytest.fixture
def wages():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"x": rng.normal(size=60), "g": np.repeat(range(12), 5)})
    return data.assign(y=data["x"] + rng.normal(size=60))
"""

TESTS = """
def test_wages(coefficients, wages):
    import statsmodels.formula.api as smf
    from econ import OLS, Clustered

    wages = wages.assign(y=wages["y"] + {move} * (wages.index == 0))
    coefficients.check("ours", OLS("y ~ x").fit(wages).inference(Clustered("g")), data=wages)
    coefficients.check("theirs", smf.ols("y ~ x", wages).fit())
"""


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    pytester.makeconftest(MODELS)
    pytester.makepyfile(TESTS.format(move=0))
    return pytester


def stored(project):
    return json.loads((project.path / "coefficients.json").read_text())["specifications"]


def test_a_project_stores_checks_and_sees_a_movement_with_its_row(project):
    first = project.runpytest_inprocess()
    first.assert_outcomes(failed=1)
    first.stdout.fnmatch_lines(["*the baseline does not have it*", "*--accept-coefficients=ours --accept-why=*"])
    accepted = project.runpytest_inprocess("--accept-coefficients=all", "--accept-why=first")
    accepted.assert_outcomes(passed=1)
    accepted.stdout.fnmatch_lines(["coefficients.json: stored 2 changed specifications*"])
    assert set(stored(project)) == {"ours", "theirs"}
    assert "- first\n  - ours\n  - theirs\n" in (project.path / "coefficients.md").read_text()
    project.runpytest_inprocess("-W", "error").assert_outcomes(passed=1)

    project.makepyfile(TESTS.format(move=1))
    moved = project.runpytest_inprocess()
    moved.assert_outcomes(failed=1)
    moved.stdout.fnmatch_lines(["drift *ours*", "why: data: column y changed*", "why: data: rows changed: 0*"])
    one = project.runpytest_inprocess("--accept-coefficients=ours", "--accept-why=row 0 was mistyped")
    one.assert_outcomes(failed=1)  # the other one is compared
    one.stdout.fnmatch_lines(["*theirs*"])
    project.runpytest_inprocess("--accept-coefficients=all", "--accept-why=and the other").assert_outcomes(passed=1)
    project.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_small_movement_is_a_warning(project):
    project.runpytest_inprocess("--accept-coefficients=all", "--accept-why=first")
    path = project.path / "coefficients.json"
    entries = json.loads(path.read_text())
    term = entries["specifications"]["ours"]["terms"]["x"]
    term["estimate"] += 1e-4 * term["se"]
    path.write_text(json.dumps(entries))
    found = project.runpytest_inprocess("-W", "default")
    found.assert_outcomes(passed=1, warnings=1)
    found.stdout.fnmatch_lines(["*CoefficientWarning*"])


def test_what_other_sessions_check_stays_in_the_baseline_and_can_be_removed(project):
    project.runpytest_inprocess("--accept-coefficients=all", "--accept-why=first")
    project.makepyfile(
        "def test_it(coefficients, wages):\n    from econ import OLS, White\n"
        "    coefficients.check('new', OLS('y ~ x').fit(wages).inference(White()))\n"
    )
    project.runpytest_inprocess("--accept-coefficients=all", "--accept-why=one more").assert_outcomes(passed=1)
    assert set(stored(project)) == {"ours", "theirs", "new"}
    refused = project.runpytest_inprocess("--accept-coefficients=theirs", "--accept-why=x")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stdout.fnmatch_lines(["nothing was stored: 'theirs' was not checked in this run*"])
    assert project.runpytest_inprocess("--forget-coefficients=new", "--accept-why=x").ret == pytest.ExitCode.USAGE_ERROR
    assert set(stored(project)) == {"ours", "theirs", "new"}
    project.runpytest_inprocess("--forget-coefficients=theirs", "--accept-why=not asked any more").assert_outcomes(
        passed=1
    )
    assert set(stored(project)) == {"ours", "new"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--accept-coefficients=all"], "*--accept-coefficients needs --accept-why*"),
        (["--accept-coefficients=all", "--accept-why= "], "*--accept-coefficients needs --accept-why*"),
        (["--accept-why=x"], "*--accept-why goes with*"),
        (["--accept-coefficients=all", "--forget-coefficients=a", "--accept-why=x"], "*take one of*"),
    ],
)
def test_a_change_needs_a_name_and_a_reason(project, options, message):
    found = project.runpytest_inprocess(*options)
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    found.stderr.fnmatch_lines([message])
    assert not (project.path / "coefficients.json").exists()


def test_names_are_given_once_and_the_place_can_be_set(project):
    project.makepyfile(
        "def test_it(coefficients, wages):\n    from econ import OLS, White\n"
        "    one = OLS('y ~ x').fit(wages).inference(White())\n"
        "    coefficients.check('a', one)\n    coefficients.check('a', one)\n"
    )
    project.makeini("[pytest]\ncoefficients_baseline = kept/numbers.json\n")
    found = project.runpytest_inprocess("--accept-coefficients=all", "--accept-why=first")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["*'a' is checked twice*"])
    assert (project.path / "kept" / "numbers.json").is_file()


def test_github_gets_annotations_and_a_summary(project, monkeypatch, tmp_path):
    project.runpytest_inprocess("--accept-coefficients=all", "--accept-why=first")
    project.makepyfile(TESTS.format(move=1))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    found = project.runpytest_inprocess()
    found.stdout.fnmatch_lines(["::error title=drift%3A *::*why: data: *changed*"])
    assert "| drift |" in (tmp_path / "summary.md").read_text()


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_broken_baseline_is_said_and_replaced(project, text):
    (project.path / "coefficients.json").write_text(text)
    found = project.runpytest_inprocess()
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["*coefficients.json*"])
    assert "Traceback" not in found.stdout.str()
    project.runpytest_inprocess("--accept-coefficients=all", "--accept-why=anew").assert_outcomes(passed=1)
    assert set(stored(project)) == {"ours", "theirs"}


@pytest.mark.parametrize("name", ["3", "''", "'all'", "None"])
def test_a_name_is_a_text(project, name):
    project.makepyfile(f"def test_it(coefficients):\n    coefficients.check({name}, None)\n")
    project.runpytest_inprocess().stdout.fnmatch_lines(["*is no name of a specification*"])


def test_a_retry_may_check_again_and_another_test_may_not(project):
    body = "    from econ import OLS, White\n    coefficients.check('a', OLS('y ~ x').fit(wages).inference(White()))\n"
    project.makepyfile(
        "def test_one(coefficients, wages, request):\n"
        + body
        + "    request.config.hook.pytest_runtest_setup(item=request.node)\n"
        + body
        + "def test_two(coefficients, wages):\n"
        + body
    )
    found = project.runpytest_inprocess("--accept-coefficients=all", "--accept-why=first")
    found.assert_outcomes(passed=1, failed=1)
    found.stdout.fnmatch_lines(["*'a' is checked twice*"])
