"""Specification curves: algebra against refits, and inference on all specifications."""

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from econ import OLS, PPML, Classical, Clustered, Frequency, White
from econ.compute.blocks import running_on
from econ.errors import DataError, EconError, NotDefinedError, OptionError
from econ.report import specification_curve_figure
from econ.stability import Resample, Shuffle, Specifications, joint_test, specification_curve
from econ.stability.curves.joint import statistics_of


def table(seed=0, n=120):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.normal(size=(n, 4)), columns=["x", "a", "b", "c"])
    data["g"], data["t"] = np.repeat(range(n // 10), 10), np.tile(range(10), n // 10)
    data["kind"] = rng.choice(["u", "v", "w"], n)
    data["x"] += data["a"]
    data["y"] = data["x"] + data["b"] + rng.normal(size=n) + 3
    data["positive"] = np.exp(data["y"] / 5)
    data["w"] = rng.uniform(0.5, 2, n)
    data["times"] = rng.integers(1, 4, n)
    data["late"] = data["t"] > 4
    data.loc[rng.choice(n, 9, replace=False), "b"] = np.nan
    data.loc[rng.choice(n, 5, replace=False), "c"] = np.nan
    return data


def weighted(formula):
    return OLS(formula, weights="w")


def repeated(formula):
    return OLS(formula, weights=Frequency("times"))


COVARIANCES = [
    Classical(),
    White("HC0"),
    White("HC1"),
    Clustered("g"),
    Clustered("g", correction="CR0"),
    Clustered("g", "t"),
    Clustered("g", "t", semi_definite=False),
    Clustered("g", correction="CR2"),
    White("HC3"),
]


def refits(curve, data):
    """Each row of a curve against what the estimator itself says."""
    for place, (one, row) in enumerate(zip(curve.specifications, curve.table.to_dict("records"), strict=True)):
        sample = data if one.sample is None else data[data[one.sample]]
        try:
            estimates = one.spec.fit(sample).inference(curve.specifications.covariance)
        except EconError as error:
            assert curve.reasons[place] == str(error)
            continue
        expected = estimates.row(one.treatment)
        assert row["nobs"] == estimates.nobs
        names = ["estimate", "se", "df", "p_value", "low", "high", "statistic"]
        assert_allclose([row[name] for name in names], [expected[name] for name in names], rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("covariance", COVARIANCES, ids=repr)
def test_every_specification_is_the_estimator_s(covariance):
    data = table()
    grid = Specifications(
        ("y", "np.log(positive)"),
        ("x",),
        ("a", "b + c", "C(kind)", "a:b"),
        effects=(None, "g", "g + t"),
        samples=(None, "late"),
        covariance=covariance,
    )
    refits(specification_curve(grid, data), data)


@pytest.mark.parametrize("estimator", [weighted, repeated, PPML])
def test_weights_and_other_estimators(estimator):
    data = table()
    grid = Specifications(
        ("positive",),
        ("x",),
        ("a", "b", "C(kind)"),
        effects=(None, "g"),
        estimators=(estimator, OLS),
        covariance=Clustered("g"),
    )
    curve = specification_curve(grid, data)
    refits(curve, data)
    assert set(curve.table["estimator"]) == {estimator.__name__, "OLS"}


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    covariance=st.sampled_from(COVARIANCES[:7]),
    effects=st.sampled_from([None, "g", "t", "g + t", "g^late", "g[a]"]),
    scale=st.sampled_from([1e-8, 1.0, 1e6]),
    shift=st.sampled_from([0.0, 1e6]),
)
def test_any_panel(seed, covariance, effects, scale, shift):
    data = table(seed, n=60)
    data["x"], data["a"] = scale * data["x"] + shift * scale, data["a"] + shift
    refits(
        specification_curve(
            Specifications(("y",), ("x",), ("a", "b", "c"), effects=(effects,), covariance=covariance), data
        ),
        data,
    )


def test_what_cannot_be_estimated_has_its_reason_and_the_rest_is_there():
    data = table().assign(twin=lambda d: 2 * d["a"], flat=1.0)
    grid = Specifications(("y",), ("x",), ("a", "twin", "flat"), effects=(None, "g"), covariance=Clustered("g"))
    curve = specification_curve(grid, data)
    refits(curve, data)
    assert curve.summary["estimated"] == 6
    assert all("combination" in one or "does not vary" in one or "constant" in one for one in curve.reasons.values())
    refused = specification_curve(Specifications(("y",), ("flat",), effects=("g",), covariance=White()), data)
    assert refused.summary == {"specifications": 1.0, "estimated": 0.0}
    with pytest.raises(EconError, match="no specification"):
        joint_test(refused, Shuffle())


def test_a_table_is_not_changed_and_may_be_of_polars():
    import polars as pl

    data = table()
    before = data.copy()
    grid = Specifications(("y",), ("x",), ("a", "b"), effects=("g",), samples=(None, "late"), covariance=Clustered("g"))
    curve = specification_curve(grid, data)
    joint_test(curve, Shuffle(reps=5))
    pd.testing.assert_frame_equal(data, before)
    other = specification_curve(grid, pl.from_pandas(data))
    assert_allclose(other.numbers, curve.numbers, rtol=1e-12)
    labelled = specification_curve(grid, data.set_index(pd.Index(["same"] * len(data))))
    assert_allclose(labelled.numbers, curve.numbers, rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"outcomes": ()}, "outcomes"),
        ({"outcomes": "y"}, "outcomes"),
        ({"treatments": ("x", "x")}, "there twice"),
        ({"controls": ("a", "a + b")}, "a is named twice"),
        ({"controls": ("y",)}, "y is named twice"),
        ({"effects": (3,)}, "effects"),
        ({"least": 3}, "no set of 1 controls"),
        ({"least": -1}, "least"),
        ({"covariance": Clustered}, "no covariance"),
        ({"estimators": ("OLS",)}, "estimators"),
    ],
)
def test_a_grid_that_makes_no_sense(options, message):
    usual = {"outcomes": ("y",), "treatments": ("x",), "controls": ("a",), "covariance": Clustered("g")}
    with pytest.raises(OptionError, match=message):
        Specifications(**{**usual, **options})


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"controls": ("z",)}, DataError, "no column 'z'"),
        ({"effects": ("z",)}, DataError, "no column 'z'"),
        ({"samples": ("z",)}, DataError, "no column 'z'"),
        ({"samples": ("y",)}, DataError, "true or false"),
        ({"treatments": ("C(kind)",)}, OptionError, "has 2 columns"),
    ],
)
def test_columns_that_are_missing_or_wrong(options, error, message):
    usual = {"outcomes": ("y",), "treatments": ("x",), "controls": ("a",), "covariance": Clustered("g")}
    with pytest.raises(error, match=message):
        specification_curve(Specifications(**{**usual, **options}), table())


