"""The text of a formula."""

import pytest

from econ.errors import FormulaError
from econ.formula import parse, plain, split


@pytest.mark.parametrize(
    ("text", "response", "regressors", "effects"),
    [
        ("y ~ x", "y", "x", ()),
        ("log(y) ~ x + C(g) | unit", "log(y)", "x + C(g)", (("unit",),)),
        ("y ~ x | a + b^c", "y", "x", (("a",), ("b", "c"))),
        ("y ~ x | a + a", "y", "x", (("a",),)),
        ("y ~ I(x | 1) | `my unit`", "y", "I(x | 1)", (("my unit",),)),
        ("y ~ x | `a (b)` + `a^b`^c", "y", "x", (("a (b)",), ("a^b", "c"))),
    ],
)
def test_a_formula_comes_apart(text, response, regressors, effects):
    parsed = parse(text)
    assert (parsed.response, parsed.regressors) == (response, regressors)
    assert tuple(effect.columns for effect in parsed.effects) == effects


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x1 + x2", ("x1", "x2")),
        ("1", ()),
        ("x + x", ("x",)),
        ("x.1 + `my col`", ("x.1", "my col")),
        ("x.2", None),
        ("x - 1", None),
        ("log(x)", None),
        ("i(x)", None),
    ],
)
def test_plain_names_are_recognised(text, names):
    assert plain(text, {"x.1", "my col"}) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("y ~ x | f[z]", ["f", "f[z]"]),
        ("y ~ x | f[[z]]", ["f[z]"]),
        ("y ~ x | f^g[z, w] + t", ["f^g", "f^g[z]", "f^g[w]", "t"]),
        ("y ~ x | f | d ~ z", ["f"]),
        ("y ~ x | d ~ z", []),
    ],
)
def test_slopes_and_instruments(text, names):
    assert [effect.name for effect in parse(text).effects] == names


@pytest.mark.parametrize("text", [None, 5, b"y ~ x", ["y ~ x"]])
def test_what_is_no_text_is_a_formula_error(text):
    with pytest.raises(FormulaError, match="a formula is a text"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "y",
        "y ~",
        "~ x",
        "y ~ x ~ z",
        "y ~ x |",
        "y ~ | f",
        "y ~ x | a | b",
        "y ~ (x",
        "y ~ x)",
        "y ~ x | f[x",
        "y ~ x | f[log(x)]",
        "y ~ x | d ~ z | f",
        "y ~ x | f | g | d ~ z",
        "y ~ d | d ~ z",
        "y ~ x | f +",
        "y ~ y",
        "y|z ~ x",
    ],
)
def test_what_does_not_parse_is_a_formula_error(text):
    with pytest.raises(FormulaError):
        parse(text)


def test_marks_inside_brackets_do_not_split():
    assert split("a(b|c)|d", "|") == ["a(b|c)", "d"]
