"""An unbalanced panel in which 411 of 639 firms have one row, without and with weights:
R (see make.R), Python and Stata's printed results for the same rows."""

import sys
from pathlib import Path

sys.path.insert(0, "..")

import linearmodels
import pandas as pd

import helpers_reconcile as h

RESULTS = Path(linearmodels.__file__).parent / "tests" / "panel" / "results"
TERMS = [f"x{i}" for i in range(1, 6)]

panel = pd.read_stata(RESULTS / "simulated-panel.dta")
used = panel[["y_heavy", *(f"{t}_heavy" for t in TERMS)]].set_axis(["y", *TERMS], axis=1)
used = used.assign(firm=panel["firm"].str[-4:].astype(int), year=panel["time"].dt.year, w=panel["w"].astype(float))
h.write_data(used.dropna())

SOURCE = (
    "Stata 13's printed results, in linearmodels 7.1, linearmodels/tests/panel/results/"
    "stata-panel-simulated-results.txt, block "
)
blocks = (RESULTS / "stata-panel-simulated-results.txt").read_text().split("#################!")


def stata(block, command, df, rule):
    """Standard errors of the printed variances, which have eleven decimals."""
    text = next(b for b in blocks if b.startswith(block + "!"))
    rows = [line.split("\t") for line in text.split("Variance")[1].splitlines() if line.startswith("x")]
    variances = {row[0][:2]: row[i] for i, row in enumerate(rows, start=1)}
    printed = {t: f"{float(variances[t]) ** 0.5:.8f}" for t in TERMS}
    return h.published("Stata xtreg, fe", command, SOURCE + block, printed, df, rule, rtol=1e-6)


within = h.rule("slopes + 1", "(n-1)/(n-K)", "smallest")
columns = h.rule("columns", "n/(n-K)")
base = "xtreg y x1 x2 x3 x4 x5{}, fe vce({})"


def covariances(weights, key):
    return [
        (
            h.covariance("Clustered", "firm"),
            [
                stata(f"fixed_effect-cluster-{key}-_heavy", base.format(weights, "cluster firm_id"), 638, within),
                stata(f"fixed_effect-robust-{key}-_heavy", base.format(weights, "robust"), 638, within),
            ],
        ),
        (
            h.covariance("Classical"),
            [stata(f"fixed_effect-conventional-{key}-_heavy", base.format(weights, "conventional"), 247, columns)],
        ),
    ]


if "data" not in sys.argv:
    model = {"y": "y", "x": TERMS, "effects": ["firm"], "unit": "firm", "time": "year"}
    h.write_reconcile(
        h.read_data(),
        "simulated panel of linearmodels 7.1, linearmodels/tests/panel/results/simulated-panel.dta, columns *_heavy",
        [
            model | {"covariances": covariances("", "")},
            model | {"weights": "w", "covariances": covariances(" [aweight=w]", "weighted")},
        ],
    )
