"""Heckman's selection model by maximum likelihood on a simulated panel with strong
selection; clusters by firm, by year and by both."""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd

import helpers as h
import helpers_likelihoods as hl

rng = np.random.default_rng(53)
firms, years = 80, 8
firm, year = np.repeat(np.arange(firms), years), np.tile(np.arange(2001, 2001 + years), firms)
size = np.exp(rng.normal(size=firms))[firm].round(4)
x = (rng.normal(size=firm.size) + 0.3 * rng.normal(size=firms)[firm]).round(4)
z = rng.normal(size=firm.size).round(4)
region = np.array(["east", "north", "south"])[rng.integers(0, 3, firms)][firm]
u = 0.4 * rng.normal(size=firms)[firm] + 0.3 * rng.normal(size=years)[year - 2001] + rng.normal(size=firm.size)
e = 0.7 * u + 0.5 * rng.normal(size=years)[year - 2001] + 0.6 * rng.normal(size=firm.size)
reported = (0.2 + 0.5 * x + 0.9 * z - 0.4 * np.log(size) + 0.3 * (region == "south") + u > 0).astype(int)
y = (1.0 + 0.6 * x + 0.3 * np.log(size) + e).round(6)
table = {"y": np.where(reported == 1, y, np.nan), "reported": reported, "x": x, "z": z, "size": size}
h.write_data(pd.DataFrame({**table, "region": region, "firm": firm, "year": year}))
d = h.read_data()

y, chosen, one, log_size = d["y"].to_numpy(), d["reported"].to_numpy() == 1, np.ones(len(d)), np.log(d["size"])
X = np.column_stack([one, d["x"], log_size])
Z = np.column_stack([one, d["x"], d["z"], log_size, d["region"] == "north", d["region"] == "south"])
theta, scores, information = hl.heckman(y, chosen, X, Z)
hl.check_heckman(theta, information, y, chosen, X, Z)
bread = np.linalg.inv(information)
selection = ["Intercept", "x", "z", "np.log(size)", "C(region)[T.north]", "C(region)[T.south]"]
terms = ["Intercept", "x", "np.log(size)", *(f"selection: {s}" for s in selection), "log(sigma)", "atanh(rho)"]
est, se = dict(zip(terms, theta)), dict(zip(terms, np.sqrt(np.diag(bread))))
n, K = len(d), len(terms)

PROGRAM = "Newton's method on the log-likelihood, exact derivatives"
covs = [h.entry("Classical", [], est, se, note=f"{PROGRAM}: inverse observed information")]
covs += hl.robust_entries(est, scores @ bread, d, [["firm"], ["year"], ["firm", "year"]], K, PROGRAM)

h.write_values(
    ["scipy", "statsmodels", "numpy"],
    "simulated in make.py, seed 53",
    "Heckman",
    "y ~ x + np.log(size)",
    n,
    covs,
    options={"selection": "reported ~ x + z + np.log(size) + C(region)"},
)
