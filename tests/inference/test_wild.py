"""Wild bootstraps against brute force, and their options."""

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import IV, OLS, PPML, Between, Clustered, Mammen, MeanGroup, Rademacher, Webb, White, wild_bootstrap
from econ.errors import EconError, IdentificationError, NotDefinedError, OptionError
from econ.inference.clustered import signed_combinations
from econ.inference.multipliers import Draws, signs
from econ.inference.wild_linear import LinearBootstrap


def linear(fit, term="x1", by="g", ways=("g",), reps=10_000):
    groups = fit.sample.groups(by)
    signed = signed_combinations(tuple(fit.sample.groups(way) for way in ways))
    draws = Draws(groups.count, Rademacher(), reps, 0)
    return LinearBootstrap(fit, fit.hat, fit.position(term), signed, groups, draws, impose_null=True)


@pytest.mark.parametrize("formula", ["y ~ x1 + x2", "y ~ x1 + x2 | f", "y ~ x1 + x2 | f + t", "y ~ x1 | t[x3]"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_a_draw_is_what_estimating_again_gives(formula, weights):
    data = panel()
    spec = OLS(formula, weights=weights)
    fit = spec.fit(data)
    bootstrap = linear(fit)
    u = fit.hat.errors + fit.params[fit.position("x1")] * bootstrap.regressor  # restricted to zero
    C = bootstrap._crossed(fit.sample.groups("g"), u)
    rng = np.random.default_rng(0)
    for v in rng.choice([-1.0, 1.0], (4, 5)):
        again = spec.fit(data.assign(y=v[data["g"]] * u))
        assert_allclose(
            again.params[again.position("x1")], np.bincount(data["g"], bootstrap.influence * u) @ v, rtol=1e-8
        )
        sums = again.sums(again.sample.groups("g"))[:, again.position("x1")]
        assert_allclose(C @ v, sums, atol=1e-10 * np.abs(sums).max())


def test_polynomials_and_single_values_agree():
    fit = OLS("y ~ x1 + x2 | f + t").fit(panel())
    many = wild_bootstrap(fit, "x1", Clustered("g", "t"), null=0.3, by="t", reps=199)
    one = wild_bootstrap(fit, "x1", Clustered("g", "t"), null=0.3, by="t", reps=199, level=None)
    assert many.p_value == one.p_value


def test_the_ends_of_a_confidence_set_are_where_the_p_value_crosses():
    fit = OLS("y ~ x1 + x2").fit(panel())
    ((low, high),) = wild_bootstrap(fit, "x1", Clustered("f"), reps=999, level=0.9).confidence_set
    for end, inside in ((low, 1), (high, -1)):
        p = [
            wild_bootstrap(fit, "x1", Clustered("f"), null=end + step * inside, reps=999, level=None).p_value
            for step in (-1e-5, 1e-5)
        ]
        assert p[0] < 0.1 <= p[1]


@pytest.mark.parametrize("multiplier", [Rademacher(), Webb(), Mammen()], ids=repr)
def test_multipliers_have_mean_zero_and_variance_one(multiplier):
    drawn = multiplier.draw(np.random.default_rng(1), 50, 20_000)
    assert_allclose([drawn.mean(), drawn.var()], [0, 1], atol=0.01)


def test_all_signs_are_different_and_begin_with_the_data():
    every = signs(np.arange(2**5), 5)
    assert (every[:, 0] == 1).all()
    assert len({tuple(column) for column in every.T}) == 2**5


@pytest.mark.parametrize("spec", [OLS("y ~ x1 | f"), PPML("y ~ x1 | f"), IV("y ~ 1 | x1 ~ z")], ids=repr)
def test_a_seed_gives_the_same_draws(spec):
    fit = spec.fit(panel())
    one, same, *others = (
        wild_bootstrap(fit, "x1", Clustered("f"), null=0.3, reps=199, seed=seed, level=None).p_value
        for seed in (1, 1, 2, 3, 4, 5)
    )
    assert one == same
    assert set(others) != {one}


@pytest.mark.parametrize(
    ("arguments", "error", "named"),
    [
        ({"term": "nope"}, NotDefinedError, "nope"),
        ({"covariance": White()}, OptionError, "clusters"),
        ({"covariance": Clustered("g", correction="CR2")}, OptionError, "CR1"),
        ({"covariance": Clustered("one")}, IdentificationError, "two clusters"),
        ({"null": float("nan")}, OptionError, "finite"),
        ({"level": 1.5}, OptionError, "level"),
        ({"reps": 0}, OptionError, "reps"),
        ({"seed": -1}, OptionError, "seed"),
        ({"multiplier": Webb}, OptionError, "multiplier"),
        ({"by": "nowhere"}, EconError, "nowhere"),
    ],
)
def test_options_that_make_no_sense_are_named(arguments, error, named):
    fit = OLS("y ~ x1").fit(panel().assign(one=1))
    chosen = {"term": "x1", "covariance": Clustered("g")} | arguments
    with pytest.raises(error, match=named):
        wild_bootstrap(fit, chosen.pop("term"), chosen.pop("covariance"), **chosen)


def test_estimators_without_a_bootstrap_say_so():
    fit = MeanGroup("y ~ x1", unit="f").fit(panel())
    with pytest.raises(NotDefinedError, match="MeanGroup"):
        wild_bootstrap(fit, "x1", Clustered("g"))
    with pytest.raises(NotDefinedError, match="restricted"):
        wild_bootstrap(IV("y ~ 1 | x1 ~ z").fit(panel()), "x1", Clustered("g"), impose_null=False)
    between = Between("y ~ x1", unit="f").fit(panel())
    assert wild_bootstrap(between, "x1", Clustered("g"), level=None).p_value > 0


def test_a_missing_cluster_is_named():
    data = panel().assign(g=lambda frame: frame["g"].astype(float).mask(frame["row"] == 7))
    with pytest.raises(EconError, match="row 7"):
        wild_bootstrap(OLS("y ~ x1").fit(data), "x1", Clustered("g"))


def test_the_exogenous_term_of_an_instrumented_model():
    rng = np.random.default_rng(2)
    data = panel().assign(y=lambda frame: frame["y"] + 3 * frame["x2"] + rng.normal(size=180))
    assert wild_bootstrap(IV("y ~ x2 | x1 ~ z").fit(data), "x2", Clustered("f"), reps=199, level=None).p_value < 0.05


def test_weights_of_frequencies_are_repeated_rows():
    from econ import Frequency

    data = panel()
    repeated = data.loc[data.index.repeat(data["count"])].reset_index(drop=True)
    one = wild_bootstrap(OLS("y ~ x1", weights=Frequency("count")).fit(data), "x1", Clustered("g"))
    other = wild_bootstrap(OLS("y ~ x1").fit(pd.DataFrame(repeated)), "x1", Clustered("g"))
    assert_allclose(one.confidence_set, other.confidence_set, rtol=1e-8)
    assert one.p_value == other.p_value
