"""The estimates of sensitivity-profits cut as seven pre and one post period, as the tests of R's HonestDiD do:
the tests there use all the moments, so a rejected pre-trend makes a set that is empty."""

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
P, Q, one = 7, 1, [1]

cases = []
for bound in (0, 0.5, 1, 1.5, 2):
    cases += [
        ("relative_magnitudes", bound, one, m, moments) for m in ("C-LF", "Conditional") for moments in ("all", "post")
    ]
    cases += [("relative_magnitudes", bound, one, "identified set", None)]
for bound in (0, 0.1, 0.2, 0.3):
    cases += [("smoothness", bound, one, m, None) for m in ("FLCI", "identified set")]
    cases += [("smoothness", bound, one, m, moments) for m in ("C-LF", "Conditional") for moments in ("all", "post")]

log = "R HonestDiD, log in Stata honestdid's tests"
published = [
    (
        "smoothness",
        one,
        "FLCI",
        5e-4,
        log,
        {0: (-0.182, -0.106), 0.1: (0.192, 0.539), 0.2: (0.0919, 0.639), 0.3: (-0.00812, 0.739)},
    ),
    ("smoothness", one, "Conditional", 5e-4, log, {0.1: (0.0999, 0.623), 0.2: (0.0790, 0.659), 0.3: (-0.00768, 0.741)}),
    ("smoothness", one, "C-LF", 5e-4, log, {0.1: (0.125, 0.606), 0.2: (0.0775, 0.662), 0.3: (-0.00938, 0.743)}),
    ("relative_magnitudes", one, "C-LF", 5e-4, log, {0: (0.0713, 0.181), 0.5: (-0.0315, 0.306), 1: (-0.151, 0.441)}),
]
entries = slow.build(cases, beta, sigma, P, published, moments_published="all")
slow.write(
    "../sensitivity-medicaid/slow.py; " + slow.SOURCE,
    "BCdata_EventStudy of R's HonestDiD (Benzarti and Carloni 2019), printed in the tests of StatsPAI's repository",
    beta,
    sigma,
    P,
    Q,
    entries,
)
