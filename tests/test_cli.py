"""The command, as a shell or a CI job calls it."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
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
    assert (same.returncode, "same: 1 specification compared: 1 same" in same.stdout) == (0, True)

    path = checkout / "reports" / "baseline.json"
    stored = json.loads(path.read_text())
    term = stored["specifications"]["only/main"]["terms"]["x"]
    right = term["estimate"]
    term["estimate"] = right + 1e-5 * term["se"]
    path.write_text(json.dumps(stored))
    warned = run("check", cwd=checkout)
    assert (warned.returncode, run("check", "--strict", cwd=checkout).returncode) == (0, 1)
    assert "estimate moved by 1e-05 old standard errors" in warned.stdout
    term["estimate"] = right + 0.02 * term["se"]
    path.write_text(json.dumps(stored))
    drifted = run("check", cwd=checkout)
    assert drifted.returncode == 1
    assert "why: nothing that is known of" in drifted.stdout
    printed = run("check", "--json", cwd=checkout)
    assert (printed.returncode, json.loads(printed.stdout)["verdict"]) == (1, "drift")
    assert "drift" in printed.stderr
    assert '<testsuite name="econ check"' in run("check", "--junit", cwd=checkout).stdout
    assert run("check", "--github", cwd=checkout).stdout.startswith("::error title=drift")
    assert run("check", "--json", "--junit", cwd=checkout).returncode == 2
    assert run("check", "--accept", "all", "--why", "x", "--strict", cwd=checkout).returncode == 2
    assert run("check", "--against", "HEAD", cwd=checkout).returncode == 2  # no git here

    stored["specifications"]["only/main"]["nobs"] += 1
    path.write_text(json.dumps(stored))
    assert run("check", cwd=checkout).returncode == 3
    path.write_text("{")
    assert run("check", cwd=checkout).returncode == 2


def test_a_changed_cell_and_an_earlier_revision_are_seen(tmp_path):
    """In a checkout of its own, since the data are changed."""
    for folder in ("econ", "data/packages"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "analyses").mkdir()
    (tmp_path / "analyses" / "only.py").write_text(ANALYSIS)
    (tmp_path / "constraints.txt").write_text("")
    (tmp_path / ".gitignore").write_text("__pycache__\n.econ\n")
    assert run("check", "--accept", "all", "--why", "first", cwd=tmp_path).returncode == 0
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@example.org")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "first")):
        subprocess.run([*git, *arguments], cwd=tmp_path, check=True)

    table, passport = (tmp_path / "data" / "packages" / name for name in ("table.csv", "dataset.toml"))
    frame = pd.read_csv(table, dtype=str, keep_default_na=False)
    key, old = frame["package_id"][0], frame["total_usd_m"][0]
    before = table.read_bytes()
    after = before.replace(f",{old},".encode(), b",987654,", 1)
    table.write_bytes(after)
    refused = run("check", cwd=tmp_path)
    assert refused.returncode == 2
    assert f"1 row changed; package_id={key}: total_usd_m {old}, now 987654" in refused.stderr

    sums = [hashlib.sha256(one).hexdigest() for one in (before, after)]
    passport.write_text(passport.read_text().replace(*sums))
    moved = run("check", cwd=tmp_path)
    assert moved.returncode == 1
    assert f"why: data: table packages changed: 1 row changed; package_id={key}" in moved.stdout
    assert "code:" not in moved.stdout
    assert run("check", "--accept", "all", "--why", "an edition", cwd=tmp_path).returncode == 0
    assert run("check", cwd=tmp_path).returncode == 0
    assert run("check", "--against", "HEAD", cwd=tmp_path).returncode == 1
    assert run("check", "--against", "nope", cwd=tmp_path).returncode == 2


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
