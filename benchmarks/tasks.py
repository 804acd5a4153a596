"""What is measured, with the peers beside it and the ratio that ours has to reach."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
from convergence import convergence
from events import event_studies
from stability import stability
from task import Task

from data import clusters, panel
from econ import OLS, PPML, Clustered, randomization_test, wild_bootstrap


def tasks() -> Iterator[Task]:
    """All tasks, each with its data made when its turn comes."""
    warnings.simplefilter("ignore")
    yield from least_squares()
    yield from likelihood()
    yield from wild()
    yield from permutations()
    yield from cluster_corrections()
    yield from event_studies()
    yield from convergence()
    yield from stability()


def least_squares() -> Iterator[Task]:
    """Two effects, clustered, from a DataFrame to the printed table."""
    import fereg
    import pyfixest

    formula = "y ~ x1 + x2 | unit + year"
    for n, targets in ((100_000, {"fereg": 1.0}), (2_000_000, {"fereg": 1.0, "pyfixest": 0.15})):
        data = panel(n)
        yield Task(
            f"OLS, two effects, clustered, {n:,} rows",
            lambda data=data: repr(OLS(formula).fit(data).inference(Clustered("unit"))),
            {
                "fereg": lambda data=data: repr(fereg.feols(formula, data, vcov={"CRV1": "unit"}).tidy()),
                "pyfixest": lambda data=data: repr(pyfixest.feols(formula, data, vcov={"CRV1": "unit"}).tidy()),
            },
            targets,
        )


def likelihood() -> Iterator[Task]:
    """Poisson pseudo-maximum likelihood with two effects."""
    import fereg
    import pyfixest

    data, formula = panel(200_000), "c ~ x1 + x2 | unit + year"
    yield Task(
        "PPML, two effects, clustered, 200,000 rows",
        lambda: repr(PPML(formula).fit(data).inference(Clustered("unit"))),
        {
            "fereg": lambda: repr(fereg.fepois(formula, data, vcov={"CRV1": "unit"}).tidy()),
            "pyfixest": lambda: repr(pyfixest.fepois(formula, data, vcov={"CRV1": "unit"}).tidy()),
        },
        {"fereg": 0.7},
    )


def wild() -> Iterator[Task]:
    """Restricted wild cluster bootstrap of one coefficient."""
    import pyfixest
    import statspai

    reps = 99_999
    for count, targets in ((12, {"StatsPAI": 1.0}), (50, {"StatsPAI": 1.0, "pyfixest": 0.1})):
        data = clusters(count)
        fit, peer = OLS("y ~ x + z1").fit(data), pyfixest.feols("y ~ x + z1", data, vcov={"CRV1": "g"})
        yield Task(
            f"wild cluster bootstrap, {reps:,} draws, 5,000 rows, {count} clusters",
            lambda fit=fit: wild_bootstrap(fit, "x", Clustered("g"), reps=reps, level=None),
            {
                "StatsPAI": lambda data=data: statspai.wild_cluster_bootstrap(
                    data, y="y", x=["x", "z1"], cluster="g", test_var="x", n_boot=reps, seed=1
                ),
                "pyfixest": lambda peer=peer: peer.wildboottest(param="x", cluster="g", reps=reps, seed=1),
            },
            targets,
        )
        yield Task(
            f"the same with a confidence set, {count} clusters",
            lambda fit=fit: wild_bootstrap(fit, "x", Clustered("g"), reps=reps),
            {},
        )


def permutations() -> Iterator[Task]:
    """Randomization test of a coefficient in a regression with two effects."""
    import ritest

    data = clusters(50)
    fit = OLS("y ~ d + x | a + b").fit(data)
    yield Task(
        "randomization test, 10,000 permutations, 5,000 rows, two effects",
        lambda: randomization_test(fit, "d", reps=10_000),
        {
            "ritest": lambda: ritest.ritest(
                df=data, permute_var="d", formula="y ~ d + x + C(a) + C(b)", stat="d", reps=10_000, seed=1
            )
        },
        {"ritest": 0.05},
        (5, 0),
    )


def cluster_corrections() -> Iterator[Task]:
    """CR2 with its degrees of freedom, and CR3."""
    import diff_diff
    import pyfixest

    data = clusters(50)
    X, y, g = data[["x", "z1", "z2"]].to_numpy(), data["y"].to_numpy(), data["g"].to_numpy()

    def theirs() -> object:
        model = diff_diff.LinearRegression(vcov_type="hc2_bm", cluster_ids=g).fit(X, y)
        return [model.get_inference(place) for place in range(4)]

    yield Task(
        "CR2 with Satterthwaite degrees of freedom, 5,000 rows, 50 clusters, 4 terms",
        lambda: OLS("y ~ x + z1 + z2").fit(data).inference(Clustered("g", correction="CR2")).table,
        {"diff-diff": theirs},
        {"diff-diff": 1.0},
    )
    wide, formula = panel(100_000), "y ~ x1 + x2 | unit + year"
    yield Task(
        "CR3, two effects, 100,000 rows, 20 clusters",
        lambda: OLS(formula).fit(wide).inference(Clustered("region", correction="CR3")).table,
        {"pyfixest": lambda: pyfixest.feols(formula, wide, vcov={"CRV3": "region"}).tidy()},
        {"pyfixest": 0.1},
    )
    crossing = wide.assign(region=np.random.default_rng(5).integers(0, 20, len(wide)))
    yield Task(
        "the same, clusters that nest no effect",
        lambda: OLS(formula).fit(crossing).inference(Clustered("region", correction="CR3")).table,
        {"pyfixest": lambda: pyfixest.feols(formula, crossing, vcov={"CRV3": "region"}).tidy()},
        {"pyfixest": 0.1},
        (3, 1),
    )
