"""The catalogue, the passports, and what happens when a file is not what its passport says."""

import re
import shutil

import pytest

from econ import datasets
from econ.datasets import store
from econ.errors import DataError, EconError, MissingColumnError

NAMES = list(datasets.catalogue()["name"])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of two tables that a test may break."""
    for name in ("dyads", "packages"):
        shutil.copytree(store.data_folder() / name, tmp_path / name)
    monkeypatch.setattr(store, "data_folder", lambda: tmp_path)
    store._loaded.cache_clear()
    yield tmp_path
    store._loaded.cache_clear()


def edit(path, old, new, *, resign=True):
    """Replace the first occurrence of a text in a table and, if asked, its checksum in the passport."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    path.write_text(changed, encoding="utf-8")
    if resign:
        import hashlib

        passport = path.with_name("dataset.toml")
        before = hashlib.sha256(text.encode()).hexdigest()
        after = hashlib.sha256(changed.encode()).hexdigest()
        passport.write_text(passport.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_as_its_passport_says(name):
    passport = datasets.verify(name)
    frame = datasets.load(name)
    assert list(frame.columns) == list(passport.names)
    assert len(frame) == passport.nrows
    assert not frame.duplicated(list(passport.primary_key)).any()
    for field in ("source", "licence", "coverage", "units", "caveats", "sha256"):
        assert getattr(passport, field)


def test_every_folder_of_data_is_in_the_catalogue():
    folders = {path.name for path in store.data_folder().iterdir() if path.is_dir()}
    assert folders == set(NAMES)


def test_every_table_and_column_is_used_by_an_analysis():
    root = store.data_folder().parent
    code = "".join(
        path.read_text(encoding="utf-8") for folder in ("econ", "analyses") for path in (root / folder).rglob("*.py")
    )
    for name in NAMES:
        assert f'"{name}"' in code
        for column in datasets.passport(name).names:
            used = column.removesuffix("_since").removesuffix("_until")  # of a group, which is named
            assert re.search(rf"""["'_]{used}["'_ ]""", code), f"{name}.{column} is not used"


def test_what_a_caller_changes_is_not_what_the_next_one_loads():
    frame = datasets.load("packages")
    frame["package_id"] = "X"
    assert (datasets.load("packages")["package_id"] != "X").all()


def test_a_table_that_does_not_exist(folder):
    for name in ("nope", "../data/dyads", None):
        with pytest.raises(DataError, match=f"no table {name!r}; there are dyads, packages"):
            datasets.load(name)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("ARE,ARG,13816.6", "ARE,ARG,abc", "'dyads', column 'distw_km', line 2: 'abc' is not a number"),
        ("ARE,ARG,13816.6", "ARE,ARG,-1", r"'distw_km', line 2 \(creditor_iso3=ARE, debtor_iso3=ARG\): -1.0 breaks"),
        ("ARE,ARG,13816.6", "ARE,ARG,", "'distw_km', line 2 .* is missing"),
        ("ARE,ARG,13816.6", "ARE,ARG,inf", "'distw_km', line 2: 'inf' is not finite"),
        ("ARE,ARG,13816.6,0", "ARE,ARG,13816.6,2", "'contiguity', line 2"),
        ("ARE,ARG,13816.6,0", "ARE,ARG,13816.6,0.5", "'contiguity', line 2: '0.5' is not a whole number"),
        ("ARE,ARG", "Are,ARG", "'creditor_iso3', line 2"),
        ("ARE,AUS", "ARE,ARG", r"same key \(creditor_iso3=ARE, debtor_iso3=ARG\)"),
        ("distw_km", "distance", "columns that its passport lacks: distance"),
    ],
)
def test_a_cell_that_breaks_a_rule_is_named(folder, old, new, named):
    edit(folder / "dyads" / "table.csv", old, new)
    with pytest.raises((DataError, MissingColumnError), match=named):
        datasets.load("dyads")


def test_a_changed_byte_is_noticed(folder):
    edit(folder / "dyads" / "table.csv", "13816.6", "13816.7", resign=False)
    with pytest.raises(DataError, match="dyads/table.csv has sha256 .*, its passport says"):
        datasets.verify("dyads")


def test_a_missing_row_is_noticed(folder):
    text = (folder / "dyads" / "table.csv").read_text(encoding="utf-8")
    last = text.rstrip("\n").rpartition("\n")[2]
    edit(folder / "dyads" / "table.csv", last + "\n", "")
    with pytest.raises(DataError, match="3191 rows, its passport says 3192"):
        datasets.load("dyads")


def test_a_missing_passport_is_noticed(folder):
    (folder / "dyads" / "dataset.toml").unlink()
    for call in (datasets.catalogue, lambda: datasets.load("dyads")):
        with pytest.raises(DataError, match="dataset.toml of 'dyads' cannot be read"):
            call()


def test_a_missing_file_is_noticed(folder):
    (folder / "dyads" / "table.csv").unlink()
    with pytest.raises(DataError, match="'dyads' has a passport but no table.csv"):
        datasets.load("dyads")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('title = "', "title = ", "cannot be read"),
        ("licence = ", "license = ", "lacks licence"),
        ('type = "number"', 'type = "decimal"', "column 'distw_km': give it a type"),
        ("minimum = 0", "minimun = 0", "'distw_km': minimun is missing or unknown"),
        ("nullable = false", "nullible = false", "nullable, nullible is missing or unknown"),
        ('pattern = "[A-Z]{3}"', 'pattern = "["', "'creditor_iso3': the pattern"),
        ('primary_key = ["creditor_iso3", "debtor_iso3"]', "primary_key = []", "primary_key has to be a list"),
        ('primary_key = ["creditor_iso3"', 'primary_key = ["nope"', "key nope, which is not one of its columns"),
        ("nrows = 3192", 'nrows = "3192"', "nrows has to be a int"),
    ],
)
def test_a_broken_passport_is_named(folder, old, new, named):
    path = folder / "dyads" / "dataset.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EconError, match=named):
        datasets.load("dyads")


def test_a_file_that_is_no_text_is_named(folder):
    import hashlib

    content = b"\xff\xfe\x00creditor"
    table, passport = folder / "dyads" / "table.csv", folder / "dyads" / "dataset.toml"
    before = hashlib.sha256(table.read_bytes()).hexdigest()
    table.write_bytes(content)
    passport.write_text(passport.read_text().replace(before, hashlib.sha256(content).hexdigest()))
    with pytest.raises(DataError, match="dyads"):
        datasets.load("dyads")
