"""The command `econ`: build the report, check its coefficients, look at its data."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from econ.errors import BaselineError, BuildError, EconError

__all__ = ["app", "main"]

SAME, DRIFT, USAGE, STRUCTURE, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
data = typer.Typer(no_args_is_help=True, help="The tables and their passports.")
app.add_typer(data, name="data")
study = typer.Typer(no_args_is_help=True, help="Simulations of what the methods are worth.")
app.add_typer(study, name="study")


def main() -> None:
    """Run the command; an error of ours is one message and exit status 2, a failed build is 1."""
    sys.exit(_reported(app))


def _reported(command: Callable[[], object]) -> int:
    """Exit status of a command that returns or exits by itself; an error is one message."""
    try:
        command()
    except BuildError as error:
        return _said(error, DRIFT)
    except (EconError, OSError) as error:
        return _said(error, USAGE)
    except ModuleNotFoundError as error:
        return _said(f"{error.name} is missing; install the extra: pip install 'econ[report]'", USAGE)
    except KeyboardInterrupt:
        return _said("interrupted; reports/ was left as it was", INTERRUPTED)
    return SAME


def _said(message: object, status: int) -> int:
    print(f"econ: {message}", file=sys.stderr)
    return status


@app.command()
def build(name: Annotated[str | None, typer.Argument(help="One analysis; all if left out.")] = None) -> None:
    """Rebuild reports/ from the data; analyses that nothing has changed for are not run again."""
    from econ.report.build import current, publish, rebuilt  # noqa: PLC0415 - slow, and not for `data`
    from econ.report.project import Project  # noqa: PLC0415

    project = Project(Path.cwd())
    bundles = current(project, rebuilt(project, only=name, say=print))
    changed = publish(project, bundles)
    print(f"reports/ changed: {', '.join(changed)}" if changed else "reports/: nothing changed")
    late = {one.name for one in project.analyses()} - {bundle.name for bundle in bundles}
    if late:
        print(f"index.html was left as it was, since {', '.join(sorted(late))} is not up to date: run econ build")


@app.command()
def check(
    accept: Annotated[str | None, typer.Option(help="Store this specification (or `all`) as the new baseline.")] = None,
    why: Annotated[str, typer.Option(help="The reason for the change; needed with --accept.")] = "",
) -> None:
    """Compare the coefficients with reports/baseline.json: 0 same, 1 drift, 2 usage, 3 structural change."""
    from econ.report.build import rebuilt  # noqa: PLC0415
    from econ.report.project import Project  # noqa: PLC0415
    from econ.stability.acceptance import accept as store_accepted  # noqa: PLC0415

    project = Project(Path.cwd())
    try:
        bundles = rebuilt(project, say=print)
    except BuildError as error:
        raise BaselineError(f"nothing was compared: {error}") from error
    new = {name: one for bundle in bundles for name, one in bundle.records.items()}
    if accept is None and why:
        raise BaselineError("--why goes with --accept SPECIFICATION")
    if accept is None:
        raise typer.Exit(_verdict(project.reports / "baseline.json", new))
    stored = store_accepted(project.reports, new, accept, why)
    print(f"stored {len(stored)} changed specifications" if stored else "nothing to store: all are the same")


def _verdict(baseline: Path, new: dict[str, dict[str, object]]) -> int:
    from econ.stability.baseline import read_baseline  # noqa: PLC0415
    from econ.stability.comparison import STRUCTURAL, compare  # noqa: PLC0415

    findings = compare(read_baseline(baseline), new)
    for finding in findings:
        where = f"{finding.specification} [{finding.term}]" if finding.term else finding.specification
        print(f"{finding.verdict}: {where}: {finding.message}")
    if not findings:
        print(f"same: {len(new)} specifications agree with {baseline.parent.name}/{baseline.name}")
        return SAME
    return STRUCTURE if any(finding.verdict == STRUCTURAL for finding in findings) else DRIFT


@study.callback()
def studies() -> None:
    """Simulations of what the methods are worth; their tables are read by the report."""


@study.command()
def coverage(
    draws: Annotated[int | None, typer.Option(help="Replicates of each cell; then nothing is written.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the generator.")] = 0,
) -> None:
    """How often each way of testing rejects a true hypothesis; in full, it is written to data/coverage_study."""
    from econ.studies.coverage import DRAWS  # noqa: PLC0415
    from econ.studies.coverage import coverage as studied  # noqa: PLC0415
    from econ.studies.recording import record, require_passport  # noqa: PLC0415

    folder = Path.cwd() / "data" / "coverage_study"
    if draws is not None:
        print(studied(draws=draws, seed=seed).to_string(index=False))
        return
    require_passport(folder)
    record(studied(draws=DRAWS, seed=seed), folder)
    print(f"wrote {folder.relative_to(Path.cwd())}/table.csv; run econ build to see it in the report")


@study.command()
def unit_roots(
    share: Annotated[float | None, typer.Option(help="Of the draws; then nothing is written.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the generator.")] = 0,
) -> None:
    """Quantiles of tests of unit roots that have no formula; in full, they are written to data/unit_root_quantiles."""
    from econ.studies.recording import record, require_passport  # noqa: PLC0415
    from econ.studies.unit_roots import unit_root_quantiles  # noqa: PLC0415

    folder = Path.cwd() / "data" / "unit_root_quantiles"
    if share is not None:
        print(unit_root_quantiles(share=share, seed=seed).to_string(index=False))
        return
    require_passport(folder)
    record(unit_root_quantiles(seed=seed), folder)
    print(f"wrote {folder.relative_to(Path.cwd())}/table.csv; p-values of the tests change with it")


@data.command("list")
def list_tables() -> None:
    """The tables: rows, coverage, title."""
    from econ.datasets import catalogue  # noqa: PLC0415

    for row in catalogue().itertuples():
        print(f"{row.name:20} {row.nrows:>8,}  {row.title}")


@data.command()
def show(name: str) -> None:
    """The passport of a table: source, licence, coverage, units, keys, columns and caveats."""
    from econ.datasets import passport  # noqa: PLC0415

    one = passport(name)
    print(f"{one.title}\n{one.description}\n")
    for field in ("source", "citation", "licence", "coverage", "units", "sha256"):
        print(f"{field}: {getattr(one, field)}")
    print(f"rows: {one.nrows:,}\nkey: {', '.join(one.primary_key)}\n")
    for column in one.columns:
        unit = f" [{column.unit}]" if column.unit else ""
        print(f"  {column.name} ({column.type}){unit}: {column.description}")
    print("\ncaveats:\n" + "\n".join(f"- {caveat}" for caveat in one.caveats))


@data.command()
def verify() -> None:
    """Check every table against its passport: checksum, columns, types, keys and ranges."""
    from econ.datasets import catalogue  # noqa: PLC0415
    from econ.datasets import verify as verified  # noqa: PLC0415

    names = list(catalogue()["name"])
    for name in names:
        verified(name)
        print(f"{name}: as its passport says")
