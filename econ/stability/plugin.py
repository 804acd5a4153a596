"""The pytest plug-in: `coefficients.check("name", result)` in the tests of any project."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

__all__ = ["CoefficientWarning", "Coefficients"]

DEFAULT = "coefficients.json"


class CoefficientWarning(UserWarning):
    """A coefficient moved by more than rounding, and by less than a hundredth of its standard error."""


@dataclass(frozen=True)
class Coefficients:
    """The coefficients of a test session and their baseline.

    Attributes
    ----------
    path
        The baseline.
    accepting
        A specification, or `all`, that will be stored instead of compared; None for none.
    """

    path: Path
    accepting: str | None
    _seen: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    _comparisons: list[Any] = field(default_factory=list, repr=False)

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
        from econ.stability import compare, record  # noqa: PLC0415 - only where it is used
        from econ.stability.causes import Causes, explained  # noqa: PLC0415
        from econ.stability.formats import human  # noqa: PLC0415

        if specification in self._seen:
            pytest.fail(
                f"the specification {specification!r} is checked twice; give each a name of its own", pytrace=False
            )
        new = {specification: record(result, data=data, margins=margins)}
        self._seen.update(new)
        if self.accepting in {"all", specification}:
            return
        old = self._stored(specification)
        frames = {} if data is None else {specification: data}
        found = explained(compare(old, new), old, new, Causes(self.path.parent, self.path.name, frames=frames))
        self._comparisons.append(found)
        if found.status():
            pytest.fail(f"{human.render(found)}{self._advice(specification)}", pytrace=False)
        if found.findings:
            warnings.warn(human.render(found), CoefficientWarning, stacklevel=2)

    def store(self, why: str) -> str:
        """Store what was seen, if that was asked for; a line that says what was done."""
        from econ.stability.acceptance import accept  # noqa: PLC0415

        assert self.accepting is not None
        kept = self._kept() if self.accepting == "all" else {}
        log = self.path.with_suffix(".md")
        changed = accept(self.path, {**kept, **self._seen}, self.accepting, why, log=log)
        return f"{self.path.name}: stored {len(changed)} changed specifications; the reason is in {log.name}"

    @property
    def comparisons(self) -> tuple[Any, ...]:
        """The comparisons so far."""
        return tuple(self._comparisons)

    def _kept(self) -> dict[str, dict[str, Any]]:
        """Records of specifications that this session did not make: the tests of others may not have run."""
        from econ.stability import read_baseline  # noqa: PLC0415

        return read_baseline(self.path) if self.path.is_file() else {}

    def _stored(self, specification: str) -> dict[str, dict[str, Any]]:
        kept = self._kept()
        return {specification: kept[specification]} if specification in kept else {}

    def _advice(self, specification: str) -> str:
        return (
            "if it is right, store it with its reason: "
            f"pytest --accept-coefficients='{specification}' --accept-why='what changed and why it is right'"
        )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and the setting `coefficients_baseline`."""
    group = parser.getgroup("coefficients", "coefficients that must not move (econ)")
    group.addoption("--accept-coefficients", metavar="NAME", help="store this specification, or `all`, as the baseline")
    group.addoption("--accept-why", default="", help="the reason for --accept-coefficients")
    parser.addini(
        "coefficients_baseline", f"path of the baseline below the root folder (default: {DEFAULT})", default=DEFAULT
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a change without a reason, or from several processes, before any test has run."""
    accepting, why = config.getoption("--accept-coefficients"), config.getoption("--accept-why")
    if accepting and not why.strip():
        raise pytest.UsageError("--accept-coefficients needs --accept-why='what changed and why it is right'")
    if why.strip() and not accepting:
        raise pytest.UsageError("--accept-why goes with --accept-coefficients=NAME")
    if accepting and (getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput")):
        raise pytest.UsageError("--accept-coefficients stores from one process: leave out -n")


KEPT = pytest.StashKey[Coefficients]()


@pytest.fixture(scope="session")
def coefficients(request: pytest.FixtureRequest) -> Coefficients:
    """Coefficients that must not move: `coefficients.check("wages", OLS(...).fit(data).inference(...))`."""
    config = request.config
    path = config.rootpath / config.getini("coefficients_baseline")
    found = Coefficients(path, config.getoption("--accept-coefficients"))
    config.stash[KEPT] = found
    return found


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Store what was asked for; in GitHub Actions, annotate and write the summary of the step."""
    found = config.stash.get(KEPT, None)
    if found is None:
        return
    if found.accepting is not None:
        if exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            return
        terminalreporter.write_line(found.store(config.getoption("--accept-why")))
    elif os.environ.get("GITHUB_ACTIONS") == "true":
        from econ.stability.formats import github  # noqa: PLC0415

        for comparison in found.comparisons:
            terminalreporter.write_line(github.render(comparison).rstrip("\n"))
            _summarise(github.step_summary(comparison))


def _summarise(text: str) -> None:
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
