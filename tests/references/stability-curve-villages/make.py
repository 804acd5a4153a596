"""A programme by village, in three waves of persons: treatments are constant within villages, controls have missing
values (distance that of two whole villages), and every specification uses its own complete rows."""

import sys

sys.path.insert(0, "../stability-curves-helpers")

import numpy as np
import pandas as pd
import slow

rng = np.random.default_rng(72)
G, persons, waves = 24, 6, 3
village = np.repeat(np.arange(G), persons * waves)
person = np.repeat(np.arange(G * persons), waves)
wave = np.tile(np.arange(1, waves + 1), G * persons)
n = len(village)
offered = rng.permutation(np.repeat([0, 1], G // 2))[village]
intensity = (rng.gamma(2, 1, G) * (0.3 + offered[:: persons * waves]))[village]
distance = rng.exponential(8, G)[village]
age = rng.integers(20, 60, G * persons)[person] + wave
schooling = rng.integers(0, 13, G * persons)[person].astype(float)
land = rng.gamma(1.5, 1, n)
log = (
    2
    + 0.25 * offered
    + 0.03 * schooling
    + 0.08 * land
    - 0.01 * distance
    + 0.1 * wave
    + rng.normal(0, 0.25, G)[village]
    + rng.normal(0, 0.3, G * persons)[person]
    + rng.standard_t(5, n) * 0.4
)
income = np.exp(log)
schooling[np.isin(person, rng.choice(G * persons, 12, replace=False))] = np.nan
land[rng.random(n) < 0.1] = np.nan
distance[np.isin(village, [5, 17])] = np.nan
income[rng.random(n) < 0.03] = np.nan
income = income.round(4)
slow.write_data(
    pd.DataFrame(
        {
            "village": village + 101,
            "region": village // 6,
            "person": person,
            "wave": wave,
            "income": income,
            "lincome": np.log(income).round(6),
            "offered": offered,
            "intensity": intensity.round(4),
            "age": age,
            "schooling": schooling,
            "land": land.round(4),
            "distance": distance.round(3),
            "farm": (rng.random(G * persons) < 0.6).astype(int)[person],
        }
    )
)
data = slow.read_data()

GRID = {
    "outcomes": ["income", "lincome"],
    "treatments": ["offered", "intensity"],
    "controls": ["age", "schooling", "land", "distance"],
    "effects": [[], ["region"], ["region", "wave"]],
    "samples": ["all", "farm"],
}
COVARIANCE = {"CR1": ["village"]}
specs = slow.grid(**GRID)
rows = slow.curve(data, specs, COVARIANCE)
assert len({r["nobs"] for r in rows}) > 10 and {r["CR1"]["df"] for r in rows} == {23, 21}

labels = pd.DataFrame({"village": np.unique(data["village"])})
slow.write_data(labels.join(slow.draw_permutations(rng, G, 30)), "permutations.csv")
slow.write_data(labels.join(slow.draw_multiplicities(rng, G, 25)), "multiplicities.csv")
orders, counts = (slow.read_data(f).drop(columns="village") for f in ("permutations.csv", "multiplicities.csv"))

blocks = {}
for treatment in GRID["treatments"]:
    actual = [r for r in rows if r["treatment"] == treatment]
    grid = [{k: r[k] for k in ("outcome", "treatment", "controls", "effects", "sample")} for r in actual]
    runs = slow.permutation(data, grid, COVARIANCE, orders, "village")
    blocks[f"permutation_{treatment}"] = slow.block(
        actual, runs, "CR1", treatment=treatment, permuted="village", effects=GRID["effects"]
    )
    # Without effects; and with regions, which copies of a village share.
    for name, kept in (("bootstrap", [[]]), ("bootstrap_regions", GRID["effects"])):
        chosen = [i for i, s in enumerate(grid) if s["effects"] in kept]
        sub, b = [grid[i] for i in chosen], [actual[i]["estimate"] for i in chosen]
        runs = slow.bootstrap(data, sub, b, COVARIANCE, "village", counts, [])
        blocks[f"{name}_{treatment}"] = slow.block(
            [actual[i] for i in chosen],
            runs,
            "CR1",
            treatment=treatment,
            resampled="village",
            effects=kept,
            relabelled=[],
        )

slow.write_json(
    "curve.json",
    {
        "source": slow.source(["pyfixest", "scipy", "numpy"]),
        "data_source": "simulated in make.py, seed 72",
        "grid": GRID,
        "covariances": COVARIANCE,
        "specifications": rows,
        "joint": blocks,
    },
)