def explicit(curve, data, column, treatment):
    """Statistics of a curve with another treatment, by refits."""
    numbers = []
    for one in curve.specifications:
        sample = data.assign(**{column: treatment})
        sample = sample if one.sample is None else sample[sample[one.sample]]
        row = one.spec.fit(sample).inference(curve.specifications.covariance).row(one.treatment)
        numbers.append([row["estimate"], row["statistic"], row["df"]])
    return statistics_of(*np.array(numbers).T, 1 - curve.level)


@pytest.mark.parametrize("estimators", [(OLS,), (OLS, PPML)], ids=["algebra", "refits too"])
def test_an_enumeration_of_all_assignments_is_that_of_refits(estimators):
    data = table(n=60).assign(treated=lambda d: (d["g"] % 3 == 0).astype(float))
    grid = Specifications(
        ("positive",), ("treated",), ("a", "b"), effects=(None, "t"), estimators=estimators, covariance=Clustered("g")
    )
    curve = specification_curve(grid, data)
    found = joint_test(curve, Shuffle(by="g"))
    assert len(found.draws) == 15
    from itertools import combinations

    every = [
        explicit(curve, data, "treated", data["g"].isin(chosen).astype(float)) for chosen in combinations(range(6), 2)
    ]
    for name in found.draws:
        place = list(found.draws).index(name)
        assert_allclose(np.sort(found.draws[name]), np.sort([one[place] for one in every]), rtol=1e-6, atol=1e-9)
    assert found.median.p_value * 15 == np.sum(
        np.abs(found.draws["median"]) >= abs(found.observed["median"]) * (1 - 1e-9)
    )


