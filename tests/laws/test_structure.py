"""Rules of the code that a reader relies on, held over every file."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import econ
from econ.errors import EconError

ROOT = Path(econ.__file__).parent
FILES = sorted([*ROOT.rglob("*.py"), *(ROOT.parent / "analyses").rglob("*.py")])
PACKAGES = [module.name for module in pkgutil.walk_packages(econ.__path__, "econ.") if module.ispkg]
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 400, 60, 10


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def lines(node):
    docstring = ast.get_docstring(node, clean=False)
    return node.end_lineno - node.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_and_functions_are_short_and_take_no_catch_all(path):
    assert path.read_text(encoding="utf-8").count("\n") <= LONGEST_FILE
    for node in functions(path):
        assert lines(node) <= LONGEST_FUNCTION, node.name
        assert node.args.kwarg is None, f"{node.name} takes **{node.args.kwarg and node.args.kwarg.arg}"


def test_the_median_function_is_short():
    lengths = sorted(lines(node) for path in FILES for node in functions(path))
    assert lengths[len(lengths) // 2] <= MEDIAN_FUNCTION


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_hides_a_public_name(package):
    module = importlib.import_module(package)
    modules = {found.name for found in pkgutil.iter_modules(module.__path__)}
    names = set(getattr(module, "__all__", ())) - {found for found in modules if (ROOT / found).is_dir()}
    subpackages = {found.name for found in pkgutil.iter_modules(module.__path__) if found.ispkg}
    assert not names & (modules - subpackages)


@pytest.mark.parametrize("package", ["econ", *PACKAGES])
def test_every_public_name_is_there_and_documented(package):
    module = importlib.import_module(package)
    for name in getattr(module, "__all__", ()):
        assert getattr(module, name).__doc__, name


def test_every_error_of_ours_has_the_one_base():
    import econ.errors

    found = [one for one in vars(econ.errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert all(issubclass(one, EconError) for one in found)
    assert {one.__name__ for one in found} == set(econ.errors.__all__)
