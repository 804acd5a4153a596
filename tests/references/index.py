"""The table of cases in README.md, from their values.json; run `python index.py` after adding a case."""

import json
from pathlib import Path

HERE = Path(__file__).parent
START = "| case | estimator | formula | n | dropped | numbers of |"


def row(folder):
    values = json.loads((folder / "values.json").read_text())
    spec = {name: value for name, value in values["spec"].items() if value is not None}
    estimator, formula = spec.pop("estimator"), spec.pop("formula").replace("|", "\\|")
    options = "".join(f", {name} `{value}`" for name, value in spec.items())
    drops = ", ".join(f"{count} {reason}" for reason, count in (values.get("drops") or {}).items())
    return f"| {folder.name} | {estimator} | `{formula}`{options} | {values['nobs']} | {drops} | {values['source']} |"


def table():
    rows = [row(path.parent) for path in sorted(HERE.glob("*/values.json"))]
    return "\n".join([START, "| --- | --- | --- | ---: | --- | --- |", *rows]) + "\n"


def readme():
    text = (HERE / "README.md").read_text()
    return text[: text.index(START)] + table()


if __name__ == "__main__":
    (HERE / "README.md").write_text(readme())
