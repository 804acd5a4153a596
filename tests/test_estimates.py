"""Estimates: rows, tests and intervals, facts."""

import numpy as np
import pytest
from laws.members import panel
from numpy.testing import assert_allclose
from scipy import stats

from econ import OLS, PPML, Classical, Clustered, White


@pytest.mark.parametrize(("estimator", "df"), [(OLS, 177.0), (PPML, np.inf)])
def test_tests_and_intervals_are_those_of_t_or_the_normal(estimator, df):
    table = estimator("y ~ x1 + x2").fit(panel()).inference(White(), level=0.9).table
    law = stats.norm() if np.isinf(df) else stats.t(df)
    assert (table["df"] == df).all()
    assert_allclose(table["p_value"], 2 * law.sf(np.abs(table["estimate"] / table["se"])), rtol=1e-10)
    assert_allclose(table["high"] - table["estimate"], law.ppf(0.95) * table["se"], rtol=1e-10)


@pytest.mark.parametrize("estimator", [OLS, PPML])
def test_clustered_tests_have_the_smallest_number_of_clusters_less_one(estimator):
    estimates = estimator("y ~ x1").fit(panel()).inference(Clustered("g", "t"))
    assert estimates.df.tolist() == [4, 4]
    assert estimates.clusters == {"g": 5, "t": 9}


def test_the_text_of_estimates_says_what_a_reader_needs():
    data = panel().assign(x1=lambda frame: frame["x1"].mask(frame["row"] == 3))
    text = str(OLS("y ~ x1 | f").fit(data).inference(Clustered("g")))
    for part in (
        "OLS: y ~ x1 | f",
        "p_value",
        "observations: 179",
        "g 5",
        "f 20",
        "missing x1 1",
        "clustered by g (CR1)",
    ):
        assert part in text


def test_a_row_is_the_row_of_the_table():
    estimates = OLS("y ~ x1").fit(panel()).inference(Classical())
    assert estimates.row("x1")["se"] == estimates.table.set_index("term").loc["x1", "se"]


def test_lost_rows_are_listed_by_the_callers_labels():
    data = panel().set_index("row", drop=False).rename(index=lambda row: f"r{row}")
    data.loc["r7", "x1"] = np.nan
    lost = OLS("y ~ x1").fit(data).sample.lost
    assert lost.to_dict("list") == {"row": ["r7"], "reason": ["missing x1"]}
    assert OLS("y ~ x2").fit(data).sample.lost.empty


def test_results_show_themselves_in_a_few_lines():
    from econ.datasets import creditor_panel

    fit = OLS("y ~ x1 | f").fit(panel())
    assert "on 180 rows: x1=" in repr(fit)
    assert "180 of 180 rows" in repr(fit.sample)
    assert repr(fit.inference(White())).startswith("OLS: y ~ x1 | f\n")
    assert repr(creditor_panel()).count("\n") == 0
