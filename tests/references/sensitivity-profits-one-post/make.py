"""The estimates of sensitivity-profits cut as seven pre and one post period, as the tests of R's HonestDiD do:
the tests there use all the moments, so a rejected pre-trend makes a set that is empty."""

import sys

sys.path.insert(0, "../sensitivity-medicaid")
sys.path.insert(0, "../sensitivity-profits")

import slow
from profits import beta, sigma

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
