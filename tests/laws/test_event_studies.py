"""Properties that every estimator of dynamic effects has."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from laws.claims import counts_missing, leaves_the_table_alone, survives_pickling
from laws.event_studies import COLUMNS, EVENT_SPECS, EVENT_STUDIES, effects, staggered
from laws.members import COVARIANCES, EXAMPLES, is_frozen
from numpy.testing import assert_allclose, assert_array_equal

from econ import Clustered, wald_test
from econ.errors import DataError, EconError, IdentificationError, NotDefinedError, OptionError
from econ.event_study import TWFE, CallawaySantAnna, Imputation, LocalProjection

EVERY = [spec for cls in EVENT_STUDIES for spec in EVENT_SPECS.get(cls, [])]
PLAIN = [EVENT_SPECS[cls][0] for cls in EVENT_STUDIES if cls in EVENT_SPECS]
every = pytest.mark.parametrize("spec", EVERY, ids=repr)
plain = pytest.mark.parametrize("spec", PLAIN, ids=lambda spec: type(spec).__name__)
KINDS = ["event_time", "cohort", "calendar", "cohort_time", "overall"]
ROBUST = Clustered("f", correction="CR0")


def test_every_member_has_an_example():
    assert not set(EVENT_STUDIES) - set(EVENT_SPECS), "add a spec to tests/laws/event_studies.py"
    assert len(EVENT_STUDIES) >= 6


@every
def test_a_spec_is_frozen_and_varies_by_copy(spec):
    assert is_frozen(type(spec))
    with pytest.raises(FrozenInstanceError):
        spec.outcome = "x"
    assert replace(spec, outcome="x").outcome == "x"
    assert replace(spec) == spec
    assert hash(replace(spec)) == hash(spec)
    assert spec.outcome in spec.formula


@every
def test_terms_are_event_times_of_the_window_without_the_base(spec):
    fit = spec.fit(staggered())
    times = [int(name) for name in fit.names]
    assert times == sorted(set(times))
    assert all(spec.inside(time) for time in times)
    assert any(time >= 0 for time in times)
    assert (-1 - spec.anticipation in times) == (spec.base == "varying")


@every
def test_a_refit_is_bit_equal(spec):
    one, other = (spec.fit(staggered()) for _ in range(2))
    assert_array_equal(one.params, other.params)
    assert_array_equal(one.influence, other.influence)


@every
def test_row_order_is_irrelevant(spec):
    data = staggered()
    one, other = (spec.fit(frame) for frame in (data, data.sample(frac=1, random_state=1)))
    assert one.names == other.names
    assert_allclose(one.params, other.params, rtol=1e-9, atol=1e-12)
    assert_allclose(one.inference(ROBUST).se, other.inference(ROBUST).se, rtol=1e-8)


@every
def test_the_outcome_may_be_rescaled_and_shifted_by_unit_and_period(spec):
    if spec.unit is None:
        pytest.skip("rows of repeated cross-sections have no unit")
    data = staggered()
    shift = data["f"] % 5 + np.sin(data["t"])
    one, other = spec.fit(data), spec.fit(data.assign(y=3 * data["y"] + shift))
    assert_allclose(3 * one.params, other.params, rtol=1e-8, atol=1e-9)
    assert_allclose(3 * one.inference(ROBUST).se, other.inference(ROBUST).se, rtol=1e-7)


@every
def test_time_may_be_shifted(spec):
    data = staggered()
    one, other = spec.fit(data), spec.fit(data.assign(t=data["t"] - 7, first=data["first"] - 7))
    assert one.names == other.names
    assert_allclose(one.params, other.params, rtol=1e-12)


@every
def test_the_influence_sums_to_zero_and_predicts_leaving_a_unit_out(spec):
    """On effects of cohorts in periods: most averages take the sizes of cohorts as given."""
    data = staggered(units=160)
    whole = spec.fit(data)
    assert whole.influence.shape == (whole.nobs, len(whole.names))
    fit = whole.aggregate("cohort_time")
    if not (isinstance(spec, Imputation) and spec.weights):  # there treated rows are centred by squared weights
        assert_allclose(fit.influence.sum(axis=0), 0, atol=1e-8)
    units = fit.sample.data["f"].iloc[fit.sample.rows].to_numpy()
    scale = fit.inference(ROBUST).se
    for unit in (4, 9, 31):
        moved = fit.params - spec.fit(data[data["f"] != unit]).aggregate("cohort_time").params
        predicted = fit.influence[units == unit].sum(axis=0)
        assert_allclose(moved / scale, predicted / scale, rtol=0.15, atol=0.04)


@every
@pytest.mark.parametrize("covariance", [one for cls in COVARIANCES for one in EXAMPLES.get(cls, [])], ids=repr)
def test_every_covariance_is_semi_definite_or_says_what_is_missing(spec, covariance):
    fit = spec.fit(staggered().assign(f=lambda d: d["f"], t=lambda d: d["t"]))
    try:
        matrix = fit.inference(covariance).covariance
    except (NotDefinedError, DataError) as error:
        reasons = (type(spec).__name__, "more than once", "leverage", "CR3 is not defined: without the group")
        assert any(reason in str(error) for reason in reasons)
        return
    assert_allclose(matrix, matrix.T, rtol=1e-9, atol=1e-14 * np.abs(matrix).max())
    assert np.linalg.eigvalsh(matrix)[0] >= -1e-9 * np.abs(matrix).max()


@every
def test_sums_by_cluster_are_sums_of_the_influence(spec):
    fit = spec.fit(staggered())
    groups = fit.groups("g")
    assert_allclose(fit.sums(groups), groups.sums(fit.influence), atol=1e-12)


@every
def test_a_fit_survives_pickling(spec):
    fit = spec.fit(staggered())
    again = survives_pickling(fit)
    assert_array_equal(again.aggregate("overall").params, fit.aggregate("overall").params)


@every
def test_rows_with_missing_values_are_counted_and_change_nothing(spec):
    counts_missing(spec, staggered(), "y")


@plain
def test_the_callers_table_is_neither_changed_nor_watched(spec):
    leaves_the_table_alone(spec, staggered())


@plain
def test_tables_of_polars_and_missing_cohorts_of_every_kind(spec):
    data = staggered()
    expected = spec.fit(data).params
    assert_allclose(spec.fit(pl.from_pandas(data)).params, expected, rtol=1e-12)
    for never in (0, np.inf):
        assert_allclose(spec.fit(data.fillna({"first": never})).params, expected, rtol=1e-12)
    dates = data.assign(
        t=pd.to_datetime(data["t"].astype(str) + "-06-01"),
        first=pd.to_datetime(data["first"].map(lambda year: f"{year:.0f}-06-01", na_action="ignore")),
    )
    assert_allclose(spec.fit(dates).params, expected, rtol=1e-12)


@every
@pytest.mark.parametrize("kind", KINDS)
def test_averages_are_averages_of_the_effects(spec, kind):
    fit = spec.fit(staggered())
    average, effect = fit.aggregate(kind), fit.aggregate("cohort_time")
    post = [int(name.split(":")[1]) >= int(name.split(":")[0]) for name in effect.names]
    low, high = effect.params[post].min(), effect.params[post].max()
    if kind in ("cohort", "calendar", "overall"):
        assert ((average.params >= low - 1e-9) & (average.params <= high + 1e-9)).all()
    assert np.isfinite(average.inference(ROBUST).se).all()
    assert not average.cells or kind == "event_time"
    if kind == "event_time":
        assert average.names == fit.names
        assert_allclose(average.params, fit.params)
        assert_allclose(average.inference(ROBUST).se, fit.inference(ROBUST).se)


@plain
@pytest.mark.parametrize("across", ["cells", "cohort", "event_time", "calendar"])
def test_overall_averages_what_it_says(spec, across):
    fit = spec.fit(staggered())
    overall = fit.aggregate("overall", across=across).params.item()
    if across in ("event_time", "calendar"):
        each = fit.aggregate(across)
        chosen = [int(name) >= 0 for name in each.names]
        assert_allclose(overall, each.params[chosen].mean())
    if across == "cohort":
        sizes = {"2004": 1, "2006": 1, "2007": 1}
        each = fit.aggregate("cohort")
        assert_allclose(overall, np.average(each.params, weights=[sizes[name] for name in each.names]))


@plain
def test_an_average_that_does_not_exist_is_refused(spec):
    fit = spec.fit(staggered())
    with pytest.raises(OptionError, match="no kind 'group'"):
        fit.aggregate("group")
    with pytest.raises(OptionError, match="no across 'mean'"):
        fit.aggregate("overall", across="mean")
    with pytest.raises(NotDefinedError, match="has no effects by cohort and period"):
        fit.combine(np.ones((1, len(fit.names))), ["sum"]).aggregate("overall")


@plain
def test_known_effects_are_found_by_all_but_two_way_fixed_effects(spec):
    """Effects differ by cohort and grow: the coefficients of TWFE mix them, those of the others do not."""
    data = staggered(units=400, noise=0.3, seed=3)
    fit = spec.fit(data)
    cells = fit.aggregate("cohort_time")
    first, period = (np.array([float(name.split(":")[place]) for name in cells.names]) for place in (0, 1))
    post = period >= first
    truth = effects(first[post], (period - first)[post])
    errors = (cells.params[post] - truth) / cells.inference(ROBUST).se[post]
    if isinstance(spec, TWFE):
        assert np.abs(errors).max() > 10
        assert np.abs(fit.params[[int(name) <= -3 for name in fit.names]]).max() > 0.3
    else:
        assert np.abs(errors).max() < 4.5
        before = [int(name) < 0 for name in fit.names]
        names = [name for name, early in zip(fit.names, before, strict=True) if early]
        assert wald_test(fit, Clustered("f"), terms=names).p_value > 0.001


@plain
def test_units_that_all_become_treated_serve_each_other(spec):
    data = staggered(units=400, noise=0.3, seed=4)
    data = data[data["first"].notna()]
    with pytest.raises(IdentificationError, match="use comparison='notyet'"):
        replace(spec, comparison="never").fit(data)
    fit = replace(spec, comparison="notyet").fit(data)
    if not isinstance(spec, TWFE):
        cells = fit.aggregate("cohort_time")
        first, period = (np.array([float(name.split(":")[place]) for name in cells.names]) for place in (0, 1))
        post = period >= first
        errors = cells.params[post] - effects(first[post], (period - first)[post])
        assert np.abs(errors / cells.inference(ROBUST).se[post]).max() < 4.5


@plain
def test_one_cohort_alone_needs_a_comparison(spec):
    data = staggered()
    alone = data[data["first"] == 2004]
    with pytest.raises(IdentificationError, match="neither a never-treated unit nor a later cohort"):
        replace(spec, comparison="notyet").fit(alone)


@plain
def test_an_unbalanced_panel_gives_effects_and_their_errors(spec):
    data = staggered(units=200).sample(frac=0.85, random_state=0)
    fit = spec.fit(data)
    whole = spec.fit(staggered(units=200))
    common = [name for name in fit.names if name in whole.names]
    gap = [fit.params[fit.position(name)] - whole.params[whole.position(name)] for name in common]
    se = [fit.inference(ROBUST).se[fit.position(name)] for name in common]
    assert np.abs(np.array(gap) / se).max() < 4


@plain
def test_a_treatment_that_ends_leaves_its_later_rows_out(spec):
    data = staggered().assign(over=lambda d: d["first"] + 2)
    fit = replace(spec, ends="over").fit(data)
    expected = spec.fit(data[~(data["t"] >= data["over"])])
    assert fit.sample.dropped["after the treatment ended"] == int((data["t"] >= data["over"]).sum())
    assert_allclose(fit.params, expected.params)
    assert max(int(name) for name in fit.names) == 1


@plain
@pytest.mark.parametrize(
    ("change", "error", "named"),
    [
        (lambda d: d.drop(columns="first"), EconError, "no column 'first'"),
        (lambda d: d.assign(first=np.nan), IdentificationError, "no unit is treated"),
        (lambda d: d.assign(first=d["first"] + 4), DataError, r"treated after the last period 2008"),
        (
            lambda d: d.assign(first=d["first"] - 3),
            DataError,
            r"cohort 2001 .* treated in the first period 2001 or before",
        ),
        (lambda d: pd.concat([d, d.head(1)]), DataError, "f 0 has t 2001 more than once"),
        (lambda d: d[d["t"] != 2005], DataError, "no row has the period after '2004' of 't'"),
        (lambda d: d.assign(first=d["first"] + 0.5), DataError, "cohort 2004.5 in column 'first' is no period"),
        (
            lambda d: d.assign(first=d["first"].where(d["row"] > 0, 2005)),
            DataError,
            "f 0 has more than one value in column",
        ),
        (lambda d: d.assign(t=d["t"].astype(str)), DataError, "'t', row .*: '2001' is not a number"),
        (lambda d: d.assign(first=pd.to_datetime("2004-01-01")), EconError, "'first'"),
    ],
)
def test_bad_input_is_named(spec, change, error, named):
    with pytest.raises(error, match=named):
        spec.fit(change(staggered()))


@pytest.mark.parametrize(
    "options",
    [
        {"comparison": "all"},
        {"base": "first"},
        {"anticipation": -1},
        {"anticipation": True},
        {"window": (1, 4)},
        {"window": [-2, 2]},
        {"controls": ["x"]},
        {"outcome": ""},
        {"time": None},
    ],
    ids=repr,
)
@pytest.mark.parametrize("cls", EVENT_STUDIES, ids=lambda one: one.__name__)
def test_options_without_meaning_are_refused(cls, options):
    with pytest.raises(OptionError, match=next(iter(options))):
        cls(**{**COLUMNS, **options})


def test_options_of_single_estimators_are_checked():
    for cls, options, named in (
        (TWFE, {"endpoints": "open"}, "no endpoints"),
        (TWFE, {"endpoints": "binned"}, "needs a window"),
        (CallawaySantAnna, {"adjustment": "matching"}, "no adjustment"),
        (LocalProjection, {"weighting": "none"}, "no weighting"),
    ):
        with pytest.raises(OptionError, match=named):
            cls(**COLUMNS, **options)
    with pytest.raises(OptionError, match="follows units"):
        LocalProjection(**{**COLUMNS, "unit": None}).fit(staggered())
