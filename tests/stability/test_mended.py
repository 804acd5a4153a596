"""One test a bug: what gave wrong numbers, cried wolf or missed a movement in a trial."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose

from econ import IV, OLS, Classical, Clustered, Frequency, RandomEffects, White
from econ.breaks.cusum import recursive_residuals
from econ.errors import (
    BaselineError,
    DataError,
    EconError,
    FormulaError,
    IdentificationError,
    NotDefinedError,
    OptionError,
)
from econ.event_study import TWFE
from econ.stability import (
    Resample,
    Shuffle,
    Significance,
    Specifications,
    compare,
    double_selection,
    influential_set,
    joint_test,
    leave_one_out,
    omitted_variable,
    oster,
    read_baseline,
    record,
    romano_wolf,
    specification_curve,
    structural_breaks,
)
from econ.stability.acceptance import accept
from econ.stability.causes import UNKNOWN, Causes, explained


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(120, 5)), columns=list("yxabz")).assign(
        g=np.repeat(range(12), 10), t=np.tile(range(10), 12)
    )
    table["x"] += table["z"]
    return table.assign(y=table["y"] + table["x"] + 3, w=rng.uniform(1, 2, 120), one=1, times=rng.integers(1, 3, 120))


def as_refits(grid, table):
    curve = specification_curve(grid, table)
    for place, one in enumerate(grid):
        try:
            row = one.spec.fit(table).inference(grid.covariance).row("x")
        except EconError as error:
            assert curve.reasons[place] == str(error)
            continue
        assert_allclose(curve.numbers.loc[place, ["estimate", "se", "df"]], row[["estimate", "se", "df"]], rtol=1e-7)
    return curve


@pytest.mark.parametrize("covariance", [White("HC1"), Clustered("g"), Classical()], ids=repr)
def test_exact_dependencies_get_no_numbers(covariance):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        table = pd.DataFrame(rng.normal(size=(60, 5)), columns=list("yxabc")).assign(g=np.repeat(range(12), 5))
        table["v"] = table["x"] * rng.normal() + table["a"] * rng.normal()
        curve = as_refits(Specifications(("y",), ("x",), ("a", "v", "b"), covariance=covariance), table)
        assert len(curve.reasons) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"always": ("-1",)},
        {"controls": ("a", "0")},
        {"effects": ("t[[b]]", "t[b]")},
        {"estimators": (lambda text: OLS(text, weights="w" if "a" in text else None),)},
        {"estimators": (lambda text: OLS(text + (" | g" if "+ a" in text else "")),)},
        {"controls": ("a", "i(t, ref=0)")},
    ],
    ids=repr,
)
@pytest.mark.parametrize("covariance", [White("HC1"), Clustered("g", "t")], ids=repr)
def test_formulas_without_constants_and_estimators_of_their_own(data, options, covariance):
    as_refits(
        Specifications(
            **{"outcomes": ("y",), "treatments": ("x",), "controls": ("a",), "covariance": covariance, **options}
        ),
        data,
    )


def test_more_controls_than_rows_is_no_error_of_the_small_specifications(data):
    few = data.head(9).assign(**{f"k{place}": np.random.default_rng(place).normal(size=9) for place in range(8)})
    curve = as_refits(
        Specifications(("y",), ("x",), tuple(f"k{place}" for place in range(8)), most=1, covariance=White()), few
    )
    assert not curve.reasons


def test_classical_errors_keep_their_digits_where_the_fit_is_close(data):
    for noise in (1e-6, 1e-8):
        as_refits(
            Specifications(("close",), ("x",), ("a",), covariance=Classical()),
            data.assign(close=data["x"] + noise * data["b"]),
        )


def test_a_joint_test_is_that_of_what_was_estimated(data):
    table = data.assign(v=data["x"] + data["a"])
    curve = specification_curve(Specifications(("y",), ("x",), ("a", "v"), covariance=Clustered("g")), table)
    assert len(curve.reasons) == 1
    assert joint_test(curve, Shuffle(reps=19)).median.p_value <= 0.1
    inside = specification_curve(Specifications(("y",), ("x",), ("x:a",), covariance=White()), data)
    with pytest.raises(OptionError, match="also stands in 'x:a'"):
        joint_test(inside, Shuffle(reps=9))


@pytest.mark.parametrize("spec", [IV("y ~ 1 | x ~ z"), RandomEffects("y ~ x", unit="g")], ids=repr)
def test_other_linear_estimators_are_estimated_again(data, spec):
    found = leave_one_out(spec.fit(data), "x", Clustered("g"), by="g")
    assert_allclose(found.estimates, found.inference["estimate"], rtol=1e-8)
    for refused in (
        lambda fit: omitted_variable(fit, "x"),
        lambda fit: oster(fit, fit, "x"),
        lambda fit: romano_wolf({"a": (fit, "x")}, Clustered("g")),
        lambda fit: influential_set(fit, "x", Clustered("g"), Significance()),
    ):
        with pytest.raises(NotDefinedError, match="no least squares"):
            refused(spec.fit(data))


def test_changes_over_time_are_those_of_single_regressions(data):
    for fit, term in (
        (IV("y ~ 1 | x ~ z").fit(data), "x"),
        (
            TWFE(outcome="y", unit="g", time="t", cohort="c").fit(data.assign(c=np.where(data["g"] < 6, 5.0, np.nan))),
            "1",
        ),
    ):
        with pytest.raises(NotDefinedError, match="look at windows"):
            _ = structural_breaks(fit, term, Clustered("g"), time="t").path
    one = structural_breaks(OLS("y ~ x").fit(data), "x", Clustered("one"), time="t")
    with pytest.raises(IdentificationError, match="has 1 group"):
        _ = one.test
    with pytest.raises(DataError, match="no column 'nog'"):
        _ = structural_breaks(OLS("y ~ x").fit(data), "x", Clustered("nog"), time="t").rolling
    series = data.head(60).assign(t=range(60))
    with pytest.raises(NotDefinedError, match="not weighted"):
        _ = structural_breaks(OLS("y ~ x", weights="w").fit(series), "x", White(), time="t").cusum


def test_a_row_of_the_table_is_left_out_with_all_its_copies(data):
    found = leave_one_out(OLS("y ~ x", weights=Frequency("times")).fit(data.head(30)), "x", White("HC1"))
    assert len(found.estimates) == 30
    assert_allclose(found.estimates, found.inference["estimate"], rtol=1e-9)


def test_a_selection_can_be_estimated_again(data):
    table = data.assign(kind=np.where(data["a"] > 0, "p", "q"), gap=data["b"].where(data["g"] != 3))
    table["y"] += 5 * (table["kind"] == "q")
    found = double_selection("y ~ x", table, ("C(kind)", "gap"))
    assert found.controls == ("C(kind)[T.q]",)
    again = leave_one_out(found.fit, "x", White("HC1"), by="g")
    assert found.fit.nobs == 110
    assert_allclose(again.estimates, again.inference["estimate"], rtol=1e-8)
    for formula, controls, error in (
        ("y ~ x - 1", ("a",), FormulaError),
        ("y ~ 1 | x ~ z", ("a",), FormulaError),
        ("y ~ x", ("x", "a"), OptionError),
    ):
        with pytest.raises(error):
            double_selection(formula, data, controls)
    with pytest.raises(IdentificationError, match="one group"):
        double_selection("y ~ x", data, ("a",), cluster="one")


def test_one_group_is_not_drawn(data):
    curve = specification_curve(Specifications(("y",), ("x",), covariance=White()), data)
    with pytest.raises(OptionError, match="one group"):
        joint_test(curve, Resample("one"))
    with pytest.raises(OptionError, match="one group"):
        oster(OLS("y ~ x").fit(data), OLS("y ~ x + a").fit(data), "x").interval("one", reps=3)
    with pytest.raises(DataError, match="same weights"):
        oster(OLS("y ~ x", weights="w").fit(data), OLS("y ~ x + a").fit(data), "x")


def test_a_robustness_value_is_a_share_however_precise_the_estimate(data):
    for noise in (1e-3, 1e-7, 1e-9):
        found = omitted_variable(OLS("close ~ x").fit(data.assign(close=data["x"] + noise * data["b"])), "x")
        assert 0.99 < found.robustness() <= 1


def test_recursive_residuals_do_not_depend_on_the_basis():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=80), rng.normal(size=80)
    plain = recursive_residuals(y, np.column_stack([np.ones(80), x]))
    moved = recursive_residuals(y, np.column_stack([np.ones(80), x + 1e6]))
    assert_allclose(moved, plain, rtol=1e-5, atol=1e-7)


def test_a_refit_is_judged_by_its_own_p_value(data):
    for seed in range(30):
        rng = np.random.default_rng(seed)
        table = pd.DataFrame(rng.normal(size=(60, 2)), columns=["y", "x"]).assign(g=np.repeat(range(6), 10))
        table["y"] += 0.2 * table["x"]
        fit = OLS("y ~ x").fit(table)
        found, before = (
            influential_set(fit, "x", Clustered("g"), Significance(), by="g"),
            fit.inference(Clustered("g")).row("x"),
        )
        if found.found and before["p_value"] < 0.05:
            assert found.confirmed == (found.p_value >= 0.05)
        elif found.found:
            assert found.confirmed == (found.p_value < 0.05 and found.estimate * before["estimate"] > 0)


HASHED = """
import json, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd, pyfixest
from econ.stability import record
d = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 2)), columns=["y", "x"]).assign(f=np.repeat(range(40), 10), t=np.tile(range(10), 40))
print(json.dumps(record(pyfixest.feols("y ~ x | f + t", d, vcov={"CRV1": "f + t"})), sort_keys=True))
"""


def test_a_record_does_not_depend_on_the_order_of_sets():
    runs = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", HASHED],
                env={**os.environ, "PYTHONHASHSEED": str(seed)},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for seed in range(4)
    ]
    assert all(compare({"a": runs[0]}, {"a": one}).verdict == "same" for one in runs)
    assert (runs[0]["absorbed"], runs[0]["clusters"]) == ({"f": 40, "t": 10}, {"f": 40, "t": 10})


def test_terms_that_would_hide_each_other_are_refused(data):
    columns = np.column_stack([np.ones(120), data["x"], data["a"]])
    with pytest.raises(OptionError, match="two terms are called 'a'"):
        record(
            sm.OLS(data["y"].to_numpy(), pd.DataFrame(columns, columns=["const", "a", "a"]).set_index(data.index)).fit()
        )


def test_what_a_model_was_told_is_part_of_its_record(data):
    def verdict(one, other):
        return compare({"a": record(one)}, {"a": record(other)}).verdict

    hac = [smf.ols("y ~ x", data).fit(cov_type="HAC", cov_kwds={"maxlags": lags}) for lags in (3, 4)]
    assert verdict(*hac) == "structural"
    counts = data.assign(c=np.random.default_rng(0).poisson(2, 120))
    families = [
        smf.glm("c ~ x", counts, family=family).fit() for family in (sm.families.Poisson(), sm.families.Gaussian())
    ]
    assert verdict(*families) == "structural"
    quantiles = [smf.quantreg("y ~ x", data).fit(q=q) for q in (0.4, 0.5)]
    assert verdict(*quantiles) == "structural"
    blanks = [smf.ols(text, data).fit() for text in ("y ~ x", "y~x")]
    assert verdict(*blanks) == "same"


def test_the_weights_are_part_of_the_data_and_nothing_is_claimed_that_is_not_known(data, tmp_path):
    old, new = ({"a": record(smf.wls("y ~ x", data, weights=data[name]).fit())} for name in ("w", "times"))
    causes = explained(compare(old, new), old, new, Causes(tmp_path, "b.json")).causes["a"]
    assert causes == ("data: weights changed",)
    moved = {"a": {**old["a"], "terms": {**old["a"]["terms"], "x": {**old["a"]["terms"]["x"], "estimate": 9.0}}}}
    assert explained(compare(old, moved), old, moved, Causes(tmp_path, "b.json")).causes["a"] == (UNKNOWN,)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"format": 2, "specifications": {"a": {"terms": {}}, "a": {"terms": {}}}}', "'a' is there twice"),
        ('{"format": 2,\n<<<<<<< HEAD\n "specifications": {}}', "merge conflict"),
        ("[" * 100_000, "cannot be read"),
        ('{"format": 2, "specifications": {"a": {"environment": "x", "terms": {}}}}', "environment is no table"),
        ('{"format": 2, "specifications": {"a": {"data": {"t": {}}, "terms": {}}}}', "data is no table"),
        ('{"format": 2, "specifications": {"a": {"rows": "?", "terms": {}}}}', "rows are no fingerprints"),
        (
            '{"format": 2, "specifications": {"a": {"terms": {"x": {"estimate": '
            + "1" * 400
            + ', "se": 1, "p": 1, "df": 1}}}}}',
            "estimate is",
        ),
    ],
)
def test_a_baseline_that_cannot_be_read_says_why(tmp_path, text, named):
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(BaselineError, match=named):
        read_baseline(path)


def test_two_processes_do_not_store_at_once(tmp_path, data):
    path, log = tmp_path / "baseline.json", tmp_path / "log.md"
    new = {"a": record(OLS("y ~ x").fit(data).inference(White()))}
    (tmp_path / ".baseline.json.lock").touch()
    with pytest.raises(BaselineError, match="another process stores"):
        accept(path, new, "a", "first", log=log)
    assert not log.exists()
    (tmp_path / ".baseline.json.lock").unlink()
    assert accept(path, new, "a", "first", log=log) == ("a",)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["baseline.json", "log.md"]