def test_p_values_are_uniform_where_there_is_no_effect():
    p = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        data = pd.DataFrame(rng.normal(size=(60, 4)), columns=["x", "y", "a", "b"]).assign(g=np.repeat(range(12), 5))
        curve = specification_curve(
            Specifications(("y",), ("x",), ("a", "b"), effects=(None, "g"), covariance=Clustered("g")), data
        )
        found = [joint_test(curve, null) for null in (Shuffle(reps=39, seed=seed), Resample("g", reps=39, seed=seed))]
        p.append([one.median.p_value for one in found] + [one.stouffer.p_value for one in found])
    assert (np.abs(np.mean(p, axis=0) - 0.5) < 0.13).all()
    assert (np.mean(np.array(p) <= 0.1, axis=0) < 0.22).all()


def test_an_effect_is_found_by_both_nulls_and_draws_do_not_depend_on_threads():
    data = table()
    curve = specification_curve(
        Specifications(("y",), ("x",), ("a", "b"), effects=("g",), covariance=Clustered("g")), data
    )

    class Elsewhere:
        """Sends the work and its blocks through bytes, as a cluster does."""

        def map(self, work, blocks):
            again = cloudpickle.loads(cloudpickle.dumps(work))
            return [cloudpickle.loads(cloudpickle.dumps(again(block))) for block in blocks]

    for null in (Shuffle(reps=40, strata="g"), Resample("g", reps=40)):
        found = joint_test(curve, null)
        assert found.median.p_value == found.stouffer.p_value == 1 / 41
        with running_on(Elsewhere()):
            pd.testing.assert_frame_equal(joint_test(curve, null).draws, found.draws)
        assert "p = 0.02439" in repr(found)


@pytest.mark.parametrize(
    ("grid", "null", "error", "message"),
    [
        ({"treatments": ("x", "c")}, Shuffle(), OptionError, "one treatment"),
        ({}, Shuffle, OptionError, "is none of"),
        ({}, Resample("z"), OptionError, "'z' is no column"),
        ({"estimators": (PPML,), "outcomes": ("positive",)}, Resample("g"), NotDefinedError, "no least squares"),
        ({"covariance": Clustered("t")}, Resample("g"), NotDefinedError, "do not lie within g"),
        ({}, Shuffle(by="g"), DataError, "differs within the unit"),
        ({"treatments": ("scale(x)",)}, Shuffle(reps=5), OptionError, "depends on the rows used"),
    ],
)
def test_nulls_that_are_not_defined(grid, null, error, message):
    usual = {"outcomes": ("y",), "treatments": ("x",), "controls": ("a", "b"), "covariance": Clustered("g")}
    curve = specification_curve(Specifications(**{**usual, **grid}), table())
    with pytest.raises(error, match=message):
        joint_test(curve, null)


def test_the_bootstrap_is_that_of_explicit_resampling_with_effects_that_are_not_nested():
    data = table(n=80)
    curve = specification_curve(Specifications(("y",), ("x",), ("a",), effects=("t",), covariance=Clustered("g")), data)
    groups = np.random.default_rng(0).integers(0, 8, 8)
    copies = np.bincount(groups, minlength=8)
    from econ.groups import factorize
    from econ.stability.nulls.resample import drawn

    estimates, t, df = drawn(curve, factorize("g", data["g"]), copies)
    pieces = [data[data["g"] == g].assign(g=100 + place) for place, g in enumerate(groups)]
    for place, one in enumerate(curve.specifications):
        b = curve.numbers["estimate"][place]
        again = pd.concat(pieces, ignore_index=True)
        row = one.spec.fit(again.assign(y=again["y"] - b * again["x"])).inference(Clustered("g")).row("x")
        assert_allclose(
            [estimates[place], t[place], df[place]], [row["estimate"], row["statistic"], row["df"]], rtol=1e-8
        )


def test_the_figure_shows_every_choice_that_differs():
    grid = Specifications(
        ("y", "positive"),
        ("x",),
        ("a", "b + c"),
        effects=(None, "g"),
        samples=(None, "late"),
        covariance=Clustered("g"),
    )
    figure = specification_curve_figure(specification_curve(grid, table()), name="curve", title="T")
    assert "32 of 32 specifications" in figure.notes[0]
    assert figure.svg == specification_curve_figure(specification_curve(grid, table()), name="curve", title="T").svg
