"""The command, as a shell or a CI job calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import econ

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
    return Section("T", "Q?", (), (table([estimates], name="only", title="T", columns=["one"]),), {"main": estimates})
'''


def run(*arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "econ", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    root = tmp_path_factory.mktemp("checkout")
    (root / "analyses").mkdir()
    (root / "analyses" / "only.py").write_text(ANALYSIS)
    (root / "constraints.txt").write_text("")
    return root


def test_tables_are_listed_shown_and_verified():
    assert "contributions" in run("data", "list").stdout
    shown = run("data", "show", "packages").stdout
    for word in ("source:", "licence:", "coverage:", "units:", "sha256:", "key: package_id", "caveats:"):
        assert word in shown
    verified = run("data", "verify")
    assert verified.returncode == 0
    assert "trade: as its passport says" in verified.stdout


def test_an_error_is_one_message_without_a_traceback():
    failed = run("data", "show", "nope")
    assert failed.returncode == 2
    assert failed.stderr.startswith("econ: no table 'nope'")
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("arguments", [("nope",), ("check", "--nope"), ("data", "show")])
def test_a_call_that_is_not_understood_exits_with_two(arguments):
    assert run(*arguments).returncode == 2


def test_build_and_check_as_a_ci_job_calls_them(checkout):
    assert run("check", cwd=checkout).returncode == 2  # no baseline yet
    assert run("build", cwd=checkout).returncode == 0
    assert (checkout / "reports" / "index.html").is_file()
    assert run("check", "--accept", "all", cwd=checkout).returncode == 2  # no reason
    assert run("check", "--why", "x", cwd=checkout).returncode == 2  # nothing to accept
    assert run("build", "nope", cwd=checkout).returncode == 2
    assert run("check", "--accept", "all", "--why", "first", cwd=checkout).returncode == 0
    same = run("check", cwd=checkout)
    assert (same.returncode, "same: 1 specifications" in same.stdout) == (0, True)

    path = checkout / "reports" / "baseline.json"
    stored = json.loads(path.read_text())
    term = stored["specifications"]["only/main"]["terms"]["x"]
    term["estimate"] += 1e-5 * term["se"]
    path.write_text(json.dumps(stored))
    drifted = run("check", cwd=checkout)
    assert drifted.returncode == 1
    assert "drift: only/main [x]: estimate moved by 1e-05 old standard errors" in drifted.stdout

    stored["specifications"]["only/main"]["nobs"] += 1
    path.write_text(json.dumps(stored))
    assert run("check", cwd=checkout).returncode == 3
    path.write_text("{")
    assert run("check", cwd=checkout).returncode == 2


def test_a_failing_analysis_fails_the_build_with_one(checkout):
    (checkout / "analyses" / "broken.py").write_text(ANALYSIS.replace("y ~ x", "y ~ z"))
    failed = run("build", cwd=checkout)
    assert failed.returncode == 1
    assert "analysis broken: no column 'z'" in failed.stderr
    assert run("check", cwd=checkout).returncode == 2  # nothing was compared
    assert "Traceback" not in failed.stderr
    (checkout / "analyses" / "broken.py").unlink()


def test_a_folder_without_analyses_says_so(tmp_path):
    for command in ("build", "check"):
        failed = run(command, cwd=tmp_path)
        assert (failed.returncode, "no analyses" in failed.stderr) == (2, True)


def test_a_missing_extra_is_named(monkeypatch, capsys):
    from econ.cli import _reported

    def needs_an_extra():
        raise ModuleNotFoundError("No module named 'pytask'", name="pytask")

    assert _reported(needs_an_extra) == 2
    assert "pip install 'econ[report]'" in capsys.readouterr().err


def test_an_interruption_is_one_line(capsys):
    from econ.cli import _reported

    def interrupted():
        raise KeyboardInterrupt

    assert _reported(interrupted) == 130
    assert capsys.readouterr().err.count("\n") == 1


def test_importing_the_package_is_light():
    """Nothing but numpy's own import may weigh on `import econ`: the names are lazy."""
    code = (
        "import sys, econ; print(sorted({'pandas', 'scipy', 'formulaic', 'pytask', 'matplotlib'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert found.stdout.strip() == "[]"


def test_a_plain_formula_does_not_load_formulaic():
    code = (
        "import sys, pandas as pd; from econ import OLS, Clustered;"
        "d = pd.DataFrame({'y': [1., 2, 4, 3], 'x': [0., 1, 2, 3], 'g': [0, 0, 1, 1]});"
        "OLS('y ~ x').fit(d).inference(Clustered('g')).table; print('formulaic' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
