"""The rule of verdicts, and the ledger of the paper's claims: each checked once, some by hand from the raw tables."""

import importlib.util
import math
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from econ import datasets
from econ.claims import TOLERANCE, WORDS, Claim, Computed, Gap, Reading, in_units, verdict
from econ.datasets import store
from econ.datasets.store import reading_only
from econ.errors import DataError, EconError, MissingColumnError, NotDefinedError, OptionError
from econ.report.claims_table import COLUMNS, claims_section, claims_table, read_claims

HOLDS, FAILS, UNKNOWN = WORDS
ROOT = store.data_folder().parent
MODULES = sorted((ROOT / "analyses" / "claims").glob("*.py"))


def claim(operator, low, high=None, *, period="2000", unit="percent"):
    return Claim("c01", "a quantity", period, operator, low, high, unit)


def found(low, high=None, *, years=(2000,), every=False, readings=()):
    return Computed(low, low if high is None else high, "a table", years, every=every, readings=readings)


def raw(name):
    return pd.read_csv(store.data_folder() / name / "table.csv")


@pytest.fixture(scope="module")
def sections():
    return {path.stem: section_of(path) for path in MODULES}


def section_of(path):
    spec = importlib.util.spec_from_file_location(f"claims_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    with reading_only(module.INPUTS):
        return module.analyse({name: datasets.load(name) for name in module.INPUTS})


@pytest.fixture(scope="module")
def lines(sections):
    """Every line of every table, by claim."""
    frames = [item.data for section in sections.values() for item in section.items]
    return pd.concat(frames, ignore_index=True).set_index("claim_id")


@pytest.mark.parametrize(
    ("operator", "low", "high", "values", "word"),
    [
        ("=", 11, None, (11.4,), HOLDS),
        ("=", 11, None, (11.5,), HOLDS),
        ("=", 11, None, (11.51,), FAILS),
        ("=", 137.6, None, (137.64,), HOLDS),
        ("=", 137.6, None, (137.68,), FAILS),
        ("=", 137.6, None, (137.61, 137.68), UNKNOWN),
        ("=", 220, None, (224,), FAILS),
        ("=", 0, None, (0.4,), HOLDS),
        ("about", 55, None, (49.5,), HOLDS),
        ("about", 55, None, (60.5,), HOLDS),
        ("about", 55, None, (49.4,), FAILS),
        ("about", 55, None, (0, 55), UNKNOWN),
        ("about", -10, None, (-10.9, -9.1), HOLDS),
        ("<", 1, None, (0.6,), HOLDS),
        ("<", 1, None, (1,), FAILS),
        ("<", 1, None, (0.9, 1), UNKNOWN),
        (">", 40, None, (40,), FAILS),
        (">", 40, None, (40.0001, 90), HOLDS),
        (">", 40, None, (39, 41), UNKNOWN),
        ("between", 1.05, 1.9, (1.045, 1.95), HOLDS),
        ("between", 1.05, 1.9, (1.044,), FAILS),
        ("between", 1.05, 1.9, (1.96,), FAILS),
        ("between", 11, 13, (8, 12), UNKNOWN),
    ],
)
def test_a_verdict_at_and_beside_the_boundary(operator, low, high, values, word):
    assert verdict(claim(operator, low, high), found(*values)).word == word


def test_one_observation_outside_refutes_a_claim_on_every_one():
    said = verdict(claim("between", 11, 13), found(8, 12, every=True))
    assert said.word == FAILS
    assert "8 to 12 is not always within 10.5 to 13.5" in said.why


def test_what_the_data_do_not_cover_is_said():
    said = verdict(claim("about", 5, period="1988-2000"), found(5, years=(1990, 1991, 1993)))
    assert said.word == HOLDS
    assert said.why.endswith("the data do not cover 1988-1989, 1992, 1994-2000.")


def test_a_gap_cannot_be_checked_and_says_what_is_needed():
    said = verdict(claim("=", 5), Gap("There is nothing.", "a source"))
    assert said.word == UNKNOWN
    assert said.why == "There is nothing. Needed: a source."


@pytest.mark.parametrize(
    ("factors", "why"),
    [
        ({"a quarter": 3, "a year": 12}, "Read as a year (24) it would hold."),
        ({"a quarter": 3}, "Read as a quarter (6) it would not hold either."),
        ({"a day": -1}, "Read as a day (-2) it would not hold either."),
    ],
)
def test_the_unit_that_would_fit_is_found(factors, why):
    assert verdict(claim("between", 10, 25), in_units(found(2), factors)).why.endswith(why)


def test_a_reading_that_may_fit_is_told_from_one_that_does():
    may = Reading("a part", 5, 15)
    assert "Read as a part (5 to 15) it could hold." in verdict(claim("<", 10), found(20, readings=(may,))).why
    assert "Read as" not in verdict(claim("<", 10), found(5, readings=(may,))).why


@pytest.mark.parametrize(
    ("given_period", "years", "around"),
    [
        ("1988-2000", range(1988, 2001), range(1988, 2001)),
        ("about 2000", [2000], [1999, 2000, 2001]),
        ("1980s", range(1980, 1990), range(1980, 1990)),
        ("until 1995", [1995], [1995]),
        ("1998-06-17", [1998], [1998]),
        ("1995-08/1995-09", [1995], [1995]),
        ("FY1998", [1998], [1998]),
        ("some time", [], []),
        ("about then", [], []),
    ],
)
def test_the_years_of_a_period(given_period, years, around):
    one = claim("=", 1, period=given_period)
    assert one.years == tuple(years)
    assert one.years_around == tuple(around)


@pytest.mark.parametrize(
    ("one", "printed"),
    [
        (claim("about", 55), "about 55 percent"),
        (claim("=", 1.7, unit="USD trillion"), "1.7 USD trillion"),
        (claim("<", 2.5), "< 2.5 percent"),
        (claim("between", 1.05, 1.9), "between 1.05 and 1.9 percent"),
        (claim("=", 99, 1, unit="votes"), "99 to 1 votes"),
    ],
)
def test_a_claim_is_printed_as_the_paper_has_it(one, printed):
    assert one.printed == printed


POSITIVE = st.floats(0.01, 1e4)
SIMPLE = st.sampled_from(["about", "<", ">"])


@given(SIMPLE, POSITIVE, POSITIVE, POSITIVE, st.floats(0.01, 1e4))
def test_the_unit_is_irrelevant_where_no_digits_are_printed(operator, printed, one, other, factor):
    ends = sorted((one, other))
    edges = (printed, printed * (1 - TOLERANCE), printed * (1 + TOLERANCE))
    assume(not any(math.isclose(end, edge, rel_tol=1e-6) for end in ends for edge in edges))
    scaled = verdict(claim(operator, printed * factor), found(*(end * factor for end in ends)))
    assert scaled.word == verdict(claim(operator, printed), found(*ends)).word


@given(st.integers(1, 9999), st.integers(1, 9999), st.integers(0, 40000), st.integers(0, 4), st.booleans())
def test_the_decimal_point_is_irrelevant_to_printed_digits(one, other, twice_value, shift, every):
    assume(one % 10 and other % 10 and twice_value % 2 == 0)  # a last digit that stays printed, off the half units
    low, high = sorted((one, other))
    ends = [found(twice_value / 2 / unit, every=every) for unit in (1, 10**shift)]
    for operator, second in (("=", None), ("between", high)):
        claims = [claim(operator, low / unit, second and second / unit) for unit in (1, 10**shift)]
        assert verdict(claims[0], ends[0]).word == verdict(claims[1], ends[1]).word


@given(st.sampled_from(["=", "about", "<", ">"]), POSITIVE, st.tuples(*[POSITIVE] * 3))
def test_knowing_more_never_turns_a_verdict_round(operator, printed, ends):
    a, b, c = sorted(ends)
    wide, narrow = (verdict(claim(operator, printed), found(*pair)).word for pair in ((a, c), (a, b)))
    assert wide in (UNKNOWN, narrow)


@given(st.sampled_from(["<", ">"]), POSITIVE, POSITIVE)
def test_a_number_is_below_or_above_or_equal(operator, printed, value):
    words = [verdict(claim(one, printed), found(value)).word for one in ("<", ">")]
    assert words.count(HOLDS) == (value != printed)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (("~", 1.0, None), "operator '~'"),
        (("=", math.nan, None), "not finite"),
        (("between", 1.0, math.inf), "not finite"),
        (("between", 1.0, None), "two numbers"),
        (("between", 2.0, 1.0), "lower one first"),
        (("<", 1.0, 2.0), "takes one number"),
        (("about", 0.0, None), "about zero"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused(bad, said):
    with pytest.raises(OptionError, match=said):
        claim(*bad)


@pytest.mark.parametrize("ends", [(2, 1), (math.nan, 1), (0, math.inf)])
def test_values_that_are_no_interval_are_refused(ends):
    with pytest.raises(OptionError, match="no interval"):
        found(*ends)


def test_a_pair_is_not_compared_with_a_number():
    with pytest.raises(NotDefinedError, match="pair"):
        verdict(claim("=", 99, 1), found(99))


def test_a_ledger_that_is_broken_is_refused():
    ledger = datasets.load("posen_claims")
    with pytest.raises(MissingColumnError, match="lacks unit"):
        read_claims(ledger.drop(columns="unit"))
    with pytest.raises(DataError, match="c01 more than once"):
        read_claims(pd.concat([ledger, ledger.head(1)]))
    with pytest.raises(EconError, match="has no c99"):
        claims_section(
            {"posen_claims": ledger}, {"c99": lambda _, __: Gap("", "")}, name="a", title="A", question="", notes=()
        )


def test_the_ledger_is_read_as_it_stands():
    claims, ledger = read_claims(datasets.load("posen_claims")), raw("posen_claims")
    assert list(claims) == list(ledger["claim_id"])
    one = claims["c31"]
    assert (one.operator, one.low, one.high, one.unit, one.section) == ("between", 1.05, 1.9, "USD trillion", "1C")
    assert claims["c01"].high is None


def test_every_claim_is_in_exactly_one_module(sections):
    named = [line for section in sections.values() for item in section.items for line in item.data["claim_id"]]
    assert sorted(named) == sorted(raw("posen_claims")["claim_id"])


def test_a_table_has_one_row_a_claim_and_unrounded_numbers(sections):
    for stem, section in sections.items():
        (one,) = section.items
        assert one.name == f"claims_{stem}"
        assert one.columns == COLUMNS
        assert [row.label for row in one.rows] == list(one.data["claim_id"] + ": " + one.data["quantity"])
        assert [row.cells[3] for row in one.rows] == list(one.data["verdict"] + ": " + one.data["why"])
        assert set(one.data["verdict"]) <= set(WORDS)


def test_the_sentence_counts_the_verdicts(sections):
    for section in sections.values():
        (said,), data = section.findings, section.items[0].data
        assert said.startswith(f"Of {len(data)} printed claims, ")
        for word, verb in ((HOLDS, "hold"), (FAILS, "fail")):
            assert f"{(data['verdict'] == word).sum()} {verb}" in said
            assert all(one in said for one in data["claim_id"][data["verdict"] == word])


def test_a_claim_without_data_says_what_would_be_needed_and_no_number_is_typed(sections):
    data = sections["not_covered"].items[0].data
    assert (data["verdict"] == UNKNOWN).all()
    assert data["computed_low"].isna().all()
    assert not data["why"].str.partition(" Needed: ")[2].str.contains(r"\d|^$", regex=True).any()


def check(line, low, high, word):
    assert line["computed_low"] == pytest.approx(low, rel=1e-9)
    assert line["computed_high"] == pytest.approx(high, rel=1e-9)
    assert line["verdict"] == word


def japan(name, column, *, after, before="2000-12-31"):
    """Japan and all foreign countries by date, the latest printing, by plain selection."""
    table = raw(name)
    table = table[(table["latest"] == "yes") & table["position_date"].between(after, before)]
    series = [
        table[table["country"] == who].set_index("position_date")[column]
        for who in ("Japan", "Total foreign countries")
    ]
    return series[0], 100 * series[0] / series[1]


def test_bank_positions_by_hand(lines):
    level, share = japan("us_bank_claims", "claims_usd_m", after="1999-01-01")
    check(lines.loc["c26"], level.min() / 1e3, level.max() / 1e3, FAILS)
    check(lines.loc["c29"], share.min(), share.max(), UNKNOWN)
    level, share = japan("us_bank_liabilities", "liabilities_usd_m", after="1988-01-01")
    check(lines.loc["c31"], level.min() / 1e6, level.max() / 1e6, FAILS)
    check(lines.loc["c32"], share.min(), share.max(), FAILS)
    assert level["1998-12-31"] == 193202


def test_the_height_of_bank_claims_is_bounded_by_hand(lines):
    check(lines.loc["c25"], 0.067791, 1.093226, FAILS)
    assert "1988" in lines.loc["c25", "why"]


def test_costs_in_output_by_hand(lines):
    years = raw("country_year").query("iso3 == 'JPN' and year == 2001")
    cost = 100 * 100e6 / (years["gdp_current_usd_m"] * years["xr_lcu_per_usd"]).item()
    check(lines.loc["c22"], cost, cost, HOLDS)
    output = raw("country_year").query("iso3 == 'USA' and 1987 <= year <= 1993")["gdp_current_usd_m"]
    check(lines.loc["c03"], 100 * 159e3 / output.max(), 100 * 159e3 / output.min(), UNKNOWN)


def test_stock_trades_by_hand(lines):
    check(lines.loc["c33"], 20997 / 12e3, 23722 / 12e3, FAILS)
    assert "USD billion per year (21 to 23.72) it would hold" in lines.loc["c33", "why"]
    check(lines.loc["c34"], 95866 / 12e3, 116968 / 12e3, FAILS)
    check(lines.loc["c35"], 90143 / 12e3, 114898 / 12e3, FAILS)
    growth = (116968 + 114898) / (20997 + 23722)
    check(lines.loc["c36"], growth, growth, HOLDS)
    check(lines.loc["c37"], 0, 33.174, UNKNOWN)


def test_treasury_sales_by_hand(lines):
    check(lines.loc["c44"], (126148 - 111654) / 3e3, 149.98, UNKNOWN)


def test_direct_investment_by_hand(lines):
    flows = raw("fdi_flows").query("creditor_iso3 == 'JPN' and debtor_iso3 == 'USA' and 1990 <= year <= 1999")
    assert len(flows) == 10
    check(lines.loc["c38"], flows["fdi_flow_usd_m"].min() / 1e3, flows["fdi_flow_usd_m"].max() / 1e3, FAILS)
    assert "USD billion per month" in lines.loc["c38", "why"]
    check(lines.loc["c39"], 14113.117 / 4295, 14113.117 / 4295, FAILS)


def test_markets_by_hand(lines):
    check(lines.loc["c47"], 137.61, 137.68, UNKNOWN)
    august = raw("fx_daily").query("currency == 'JPY' and '1998-08-01' <= date <= '1998-08-31'")["rate"]
    check(lines.loc["c48"], august.min(), august.max(), HOLDS)
    american = 11497.12 / np.array([6448.27, 5117.12, 3834.44, 3754.09])
    japanese = 38915.87 / np.array([18820.65, 13083.18, 11542.60, 9893.82])
    check(lines.loc["c56"], (american / japanese).min(), (american / japanese).max(), FAILS)


def test_savings_by_hand(lines):
    check(lines.loc["c06"], 14.32 / 19.89, 15.33 / 19.89, FAILS)
    shares = raw("scf_shares").pivot_table(index="year", columns="asset_class", values="share")
    stocks, funds = shares["stocks"], shares["stocks"] + shares["pooled_investment_funds"]
    growth = [np.log(one[1998] / one[1995]) / np.log(9181.43 / 5117.12) for one in (stocks, funds)]
    check(lines.loc["c07"], min(growth), max(growth), HOLDS)
    assets = raw("household_assets").query("country_iso3 == 'JPN' and year < 2000")
    total = assets.groupby(["year", "quarter"])["level"].sum()
    deposits = assets[assets["asset_class"] == "currency_and_deposits"].set_index(["year", "quarter"])["level"]
    check(lines.loc["c23"], 0, 100 * (deposits / total).max(), UNKNOWN)


def test_gaps_have_no_value(lines):
    for name in ("c24", "c27", "c28", "c30", "c43", "c45", "c53", "c54"):
        assert lines.loc[name, "verdict"] == UNKNOWN
        assert math.isnan(lines.loc[name, "computed_low"])


def test_a_table_of_one_claim_and_its_rule():
    one = replace(claim("about", 55), claim_id="c02")
    made = claims_table(name="one", title="One", checked=[(one, Gap("Nothing.", "a source"))], notes=("First.",))
    assert made.rows[0].cells == (
        "about 55 percent",
        "not covered",
        "2000",
        "cannot be checked: Nothing. Needed: a source.",
    )
    assert made.notes[0] == "First."
    assert f"{TOLERANCE:.0%}" in made.notes[-1]
