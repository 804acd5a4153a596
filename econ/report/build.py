"""The build: analyses that are out of date run again; then the page and the files are published together."""

from __future__ import annotations

import io
import shutil
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from econ.datasets import store
from econ.errors import BuildError, EconError
from econ.report.bundle import Bundle, bundled, read_bundle, write_bundle
from econ.report.page import render_page
from econ.report.project import Analysis, Project

__all__ = ["built_before", "publish", "rebuilt"]

KEPT = ("baseline.json", "CHANGES.md")  # written by `econ check --accept` only
Say = Callable[[str], None]


def rebuilt(project: Project, *, only: str | None = None, say: Say = print) -> tuple[Bundle, ...]:
    """Bundles of the analyses, those run again whose code, data or pins have changed.

    Parameters
    ----------
    project
        Where the analyses lie.
    only
        Name of a single analysis; None for all.
    say
        Takes one line for each analysis.

    Raises
    ------
    BuildError
        If there is no such analysis or one of them fails.
    """
    analyses = project.analyses()
    chosen = [one for one in analyses if only in (None, one.name)]
    if not chosen:
        raise BuildError(f"no analysis {only!r}; there are {', '.join(one.name for one in analyses)}")
    project.build.mkdir(exist_ok=True)
    done: list[str] = []
    tasks = [_task(project, one, len(chosen), say, done) for one in chosen]
    _run(project, chosen, tasks)
    for one in chosen:
        if one.name not in done:
            done.append(one.name)
            say(f"[{len(done)}/{len(chosen)}] {one.name}: unchanged")
    return tuple(read_bundle(_path(project, one.name)) for one in chosen)


def publish(project: Project, bundles: Sequence[Bundle]) -> list[str]:
    """Write the files of analyses to `reports/`, complete or not at all.

    With the bundles of all analyses the page is written too, and what no analysis writes any more is
    removed. Everything is laid beside `reports/` first and moved in when it is complete.

    Returns
    -------
    list of str
        Paths below `reports/` that changed.
    """
    files = {path: text for bundle in bundles for path, text in bundle.files.items()}
    whole = {bundle.name for bundle in bundles} == {one.name for one in project.analyses()}
    if whole:
        names = dict.fromkeys(name for bundle in bundles for name in bundle.inputs)
        files["index.html"] = render_page(bundles, [store.passport(name) for name in names])
    changed = [path for path, text in files.items() if _content(project.reports / path) != text.encode()]
    _move_in(project, {path: files[path] for path in changed})
    return changed + (_removed(project.reports, set(files)) if whole else [])


def built_before(project: Project, bundles: Sequence[Bundle]) -> tuple[Bundle, ...]:
    """The bundles and those of the other analyses that an earlier build left, in order."""
    fresh = {bundle.name: bundle for bundle in bundles}
    paths = {one.name: _path(project, one.name) for one in project.analyses()}
    return tuple(
        fresh[name] if name in fresh else read_bundle(path)
        for name, path in paths.items()
        if name in fresh or path.is_file()
    )


def _move_in(project: Project, files: dict[str, str]) -> None:
    staging = project.build / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    for path, text in files.items():
        for folder in (staging, project.reports):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (staging / path).write_bytes(text.encode())
    for path in files:
        (staging / path).replace(project.reports / path)


def _task(project: Project, analysis: Analysis, count: int, say: Say, done: list[str]) -> Any:
    from pytask import PythonNode, task  # noqa: PLC0415 - an extra, and slow

    depends = {
        name: PythonNode(name=f"{analysis.name}-{name}", value=value, hash=True)
        for name, value in project.dependencies(analysis).items()
    }

    def run(depends: dict[str, str], produces: Path) -> None:  # noqa: ARG001 - their change reruns it
        start = time.monotonic()
        write_bundle(_analysed(analysis), produces)
        done.append(analysis.name)
        say(f"[{len(done)}/{count}] {analysis.name}: built in {time.monotonic() - start:.1f} s")

    kwargs = {"depends": depends, "produces": _path(project, analysis.name)}
    return task(id=analysis.name, name=analysis.name, kwargs=kwargs)(run)


def _analysed(analysis: Analysis) -> Bundle:
    with store.reading_only(analysis.inputs):
        tables = {name: store.load(name) for name in analysis.inputs}
        return bundled(analysis.name, analysis.inputs, analysis.module().analyse(tables))


def _run(project: Project, chosen: Sequence[Analysis], tasks: list[Any]) -> None:
    import pytask  # noqa: PLC0415

    config = project.build / "pyproject.toml"  # its folder is where pytask keeps what it knows
    config.write_text("[tool.pytask.ini_options]\n", encoding="utf-8")
    shown = pytask.console.file
    pytask.console.file = io.StringIO()  # our lines, not its tables
    try:
        session = pytask.build(
            tasks=tasks,
            database_url=f"sqlite:///{project.build / 'pytask.sqlite3'}",
            capture="no",
            config=config,
            paths=project.build,
            verbose=0,
        )
    finally:
        log, pytask.console.file = pytask.console.file.getvalue(), shown
    reports = getattr(session, "execution_reports", [])
    failures = [report for report in reports if report.outcome is pytask.TaskOutcome.FAIL]
    if failures:
        failed = failures[0].task.name.partition("::")[2]
        raise _failure(next(one for one in chosen if one.name == failed), failures[0].exc_info[1])
    if session.exit_code:
        raise BuildError(f"the build could not start:\n{log}")


def _failure(analysis: Analysis, error: BaseException) -> BuildError:
    kept = "; reports/ was left as it was"
    if isinstance(error, EconError):
        return BuildError(f"analysis {analysis.name}: {error}{kept}")
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename != str(analysis.path):
        frame = frame.tb_next
    text = "".join(traceback.format_exception(type(error), error, frame or error.__traceback__))
    return BuildError(f"analysis {analysis.name} failed{kept}:\n{text}")


def _path(project: Project, name: str) -> Path:
    return project.build / f"{name}.json"


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _removed(reports: Path, wanted: set[str]) -> list[str]:
    """Remove files that no analysis writes any more."""
    present = {path.relative_to(reports).as_posix() for path in reports.rglob("*") if path.is_file()}
    stale = sorted(present - wanted - set(KEPT))
    for path in stale:
        (reports / path).unlink()
    return stale
