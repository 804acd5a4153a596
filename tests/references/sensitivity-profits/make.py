"""Profits of restaurants (Benzarti and Carloni 2019), BCdata_EventStudy of R's HonestDiD: four pre and four
post periods. Published numbers are those of R's HonestDiD 0.2.8 printed in other programs' tests."""

import sys

sys.path.insert(0, "../sensitivity-medicaid")

import numpy as np

import slow

beta = np.array(
    [
        0.00669635180383921,
        0.0293450336903334,
        -0.00647297222167253,
        0.0730149894952774,
        0.195961117744446,
        0.312063902616501,
        0.239541545510292,
        0.126042500138283,
    ]
)
sigma = np.array(
    [
        [
            0.000842835812363774,
            0.00047686867765151,
            0.000261805107584223,
            0.000235422034165822,
            0.000167637146660127,
            0.000112870766315609,
            1.99281621462433e-05,
            -0.000136826536618173,
        ],
        [
            0.00047686867765151,
            0.000642542028799653,
            0.000398742500692606,
            0.00024355151981581,
            0.000220196030568331,
            0.00018045911565423,
            3.84376508009154e-05,
            -2.96042198897339e-05,
        ],
        [
            0.000261805107584223,
            0.000398742500692606,
            0.000522994960192591,
            0.000211768609005958,
            0.000184072225238197,
            0.000145852784044109,
            7.00519740348682e-05,
            5.95299497945234e-05,
        ],
        [
            0.000235422034165822,
            0.00024355151981581,
            0.000211768609005958,
            0.000308959541143849,
            0.000119786607683636,
            0.000133408131659962,
            0.000101633500889875,
            0.000107905172626488,
        ],
        [
            0.000167637146660127,
            0.000220196030568331,
            0.000184072225238197,
            0.000119786607683636,
            0.000359970435965806,
            0.000247881864197552,
            0.000174957924173214,
            0.000165425692102872,
        ],
        [
            0.000112870766315609,
            0.00018045911565423,
            0.000145852784044109,
            0.000133408131659962,
            0.000247881864197552,
            0.000426394981332123,
            0.000217143780901097,
            0.000289274787064642,
        ],
        [
            1.99281621462433e-05,
            3.84376508009154e-05,
            7.00519740348682e-05,
            0.000101633500889875,
            0.000174957924173214,
            0.000217143780901097,
            0.000488669786136597,
            0.000380532204871997,
        ],
        [
            -0.000136826536618173,
            -2.96042198897339e-05,
            5.95299497945234e-05,
            0.000107905172626488,
            0.000165425692102872,
            0.000289274787064642,
            0.000380532204871997,
            0.000761739443987608,
        ],
    ]
)
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
