import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import (
    IV,
    OLS,
    PPML,
    Between,
    Classical,
    Clustered,
    CorrelatedRandomEffects,
    Frequency,
    RandomEffects,
    White,
    hausman_test,
)
from econ.errors import DataError, IdentificationError, NotDefinedError, OptionError

REFERENCES = Path(__file__).parents[1] / "references"
CASES = ["produc", "empluk", "grunfeld"]


def fits(case):
    expected = json.loads((REFERENCES / f"{case}-random-effects" / "values.json").read_text())
    data = pd.read_csv(REFERENCES / f"{case}-random-effects" / "data.csv")
    formula, unit = expected["spec"]["formula"], expected["spec"]["unit"]
    within, random = OLS(f"{formula} | {unit}").fit(data), RandomEffects(formula, unit=unit).fit(data)
    return expected["tests"][0]["expected"], within, random


@pytest.mark.parametrize("case", CASES)
def test_the_classical_form_is_that_of_plm(case):
    expected, within, random = fits(case)
    found = hausman_test(within, random, Classical())
    assert found.details["chi_squared"] == pytest.approx(expected["statistic"], rel=1e-8)
    assert found.df == (expected["df"], np.inf)
    assert found.p_value == pytest.approx(expected["p_value"], rel=1e-7)


def test_the_stacked_form_is_the_wald_test_of_the_difference():
    data = panel()
    one, other = OLS("y ~ x1 + x2 | f").fit(data), OLS("y ~ x1 + x2").fit(data)
    gap = one.params - other.params[1:]
    sums = pd.DataFrame(one.influence - other.influence[:, 1:]).groupby(data["g"]).sum().to_numpy()
    expected = gap @ np.linalg.solve(sums.T @ sums, gap) / 2
    found = hausman_test(one, other, Clustered("g", correction="CR0"))
    assert found.statistic == pytest.approx(expected, rel=1e-9)
    assert found.df == (2, 4)


def test_rows_that_one_fit_lacks_have_no_influence_there():
    data = panel().assign(x3=lambda d: d["x3"].mask(d["row"] % 4 == 0))
    one, other = OLS("y ~ x1").fit(data), OLS("y ~ x1 + x3").fit(data)
    psi = np.zeros(180)
    psi[other.sample.rows] = other.influence[:, 1]
    gap, psi = one.params[1] - other.params[1], one.influence[:, 1] - psi
    found = hausman_test(one, other, White("HC0"), terms=["x1"])
    assert found.statistic == pytest.approx(gap**2 / (psi @ psi), rel=1e-9)


def test_the_order_of_the_fits_is_irrelevant_and_of_the_rows():
    data = panel()
    for covariance in (White("HC1"), Clustered("g"), Clustered("t^g", correction="CR0")):
        pairs = [
            [OLS("y ~ x1 + x2 | f").fit(frame), RandomEffects("y ~ x1 + x2", unit="f").fit(frame)]
            for frame in (data, data.sample(frac=1, random_state=0))
        ]
        found = [hausman_test(*pair, covariance).statistic for pair in (*pairs, pairs[0][::-1])]
        assert_allclose(found, found[0], rtol=1e-7)


def test_where_one_fit_has_units_so_has_the_test():
    data = panel()
    within, between = OLS("y ~ x1 | f").fit(data), Between("y ~ x1", unit="f").fit(data)
    by_unit = hausman_test(within, between, Clustered("f", correction="CR0")).statistic
    assert hausman_test(within, between, White("HC0")).statistic == pytest.approx(by_unit)
    assert hausman_test(between, within, White("HC0")).statistic == pytest.approx(by_unit)
    with pytest.raises(NotDefinedError, match="whole f"):
        hausman_test(within, between, Clustered("t"))


def test_estimators_of_all_kinds_can_be_compared():
    data = panel()
    one, other = (PPML("y ~ x1 + x2", weights=weights).fit(data) for weights in ("w", Frequency("count")))
    assert 0 < hausman_test(one, other, Clustered("g")).p_value < 1
    two = IV("y ~ x2 | x1 ~ x3 + lat").fit(data)
    assert 0 < hausman_test(OLS("y ~ x1 + x2").fit(data), two, Clustered("f")).p_value < 1


def test_it_holds_its_size():
    rng = np.random.default_rng(0)
    p_values = []
    for _ in range(200):
        f = np.repeat(np.arange(60), 5)
        frame = pd.DataFrame({"f": f, "x": rng.normal(size=300)})
        frame["y"] = frame["x"] + rng.normal(size=60)[f] + rng.normal(size=300) * np.exp(frame["x"] / 4)
        within, random = OLS("y ~ x | f").fit(frame), RandomEffects("y ~ x", unit="f").fit(frame)
        p_values.append(hausman_test(within, random, Clustered("f")).p_value)
    assert 0.01 <= np.mean(np.array(p_values) < 0.05) <= 0.1


def test_a_difference_that_is_no_covariance_is_named():
    _, within, random = fits("produc")
    backwards = hausman_test(random, within, Classical())
    assert any("not positive semi-definite" in remark for remark in backwards.remarks)
    assert np.isnan(backwards.p_value)
    assert backwards.details["chi_squared"] < 0


def test_an_error_says_what_is_wrong():
    data = panel()
    one, other = OLS("y ~ x1 + x2 | f").fit(data), RandomEffects("y ~ x1 + x2", unit="f").fit(data)
    with pytest.raises(DataError, match="different tables"):
        hausman_test(one, OLS("y ~ x1").fit(data.iloc[::-1]), White())
    with pytest.raises(OptionError, match="that both fits have"):
        hausman_test(one, OLS("y ~ x3").fit(data), White())
    with pytest.raises(OptionError, match="different terms"):
        hausman_test(one, other, White(), terms="x1")
    with pytest.raises(NotDefinedError, match="no term 'lat'"):
        hausman_test(one, other, White(), terms=["lat"])
    with pytest.raises(IdentificationError, match="x1, x2 agree by construction"):
        hausman_test(one, CorrelatedRandomEffects("y ~ x1 + x2", unit="f").fit(data), White())
    with pytest.raises(IdentificationError, match="equal"):
        hausman_test(one, one, Classical())
    with pytest.raises(NotDefinedError, match="influences and nothing else"):
        hausman_test(one, other, White("HC3"))
    with pytest.raises(NotDefinedError, match="one fit is a f and of the other a g"):
        hausman_test(*(Between("y ~ x1", unit=unit).fit(data) for unit in "fg"), White())
