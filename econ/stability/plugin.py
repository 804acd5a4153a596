"""The pytest plug-in: `coefficients.check("name", result)` in the tests of any project."""

from __future__ import annotations

import os
import shlex
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

__all__ = ["CoefficientWarning", "Coefficients"]

DEFAULT = "coefficients.json"
ALL = "all"


class CoefficientWarning(UserWarning):
    """A coefficient moved by more than rounding, and by less than a hundredth of its standard error."""


@dataclass
class Session:
    """What a session has seen so far.

    Attributes
    ----------
    attempt
        The test that runs, and how often tests were begun: a retry is another attempt.
    checked
        By specification, the attempt in which it was checked last.
    records, comparisons
        What was found.
    elsewhere
        What other processes of the session have to say to GitHub.
    """

    attempt: tuple[str, int] = ("", 0)
    checked: dict[str, tuple[str, int]] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    comparisons: dict[str, Any] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Coefficients:
    """The coefficients of a test session and their baseline.

    Attributes
    ----------
    path
        The baseline.
    accepting
        A specification, or `all`, that will be stored instead of compared; None for none.
    session
        What was seen.
    """

    path: Path
    accepting: str | None
    session: Session = field(repr=False)

    def check(self, specification: str, result: Any, *, data: Any = None, margins: Any = None) -> None:
        """Fail if a result is not the one of the baseline.

        Parameters
        ----------
        specification
            A name for it, once a session.
        result
            A fitted result of econ, statsmodels, linearmodels or pyfixest.
        data
            The table that it was estimated on, so that a failure can say which columns and rows changed.
        margins
            `econ.stability.Margins` of this result, with a reason; None for the usual.
        """
        from econ.errors import EconError  # noqa: PLC0415 - only where it is used
        from econ.stability import record  # noqa: PLC0415

        self._claim(specification)
        try:
            new = record(result, data=data, margins=margins)
            self.session.records[specification] = new
            if self.accepting not in {ALL, specification}:
                self._compare(specification, new, data)
        except EconError as error:
            pytest.fail(f"{specification}: {error}", pytrace=False)

    def _claim(self, specification: str) -> None:
        """Note who checks a specification; a retry of the same test may do so again."""
        if not isinstance(specification, str) or not specification.strip() or specification == ALL:
            pytest.fail(f"{specification!r} is no name of a specification; give a text other than 'all'", pytrace=False)
        now, before = self.session.attempt, self.session.checked.get(specification)
        if before is not None and (before == now or before[0] != now[0]):
            pytest.fail(
                f"the specification {specification!r} is checked twice; give each a name of its own", pytrace=False
            )
        self.session.checked[specification] = now

    def _compare(self, specification: str, new: dict[str, Any], data: Any) -> None:
        from econ.stability import compare, read_baseline  # noqa: PLC0415
        from econ.stability.causes import Causes, explained  # noqa: PLC0415
        from econ.stability.formats import human  # noqa: PLC0415

        kept = read_baseline(self.path) if self.path.exists() else {}
        old = {name: one for name, one in kept.items() if name == specification}
        frames = {} if data is None else {specification: data}
        causes = Causes(self.path.parent, self.path.name, frames=frames)
        found = explained(compare(old, {specification: new}), old, {specification: new}, causes)
        self.session.comparisons[specification] = found
        if found.status:
            missing = "" if self.path.exists() else f"there is no {self.path.name} yet\n"
            first = f"{found.verdict}: {specification}\n"
            pytest.fail(f"{first}{missing}{human.render(found)}{_advice(specification)}", pytrace=False)
        if found.findings:
            warnings.warn(human.render(found), CoefficientWarning, stacklevel=3)

    def store(self, why: str) -> str:
        """Store what was seen, if that was asked for; a line that says what was done.

        Raises
        ------
        BaselineError
            If the specification was not checked in this session, or the baseline cannot be written.
        """
        from econ.errors import BaselineError  # noqa: PLC0415
        from econ.stability.acceptance import accept  # noqa: PLC0415

        assert self.accepting is not None
        seen = self.session.records
        if self.accepting != ALL and self.accepting not in seen:
            raise BaselineError(f"{self.accepting!r} was not checked in this run; nothing was stored")
        new = {**self._kept(), **seen} if self.accepting == ALL else seen
        log = self.path.with_suffix(".md")
        changed = accept(self.path, new, self.accepting, why, log=log)
        return f"{self.path.name}: stored {len(changed)} changed specifications; the reason is in {log.name}"

    def forget(self, specification: str, why: str) -> str:
        """Remove a specification that is not asked any more; a line that says what was done."""
        from econ.errors import BaselineError  # noqa: PLC0415
        from econ.stability.acceptance import accept  # noqa: PLC0415

        if specification in self.session.records:
            raise BaselineError(f"{specification!r} was checked in this run; take its check out first")
        accept(self.path, self.session.records, specification, why, log=self.path.with_suffix(".md"))
        return f"{self.path.name}: {specification} is forgotten"

    def _kept(self) -> dict[str, dict[str, Any]]:
        """Records that this session did not make, whose tests may not have run; none of a baseline that is broken."""
        from econ.errors import BaselineError  # noqa: PLC0415
        from econ.stability import read_baseline  # noqa: PLC0415

        try:
            return read_baseline(self.path) if self.path.is_file() else {}
        except BaselineError:
            return {}


