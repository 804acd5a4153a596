"""The text of a formula."""

import pytest

from econ.errors import FormulaError
from econ.formula import parse, split


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
    assert (parsed.response, parsed.regressors, parsed.effects) == (response, regressors, effects)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("y ~ x1 + x2", ("y", "x1", "x2")),
        ("y ~ 1", ("y",)),
        ("y ~ x + x", ("y", "x")),
        ("y ~ x.1 + `my col`", ("y", "x.1", "my col")),
        ("y ~ x.2", None),
        ("y ~ x - 1", None),
        ("y ~ log(x)", None),
        ("log(y) ~ x", None),
    ],
)
def test_plain_names_are_recognised(text, plain):
    assert parse(text).plain({"x.1", "my col"}) == plain


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
        "y ~ x | f[x]",
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
