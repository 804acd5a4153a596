"""The build: analyses that are out of date run again; then the page and the files are published together."""

from __future__ import annotations

import io
import shutil
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from econ.datasets import store
from econ.errors import BuildError, EconError, OptionError
from econ.report.bundle import Bundle, bundled, format_files, read_bundle, write_bundle
from econ.report.html import anchor
from econ.report.ledgers import ledgers
from econ.report.page import render_page, render_specifications
from econ.report.project import Analysis, Project
from econ.report.section import Section
from econ.report.summary import summary_pdf

__all__ = ["current", "publish", "rebuilt"]

FOLDERS = ("tables", "figures", "source")
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
    OptionError, BuildError
        If there is no such analysis, or one of them fails.
    """
    analyses = project.analyses()
    chosen = [one for one in analyses if only in (None, one.name)]
    if not chosen:
        raise OptionError(f"no analysis {only!r}; there are {', '.join(one.name for one in analyses)}")
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
    """Write the files of analyses to `reports/`, all of them or none.

    With the bundles of all analyses the pages, the ledgers and the summary are written too, and files that no analysis
    writes any more are removed.

    Returns
    -------
    list of str
        Paths below `reports/` that changed.

    Raises
    ------
    BuildError
        If two analyses write one file, or `reports/` cannot be written.
    """
    files = _files(bundles)
    whole = {bundle.name for bundle in bundles} == {one.name for one in project.analyses()}
    if whole:
        common = _of_all(bundles)
        twice = sorted(set(files) & set(common))
        if twice:
            raise BuildError(f"a ledger and an analysis both write {twice[0]}; rename one")
        files |= common
    changed = [path for path, content in files.items() if _content(project.reports / path) != content]
    _move_in(project, {path: files[path] for path in changed})
    return changed + (_removed(project.reports, set(files)) if whole else [])


def current(project: Project, bundles: Sequence[Bundle]) -> tuple[Bundle, ...]:
    """The bundles and those of other analyses that an earlier build left and that are still up to date."""
    fresh = {bundle.name: bundle for bundle in bundles}
    for one in project.analyses():
        if one.name not in fresh and _path(project, one.name).is_file():
            earlier = read_bundle(_path(project, one.name))
            if earlier.depends == project.dependencies(one):
                fresh[one.name] = earlier
    return tuple(fresh[one.name] for one in project.analyses() if one.name in fresh)


def _of_all(bundles: Sequence[Bundle]) -> dict[str, bytes]:
    """The pages, the ledgers and the summary."""
    bundles = sorted(bundles, key=lambda bundle: (bundle.place, bundle.name))
    tables = ledgers([part for bundle in bundles for part in bundle.ledger])
    passports = [store.passport(name) for name in dict.fromkeys(name for one in bundles for name in one.inputs)]
    files = {path: text.encode() for table in tables for path, text in format_files(table)}
    files["index.html"] = render_page(bundles, tables, passports).encode()
    files["specifications.html"] = render_specifications(bundles).encode()
    briefs = [brief for bundle in bundles for brief in bundle.briefs]
    if briefs:
        files["summary.pdf"] = summary_pdf(briefs)
    return files


def _files(bundles: Sequence[Bundle]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    anchors: dict[str, str] = {}
    for bundle in bundles:
        same = anchors.setdefault(anchor(bundle.name), bundle.name)
        if same != bundle.name:
            raise BuildError(f"analyses {same} and {bundle.name} have one address on the page; rename one")
        twice = sorted(set(files) & set(bundle.files))
        if twice:
            raise BuildError(f"{bundle.name} and an analysis before it both write {twice[0]}; rename one")
        files |= {path: text.encode() for path, text in bundle.files.items()}
    return files


def _move_in(project: Project, files: dict[str, bytes]) -> None:
    """Lay the files beside `reports/`, then move them in; put the old ones back if that fails."""
    staging, old = project.build / ".staging", project.build / ".old"
    moved: list[str] = []
    try:
        for folder in (staging, old):
            shutil.rmtree(folder, ignore_errors=True)
        for path, content in files.items():
            for folder in (staging, old, project.reports):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (staging / path).write_bytes(content)
        for path in files:
            if (project.reports / path).is_file():
                shutil.copy2(project.reports / path, old / path)
            (staging / path).replace(project.reports / path)
            moved.append(path)
    except OSError as error:
        for path in moved:
            (project.reports / path).unlink()
            if (old / path).is_file():
                shutil.copy2(old / path, project.reports / path)
        raise BuildError(f"reports/ cannot be written and was left as it was: {error}") from error


def _task(project: Project, analysis: Analysis, count: int, say: Say, done: list[str]) -> Any:
    from pytask import PythonNode, task  # noqa: PLC0415 - an extra, and slow

    depends = {
        name: PythonNode(name=f"{analysis.name}-{name}", value=value, hash=True)
        for name, value in project.dependencies(analysis).items()
    }

    def run(depends: dict[str, str], produces: Path) -> None:
        start = time.monotonic()
        write_bundle(_analysed(analysis, depends), produces)
        done.append(analysis.name)
        say(f"[{len(done)}/{count}] {analysis.name}: built in {time.monotonic() - start:.1f} s")

    kwargs = {"depends": depends, "produces": _path(project, analysis.name)}
    return task(id=analysis.name, name=analysis.name, kwargs=kwargs)(run)


class _Declared(dict[str, pd.DataFrame]):
    """The declared tables; for another name `load` says what to do."""

    def __missing__(self, name: str) -> pd.DataFrame:
        return store.load(name)


def _analysed(analysis: Analysis, depends: dict[str, str]) -> Bundle:
    with store.reading_only(analysis.inputs):
        tables = _Declared({name: store.load(name) for name in analysis.inputs})
        try:
            analyse = getattr(analysis.module(), "analyse", None)
            section = None if analyse is None else analyse(tables)
        except SystemExit as error:
            raise BuildError(f"it ended the process with {error.code!r}") from error
    if not isinstance(section, Section):
        raise BuildError("it needs a function analyse(tables) that returns a Section")
    return bundled(analysis.name, analysis.path, analysis.inputs, depends, section)


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
    for report in reports:
        if report.outcome is pytask.TaskOutcome.FAIL:
            failed = report.task.name.partition("::")[2]
            raise _failure(next(one for one in chosen if one.name == failed), report.exc_info[1])
    if session.exit_code or len(reports) < len(chosen):
        raise BuildError(f"the build could not run:\n{log}")


def _failure(analysis: Analysis, error: BaseException) -> BaseException:
    kept = "; reports/ was left as it was"
    if isinstance(error, KeyboardInterrupt):
        return error
    if isinstance(error, EconError):
        return BuildError(f"analysis {analysis.name}: {error}{kept}")
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename != str(analysis.path):
        frame = frame.tb_next
    text = "".join(traceback.format_exception(type(error), error, frame))
    return BuildError(f"analysis {analysis.name} failed{kept}:\n{text}")


def _path(project: Project, name: str) -> Path:
    path = project.build / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _removed(reports: Path, wanted: set[str]) -> list[str]:
    """Remove tables, figures, code and the summary that no analysis writes any more; other files are not ours."""
    present = [path for folder in FOLDERS for path in sorted((reports / folder).rglob("*")) if path.is_file()]
    present += reports.glob("summary.pdf")  # not written where no analysis has a brief
    stale = [path for path in present if path.relative_to(reports).as_posix() not in wanted]
    for path in stale:
        path.unlink()
    return [path.relative_to(reports).as_posix() for path in stale]
