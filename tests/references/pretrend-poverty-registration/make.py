"""He and Wang (2017), the example of R's pretrends: poor households registered, years around the arrival of a
college graduate in the village. Estimates and covariance as printed in Stata's pretrends, to ten decimals."""

import sys

sys.path.insert(0, "../pretrend-one-period")

import numpy as np

import slow

beta = [0.0667031482, -0.0077017923, -0.0307690538, 0.084030658, 0.2424418181, 0.2198789865, 0.1910925359]
sigma = np.array(
    [
        [0.0089065712, 0.0044883136, 0.0014587025, 0.0012157689, 0.0020327645, 0.0013225015, 0.0019617728],
        [0.0044883136, 0.0059369169, 0.0027500791, 0.0013505858, 0.0014315459, 0.0012067792, 0.0013847158],
        [0.0014587025, 0.0027500791, 0.0030386248, 0.0009056166, 0.0006791299, 0.0010167636, 0.0007090144],
        [0.0012157689, 0.0013505858, 0.0009056166, 0.0039247409, 0.002596118, 0.0017326149, 0.0022345525],
        [0.0020327645, 0.0014315459, 0.0006791299, 0.002596118, 0.008065897, 0.0058753751, 0.0037414359],
        [0.0013225015, 0.0012067792, 0.0010167636, 0.0017326149, 0.0058753751, 0.007881579, 0.0036507095],
        [0.0019617728, 0.0013847158, 0.0007090144, 0.0022345525, 0.0037414359, 0.0036507095, 0.0097884266],
    ]
)
times = np.array([-4, -3, -2, 0, 1, 2, 3])
published = {
    "where": "README of R's pretrends; its quasi-random distribution function moves the last digits",
    "slope_power_0.5": {"value": 0.05205871, "tolerance": 2e-5},
    "trend": (0.05205871 * (times + 1)).tolist(),
    "power": {"value": 0.4999776, "tolerance": 2e-4},
    "bayes_factor": {"value": 0.56901, "tolerance": 2e-4},
    "likelihood_ratio": {"value": 0.1057627, "tolerance": 1e-5},
    "expected_after_passing": {
        "value": [-0.09230764, -0.05555285, -0.02790950, 0.06490184, 0.12084694, 0.16946498, 0.22453827],
        "tolerance": 1e-5,
    },
    "quadratic": {
        "trend": (0.024 * (times + 1.0) ** 2).tolist(),
        "power": 0.6624282,
        "bayes_factor": 0.3841516,
        "likelihood_ratio": 0.4332635,
        "tolerance": 2e-4,
    },
}
extra = [
    0.02,
    0.1,
    -0.05,
    ("R's printed slope", 0.05205871 * (times + 1.0)),
    ("quadratic, 0.024 (t + 1)^2", 0.024 * (times + 1.0) ** 2),
]
slopes, results = slow.case(
    "slow.py of ../pretrend-one-period",
    "HeAndWangResults of R's pretrends",
    beta,
    sigma,
    times,
    -1,
    extra=extra,
    published=published,
)
r, q = results[-2:]
print(slopes, r, q)
assert abs(slopes[0.5] - 0.05205871) < 2e-5
assert (
    abs(r["power"] - 0.4999776) < 2e-4
    and abs(r["bayes_factor"] - 0.56901) < 2e-4
    and abs(r["likelihood_ratio"] - 0.1057627) < 1e-5
)
assert np.allclose(r["expected_after_passing"], published["expected_after_passing"]["value"], atol=1e-5)
assert abs(q["power"] - 0.6624282) < 2e-4 and abs(q["likelihood_ratio"] - 0.4332635) < 1e-5
