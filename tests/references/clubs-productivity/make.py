"""Labour productivity, capital-output ratio, human capital, total factor productivity and GDP per person of 108 countries, 1990-2014 (Penn
World Table 9.0, Mendez 2020): clubs of the HP trends (smoothing 400) of the logarithms, by R's and Stata's rules."""

import sys
from importlib.metadata import version

import convergence_clubs as cc
import numpy as np
import pandas as pd

sys.path.insert(0, "../clubs-gdp-152")
import slow

names = ["lp", "ky", "h", "tfp", "gdppc"]
info = cc.productivity_info()
frames = [cc.load_productivity(n).stack().rename(n) for n in names]
data = pd.concat(frames, axis=1).rename_axis(["country", "year"]).reset_index()
data.insert(1, "high_income", data["country"].map(info["high_income_1990"]).astype(int))
data.to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")
few = {
    "lp": (
        "defaults",
        "aqsb",
        "incremental",
        "trim 0.25",
        "PS",
        "vLT",
        "vLT aqsb with divergent",
        "PS with divergent",
        "sorted by the last quarter",
        "stata",
        "stata merged imore",
        "stata merged mdiv",
    ),
    "tfp": (
        "defaults",
        "incremental",
        "largest t core",
        "PS with divergent",
        "vLT",
        "stata",
        "stata merged",
        "stata adjust as described",
    ),
    "h": ("defaults", "largest t core", "stata", "PS"),
    "ky": ("defaults", "stata", "PS with divergent"),
    "gdppc": ("defaults", "aqsb", "stata", "vLT"),
}
cases = []
for name in names:
    rows = {u: list(slow.hp(np.log(g[name].to_numpy()), 400.0)) for u, g in data.groupby("country", sort=False)}
    new = slow.run(rows, name, few[name], short=True)
    for c in new:
        c["outcome"] = name
    cases += new
slow.write(
    cases,
    "slow.py; convergence-clubs %s" % version("convergence-clubs"),
    "Mendez (2020), Convergence Clubs in Labor Productivity and its Proximate Sources (MIT licence; Penn World Table 9.0)",
    filter="HP, smoothing 400, of the logarithm",
)
