"""Minimum wages and teen employment (mpdta): Callaway and Sant'Anna's event study, three pre and four
post periods, without covariates, never-treated counties as controls, universal base period.

moderndid's conditional sets of relative magnitudes leave out the first pre-period difference (and are too short
where it is the largest, as here); StatsPAI has it.

Estimates and influence functions are written out here and checked with moderndid's att_gt and aggte."""

import sys

sys.path.insert(0, "../sensitivity-medicaid")

from importlib.resources import files

import moderndid
import numpy as np
import pandas as pd

import slow

raw = pd.read_pickle(files("moderndid") / "core" / "datasets" / "mpdta_long.pkl.gz")
data = raw.rename(columns={"countyreal": "county", "first.treat": "first"})[["county", "year", "lemp", "first"]]
data.to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")

wide = data.pivot(index="county", columns="year", values="lemp")
first = data.groupby("county")["first"].first().reindex(wide.index).to_numpy()
n, times = len(wide), [-4, -3, -2, 0, 1, 2, 3]


def att(g, t):
    change = (wide[t] - wide[g - 1]).to_numpy()
    treated, never = first == g, first == 0
    a, b = change[treated].mean(), change[never].mean()
    return a - b, treated / treated.mean() * (change - a) - never / never.mean() * (change - b)


beta, influence = [], []
for e in times:
    cohorts = [g for g in (2004, 2006, 2007) if 2003 <= g + e <= 2007]
    share = np.array([(first == g).mean() for g in cohorts])
    parts = [att(g, g + e) for g in cohorts]
    values = np.array([p[0] for p in parts])
    estimate = share @ values / share.sum()
    of_effects = sum(s * p[1] for s, p in zip(share, parts))
    of_shares = sum((v - estimate) * ((first == g) - s) for v, g, s in zip(values, cohorts, share))
    beta.append(estimate)
    influence.append((of_effects + of_shares) / share.sum())
beta, influence = np.array(beta), np.array(influence)
sigma, P, Q = influence @ influence.T / n**2, 3, 4

groups = moderndid.att_gt(data, "lemp", "year", "county", "first", base_period="universal", est_method="reg")
event = moderndid.aggte(groups, type="dynamic")
theirs = {int(e): (a, s) for e, a, s in zip(event.event_times, event.att_by_event, event.se_by_event)}
for k, e in enumerate(times):
    assert abs(theirs[e][0] - beta[k]) < 1e-9 and abs(theirs[e][1] - sigma[k, k] ** 0.5) < 1e-9, (e, theirs[e])
print(np.round(beta, 4))
assert np.allclose(beta[3:], [-0.0199, -0.0510, -0.1373, -0.1008], atol=6e-5)  # printed by R's did

cases = []
for weights in ([1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]):
    for bound in (0, 0.5, 1, 1.5, 2):
        cases += [("relative_magnitudes", bound, weights, m, "post") for m in ("C-LF", "Conditional")]
        cases += [("relative_magnitudes", bound, weights, "identified set", None)]
    for bound in (0, 0.01, 0.02, 0.05):
        cases += [("smoothness", bound, weights, m, None) for m in ("FLCI", "identified set")]
        cases += [("smoothness", bound, weights, m, "post") for m in ("C-LF", "Conditional")]
cases += [
    (r, b, [1, 0, 0, 0], m, "all")
    for r, b in (("relative_magnitudes", 1), ("smoothness", 0.02))
    for m in ("C-LF", "Conditional")
]

chosen = [("smoothness", 0.02, [1, 0, 0, 0], "Conditional"), ("relative_magnitudes", 1, [1, 0, 0, 0], "Conditional")]
entries = slow.build(cases, beta, sigma, P, slow_programs=lambda case: case[:4] in chosen)
slow.write(
    "../sensitivity-medicaid/slow.py; " + slow.SOURCE,
    "mpdta of R's did, as in moderndid; Callaway and Sant'Anna's event study from its formulas (and moderndid)",
    beta,
    sigma,
    P,
    Q,
    entries,
    times=times,
    reference=-1,
)