def _advice(specification: str) -> str:
    return (
        "if it is right, store it with its reason: "
        f"pytest --accept-coefficients={shlex.quote(specification)} --accept-why='what changed and why it is right'"
    )


SESSION = pytest.StashKey[Session]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and the setting `coefficients_baseline`."""
    group = parser.getgroup("coefficients", "coefficients that must not move (econ)")
    group.addoption("--accept-coefficients", metavar="NAME", help="store this specification, or `all`, as the baseline")
    group.addoption("--forget-coefficients", metavar="NAME", help="remove this specification from the baseline")
    group.addoption("--accept-why", default="", help="the reason for either")
    parser.addini(
        "coefficients_baseline", f"path of the baseline below the root folder (default: {DEFAULT})", default=DEFAULT
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a change without a reason, or from several processes, before any test has run."""
    chosen = [config.getoption(f"--{word}-coefficients") for word in ("accept", "forget")]
    why = config.getoption("--accept-why")
    if all(chosen):
        raise pytest.UsageError("take one of --accept-coefficients and --forget-coefficients")
    if any(chosen) and not why.strip():
        raise pytest.UsageError(
            f"--{'accept' if chosen[0] else 'forget'}-coefficients needs --accept-why='what changed and why it is "
            "right'"
        )
    if why.strip() and not any(chosen):
        raise pytest.UsageError("--accept-why goes with --accept-coefficients=NAME or --forget-coefficients=NAME")
    if any(chosen) and (getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput")):
        raise pytest.UsageError("--accept-coefficients stores from one process: leave out -n")
    config.stash[SESSION] = Session()
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Workers(config), "econ-coefficients-workers")


class Workers:
    """What the processes of pytest-xdist have to say to GitHub, which only the first one can print."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ARG002 - the hook's
        """Take over what a process leaves."""
        said = getattr(node, "workeroutput", {}).get("coefficients")
        self.config.stash[SESSION].elsewhere += [said] if said else []


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Count the attempts."""
    session = item.config.stash[SESSION]
    session.attempt = (item.nodeid, session.attempt[1] + 1)


@pytest.fixture(scope="session")
def coefficients(request: pytest.FixtureRequest) -> Coefficients:
    """Coefficients that must not move: `coefficients.check("wages", OLS(...).fit(data).inference(...))`."""
    return _of(request.config)


def _of(config: pytest.Config) -> Coefficients:
    path = config.rootpath / config.getini("coefficients_baseline")
    return Coefficients(path, config.getoption("--accept-coefficients"), config.stash[SESSION])


LINES = pytest.StashKey[list[str]]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Store what was asked for, or tell GitHub; a refusal is a line and an exit status of its own."""
    config = session.config
    found, forget = _of(config), config.getoption("--forget-coefficients")
    lines = config.stash[LINES] = list[str]()
    if (found.accepting or forget) and exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        from econ.errors import EconError  # noqa: PLC0415

        why = config.getoption("--accept-why")
        try:
            lines.append(found.forget(forget, why) if forget else found.store(why))
        except (EconError, OSError) as error:
            lines.append(f"nothing was stored: {error}")
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
    elif found.session.comparisons and os.environ.get("GITHUB_ACTIONS") == "true":
        lines.append(_told(found))
    if hasattr(config, "workerinput"):
        config.workeroutput["coefficients"] = "\n".join(lines)  # type: ignore[attr-defined]


def _told(found: Coefficients) -> str:
    """Annotations of all comparisons; the summary of the step is written."""
    from econ.stability.comparison import merged  # noqa: PLC0415
    from econ.stability.formats import github  # noqa: PLC0415

    comparison = merged(tuple(found.session.comparisons.values()))
    github.write_summary(comparison)
    return github.render(comparison).rstrip("\n")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what was stored, or what GitHub reads."""
    for line in [*config.stash.get(LINES, []), *config.stash[SESSION].elsewhere]:
        terminalreporter.write_line(line)
