"""Where the analyses lie, and what each of them depends on."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from econ.datasets.store import PASSPORT, TABLE, data_folder
from econ.errors import BuildError, OptionError
from econ.stability.environment import environment

__all__ = ["Analysis", "Project"]

PINS = "constraints.txt"


@dataclass(frozen=True)
class Analysis:
    """A module below `analyses/`: a name, the tables that it declares, and the file."""

    name: str
    path: Path
    inputs: tuple[str, ...]

    def module(self) -> ModuleType:
        """The module, imported anew."""
        spec = spec_from_file_location(f"analyses.{self.name.replace('/', '.')}", self.path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[spec.name] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
        return module


@dataclass(frozen=True)
class Project:
    """A folder with `analyses/`, to which `reports/` is written."""

    root: Path

    @property
    def reports(self) -> Path:
        """What the build writes."""
        return self.root / "reports"

    @property
    def build(self) -> Path:
        """What the build keeps between runs."""
        return self.root / ".econ"

    def analyses(self) -> tuple[Analysis, ...]:
        """Every module of `analyses/` and its folders whose name has no leading underscore, in order.

        One in a folder is named with it, as in `hypotheses/private_returns`.

        Raises
        ------
        OptionError, BuildError
            If there is no such folder, or a module does not declare its inputs.
        """
        folder = self.root / "analyses"
        paths = sorted(path for path in folder.rglob("*.py") if not _shared(path.relative_to(folder)))
        if not paths:
            raise OptionError(f"no analyses in {folder.name}/ of the current folder; run the command in a checkout")
        names = [path.relative_to(folder).with_suffix("").as_posix() for path in paths]
        return tuple(Analysis(name, path, _inputs(path, name)) for name, path in zip(names, paths, strict=True))

    def dependencies(self, analysis: Analysis) -> dict[str, str]:
        """Hash of everything that an analysis depends on, by name."""
        package = Path(__file__).resolve().parents[1]
        folder = self.root / "analyses"
        shared = sorted(path for path in folder.rglob("*.py") if _shared(path.relative_to(folder)))
        tables = [data_folder() / name / file for name in analysis.inputs for file in (TABLE, PASSPORT)]
        return {
            "analysis": _digest([analysis.path, *shared]),
            "source": _digest(sorted([*package.rglob("*.py"), *package.rglob("*.j2")])),
            "pins": _digest([self.root / PINS]),
            "data": _digest(tables),
            "environment": ", ".join(f"{name} {value}" for name, value in environment().items()),
        }


def _shared(path: Path) -> bool:
    """Whether a path below `analyses/` has a leading underscore anywhere."""
    return any(part.startswith("_") for part in path.parts)


def _inputs(path: Path, name: str) -> tuple[str, ...]:
    """The literal `INPUTS` of a module, read without running it."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=path.name)
        found = [ast.literal_eval(value) for node in tree.body if (value := _assigned(node)) is not None]
    except (SyntaxError, ValueError) as error:
        raise BuildError(f"analyses/{name}.py cannot be read: {error}") from error
    if not found or not isinstance(found[-1], tuple) or not all(isinstance(name, str) for name in found[-1]):
        raise BuildError(f"analyses/{name}.py does not declare INPUTS, a literal tuple of names of tables")
    return found[-1]


def _assigned(node: ast.stmt) -> ast.expr | None:
    """What a statement assigns to INPUTS, or None if it does not."""
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return None
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    named = any(isinstance(target, ast.Name) and target.id == "INPUTS" for target in targets)
    return node.value if named else None


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
