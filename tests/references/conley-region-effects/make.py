"""Points around the antimeridian and the pole, region effects, weighted: Conley by StatsPAI."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import statspai as sp

import helpers as h

rng = np.random.default_rng(33)
n = 240
lat = rng.uniform(55, 89.5, n).round(4)
lon = ((rng.uniform(140, 230, n) + 180) % 360 - 180).round(4)
lat[:3], lon[:3] = [-12.5, 0.0, 88.9], [179.99, -179.99, 0.0]  # two far from all others, one over the pole
region = rng.integers(0, 5, n)
field = np.sin(np.radians(4 * lon)) + np.cos(np.radians(9 * lat))
x1 = field + rng.normal(size=n)
x2 = rng.normal(size=n)
w = rng.uniform(0.5, 3, n)
y = 0.4 * x1 - 0.3 * x2 + 0.5 * region + field + rng.normal(size=n)
table = pd.DataFrame({"y": y, "x1": x1, "x2": x2, "w": w}).round(5)
h.write_data(table.assign(region=[f"r{r}" for r in region], lat=lat, lon=lon))
d = h.read_data()
assert (d["lon"] > 170).any() and (d["lon"] < -170).any()

FORMULA, SLOPES = "y ~ x1 + x2 | region", ["x1", "x2"]
D = pd.get_dummies(d["region"], dtype=float)
root = np.sqrt(d["w"].to_numpy())
X = np.column_stack([d[SLOPES], D]) * root[:, None]
u = d["y"].to_numpy() * root
bread = np.linalg.inv(X.T @ X)
b = bread @ (X.T @ u)
psi = (X * (u - X @ b)[:, None]) @ bread[:, :2]
estimate = dict(zip(SLOPES, b[:2]))


def km(p, q):
    """Great-circle distance by the haversine formula, radius 6371 km."""
    (lat1, lon1), (lat2, lon2) = np.radians(p), np.radians(q)
    a = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * np.arcsin(min(1.0, np.sqrt(a)))


points = d[["lat", "lon"]].to_numpy()
distance = np.array([[km(p, q) for q in points] for p in points])

# The second program: least squares on the scaled rows.
columns = {f"c{k}": X[:, k] for k in range(X.shape[1])}
scaled = pd.DataFrame({"u": u, **columns, "lat": d["lat"], "lon": d["lon"]})
least_squares = sp.regress("u ~ " + " + ".join(columns) + " - 1", data=scaled)


def entry(cutoff):
    assert np.min(np.abs(distance - cutoff)) > 1e-4  # rounding decides no pair
    total, falling = np.zeros((2, 2)), np.zeros((2, 2))
    for i in range(n):
        for j in range(n):
            if distance[i, j] < cutoff:
                total += np.outer(psi[i], psi[j])
                falling += (1 - distance[i, j] / cutoff) * np.outer(psi[i], psi[j])
    se, triangle = np.sqrt(np.diag(total)), np.sqrt(np.diag(falling))
    for kernel, ours in (("uniform", se), ("bartlett", triangle)):
        other = sp.conley(least_squares, scaled, "lat", "lon", dist_cutoff=cutoff, kernel=kernel)
        h.check_close(other.std_errors[["c0", "c1"]], ours)
    out = h.entry(
        "Conley",
        ["lat", "lon"],
        estimate,
        dict(zip(SLOPES, se)),
        note="loop over all pairs of rows, 1 if nearer than the cutoff (haversine, radius 6371 km), and StatsPAI "
        "conley(uniform); no factor; with weights 1 - d/cutoff the standard errors would be "
        + " ".join(f"{v:.10g}" for v in triangle),
    )
    out["covariance"]["kwargs"] = {"cutoff_km": cutoff, "correction": "CR0"}
    return out


h.write_values(
    ["StatsPAI", "numpy"],
    "simulated in make.py, seed 33",
    "OLS",
    FORMULA,
    n,
    [entry(cutoff) for cutoff in (150.0, 400.0, 1500.0)],
    weights="w",
)
