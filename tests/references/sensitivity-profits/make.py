"""Profits of restaurants (Benzarti and Carloni 2019), BCdata_EventStudy of R's HonestDiD: four pre and four
post periods. Published numbers are those of R's HonestDiD 0.2.8 printed in other programs' tests."""

import sys

sys.path.insert(0, "../sensitivity-medicaid")

import slow
from profits import beta, sigma

P, Q = 4, 4
first, average = [1, 0, 0, 0], [0.25] * 4

cases = []
for weights in (first, average):
    for bound in (0, 0.5, 1, 1.5, 2):
        cases += [("relative_magnitudes", bound, weights, m, "post") for m in ("C-LF", "Conditional")]
        cases += [("relative_magnitudes", bound, weights, "identified set", None)]
    for bound in (0, 0.01, 0.02, 0.1, 0.2, 0.3):
        cases += [("smoothness", bound, weights, m, None) for m in ("FLCI", "identified set")]
        cases += [("smoothness", bound, weights, m, "post") for m in ("C-LF", "Conditional")]
cases += [
    (r, b, first, m, "all")
    for r, b in (("relative_magnitudes", 1), ("smoothness", 0.2))
    for m in ("C-LF", "Conditional")
]

R = "R HonestDiD 0.2.8, "
published = [
    (
        "relative_magnitudes",
        first,
        "Conditional",
        1e-9,
        R + "StatsPAI's tests",
        {
            0: (0.159151943866762, 0.232840433389798),
            0.5: (0.118889160931495, 0.270824190875899),
            1: (0.0672312507503984, 0.317924050158664),
        },
    ),
    (
        "relative_magnitudes",
        average,
        "Conditional",
        1e-9,
        R + "StatsPAI's tests",
        {0: (0.184149669339541, 0.252719795734687)},
    ),
    (
        "relative_magnitudes",
        first,
        "C-LF",
        1e-9,
        R + "did_methods's tests",
        {0.5: (0.11812948578177346, 0.2715838660256206), 1: (0.06723125075039843, 0.3186837253083857)},
    ),
    (
        "relative_magnitudes",
        average,
        "C-LF",
        1e-9,
        R + "did_methods's tests",
        {0.5: (0.06775439808538886, 0.3691913893670205), 1: (-0.06968617947647976, 0.506631966928889)},
    ),
    (
        "smoothness",
        first,
        "FLCI",
        1e-9,
        R + "StatsPAI's tests",
        {
            0: (0.131411315937022, 0.216169648182799),
            0.01: (0.154965267080773, 0.27038453032652),
            0.02: (0.177301087900198, 0.315956468194821),
        },
    ),
    (
        "smoothness",
        average,
        "FLCI",
        1e-9,
        R + "StatsPAI's tests",
        {
            0: (0.133193369303247, 0.230362614090703),
            0.01: (0.124138265521726, 0.368035364887987),
            0.02: (0.113901858858792, 0.476743542104818),
        },
    ),
    (
        "smoothness",
        first,
        "FLCI",
        5e-4,
        "R HonestDiD, log in Stata honestdid's tests",
        {0.1: (0.119, 0.419), 0.2: (0.0194, 0.519), 0.3: (-0.0806, 0.619)},
    ),
    (
        "smoothness",
        first,
        "Conditional",
        5e-4,
        "R HonestDiD, log in Stata honestdid's tests",
        {0: (0.210, 0.328), 0.1: (0.120, 0.418), 0.2: (0.0203, 0.518), 0.3: (-0.0796, 0.618)},
    ),
    (
        "smoothness",
        first,
        "C-LF",
        5e-4,
        "R HonestDiD, log in Stata honestdid's tests",
        {0: (0.210, 0.328), 0.1: (0.119, 0.419), 0.2: (0.0191, 0.519), 0.3: (-0.0809, 0.618)},
    ),
]
entries = slow.build(cases, beta, sigma, P, published)
slow.write(
    "../sensitivity-medicaid/slow.py; " + slow.SOURCE,
    "BCdata_EventStudy of R's HonestDiD (Benzarti and Carloni 2019), printed in the tests of StatsPAI's repository",
    beta,
    sigma,
    P,
    Q,
    entries,
    times=[-5, -4, -3, -2, 0, 1, 2, 3],
    reference=-1,
)
