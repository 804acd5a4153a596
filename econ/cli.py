"""The command `econ`: build the report, check its coefficients, look at its data."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from econ.errors import BaselineError, BuildError, EconError

__all__ = ["app", "main"]

SAME, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
data = typer.Typer(no_args_is_help=True, help="The tables and their passports.")
app.add_typer(data, name="data")
study = typer.Typer(no_args_is_help=True, help="Simulations of what the methods are worth.")
app.add_typer(study, name="study")


def main() -> None:
    """Run the command; an error of ours is one message and exit status 2, a failed build is 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without our dashes is no failure
    sys.exit(_reported(app))


def _reported(command: Callable[[], object]) -> int:
    """Exit status of a command that returns or exits by itself; an error is one message."""
    try:
        command()
    except BuildError as error:
        return _said(error, FAILED)
    except (EconError, OSError) as error:
        return _said(error, USAGE)
    except ModuleNotFoundError as error:
        return _said(f"{error.name} is missing; install the extra: pip install 'econ[report]'", USAGE)
    except Exception:  # noqa: BLE001 - a crash is no verdict
        traceback.print_exc()
        return _said("this is a bug, or a file that nobody expected", USAGE)
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
def check(  # noqa: PLR0917 - options of a command, given by name
    accept: Annotated[str | None, typer.Option(help="Store this specification (or `all`) as the new baseline.")] = None,
    why: Annotated[str, typer.Option(help="The reason for the change; needed with --accept.")] = "",
    against: Annotated[str | None, typer.Option(help="Compare with the baseline of this git revision.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too, with 1.")] = False,  # noqa: FBT002
    machine: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
    junit: Annotated[bool, typer.Option("--junit", help="Print JUnit's XML.")] = False,  # noqa: FBT002
    github: Annotated[bool, typer.Option("--github", help="Print annotations; write the step's summary.")] = False,  # noqa: FBT002
) -> None:
    """Compare the coefficients with reports/baseline.json: 0 same, 1 drift, 2 usage or files, 3 structural change.

    With --json, --junit or --github, that alone goes to standard output, and what people read to standard error.
    """
    from econ.report.check import accepted, compared, written  # noqa: PLC0415 - slow, and not for `data`
    from econ.report.project import Project  # noqa: PLC0415

    forms = [name for name, asked in (("machine", machine), ("junit", junit), ("github", github)) if asked]
    if len(forms) > 1:
        raise BaselineError("take one of --json, --junit and --github: each goes to standard output")
    if accept is None and why:
        raise BaselineError("--why goes with --accept SPECIFICATION")
    if accept is not None and (against is not None or forms or strict):
        raise BaselineError("--accept stores and compares nothing: give it --why alone")
    say = partial(print, file=sys.stderr) if forms else print
    if accept is not None:
        changed = accepted(Project(Path.cwd()), accept, why, say=say)
        print(f"stored {len(changed)} changed specifications" if changed else "no number has changed; all is stored")
        return
    comparison = compared(Project(Path.cwd()), against=against, strict=strict, say=say)
    written(comparison, forms[0] if forms else None, say=say)
    raise typer.Exit(comparison.status)


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
