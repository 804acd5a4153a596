"""Checks breaks.json as make.R left it against loops from the definitions, and adds Bai and Perron's tests to it, among
them the published ones: HAC by a quadratic spectral kernel with Andrews' bandwidth and prewhitening, by segment.

Published: Bai and Perron (2003), Journal of Applied Econometrics 18, 1-22, breaks 1972Q3 and 1980Q3 and then 1966Q4.
The statistics with three decimals are those that mbreaks (Nguyen, Perron and Yamamoto) prints in its vignette for the
paper's options; the paper itself was not at hand."""

import sys

sys.path.insert(0, "../breaks-shared")
import numpy as np
import slow

PUBLISHED = {
    "source": "vignette of R's mbreaks (Nguyen, Perron and Yamamoto), for Bai and Perron (2003)",
    "h": 15,
    "breaks_2": [47, 79],
    "breaks_3": [24, 47, 79],
    "supF": [57.906, 43.014, 33.323, 24.771, 18.326],
    "UDmax": 57.906,
    "sequential": [57.906, 33.927, 14.725, 0.033, 0.0],
    "rss_2": 455.950,
    "coef_2": [1.355, -1.796, 5.643],
    "se_2": [0.155, 0.511, 0.603],
    "interval_95": {"lower": [37, 77], "upper": [50, 82]},
    "interval_90": {"lower": [40, 78], "upper": [49, 81]},
    "rounding_of_intervals": (
        "lower end to the nearest; upper end to the nearest plus one, which the program adds inside its loop over "
        "breaks, so that break i of m gets m - i + 1: the first upper ends are one too many"
    ),
}


def published(values, y, X, tables):
    case = next(
        c for c in values["cases"] if c["kind"] == "multiple" and c["h"] == 15 and c["covariance"] == "QS, prewhitened"
    )
    assert case["breaks"][1] == PUBLISHED["breaks_2"] and case["breaks"][2] == PUBLISHED["breaks_3"]
    got = [*case["supF"], case["UDmax"], *(s["statistic"] for s in case["sequential"])]
    want = [*PUBLISHED["supF"], PUBLISHED["UDmax"], *PUBLISHED["sequential"]]
    print(np.round(got, 4))
    assert np.max(np.abs(np.array(got) - want)) < 6e-4
    delta, V = slow.delta_and_V(y, X, [47, 79], "QS, prewhitened")
    se = np.sqrt(np.diag(V))
    assert np.max(np.abs(delta - PUBLISHED["coef_2"])) < 6e-4
    assert np.max(np.abs(se - PUBLISHED["se_2"])) < 6e-4
    # intervals: phi_i squared is the long-run variance of segment i
    cuts = [0, 47, 79, len(y)]
    ends = {}
    for level in (0.95, 0.90):
        lower, upper, exact = [], [], []
        for j in (0, 1):
            omega = [
                slow.prewhitened(y[a:b, None] - delta[i])[0, 0]
                for i, (a, b) in ((j, cuts[j : j + 2]), (j + 1, cuts[j + 1 : j + 3]))
            ]
            scale = (delta[j + 1] - delta[j]) ** 2 / omega[0]
            quantile = [
                slow.optimize.brentq(
                    lambda x, p=p, o=omega: slow.argmax_cdf(x, 1.0, o[0] ** 0.5, o[1] ** 0.5) - p,
                    *((-500, -0.01) if p < 0.5 else (0.01, 500)),
                    xtol=1e-9,
                )
                for p in ((1 - level) / 2, (1 + level) / 2)
            ]
            exact.append([float(cuts[j + 1] - x / scale) for x in quantile[::-1]])
            lower.append(round(exact[-1][0]))
            upper.append(round(exact[-1][1]) + 2 - j)
        name = f"interval_{100 * level:.0f}"
        assert {"lower": lower, "upper": upper} == PUBLISHED[name]
        ends[name + "_exact"] = {"lower": [e[0] for e in exact], "upper": [e[1] for e in exact]}
    values["published"] = PUBLISHED | ends | {"se_2_exact": se.tolist()}


slow.run(after=published)
