"""The table of cases lists every case."""

import importlib.util
from pathlib import Path

HERE = Path(__file__).parent


def test_the_table_of_cases_is_what_the_cases_say():
    spec = importlib.util.spec_from_file_location("index", HERE / "index.py")
    index = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(index)
    assert (HERE / "README.md").read_text(encoding="utf-8") == index.readme()
