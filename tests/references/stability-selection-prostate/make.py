"""Prostate cancer data (R's lasso2): the Lasso of lpsa on all eight controls, no treatment, with the published output of
Stata's rlasso. One weight is corrected as in those data: 3.804438 for row 32, which lasso2 has as 6.1."""

import io
import subprocess
import sys

sys.path.insert(0, "../stability-selection-helpers")

import numpy as np
import pandas as pd
import slow

code = "suppressMessages(library(lasso2)); data(Prostate); write.csv(Prostate, row.names = FALSE, quote = FALSE)"
out = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout
table = pd.read_csv(io.StringIO(out[out.index("lcavol") :]))
table.loc[31, "lweight"] = 3.804438
data = slow.read_data(table)
controls = list(data.columns[:-1])
values = slow.everything(data, "lpsa", [], controls)

published = {
    "source": "statalasso.github.io, docs/lassopack/rlasso: rlasso lpsa lcavol lweight age lbph svi lcp gleason pgg45 [, robust]",
    "lambda0": 64.923165,
    "lambda_times_sigma": 44.984163,
    "selected": ["lcavol", "lweight", "svi"],
    "homoskedastic": [0.4400059, 0.2385063, 0.3024128],
    "heteroskedastic": [0.4518205, 0.2047086, 0.1995573],
    "post_lasso": [0.5258519, 0.6617699, 0.6656665],
    "standard_deviations": dict(
        zip(controls, [1.1725338, 0.42619718, 7.4066407, 1.4433089, 0.41185535, 1.3910235, 0.71840212, 28.058276])
    ),
}
for c in values["cases"]:
    q = c["equations"]["lpsa"]
    assert q["selected"] == published["selected"] and abs(c["lambda"] - published["lambda0"]) < 1e-6
    assert abs(c["lambda"] * q["sigma"] - published["lambda_times_sigma"]) < 1e-6
    print(c["loadings"], list(q["lasso"].values()))
    assert np.allclose(list(q["lasso"].values()), published[c["loadings"]], rtol=0, atol=1e-6)
    assert np.allclose(list(q["post_lasso"].values()), published["post_lasso"], rtol=0, atol=1e-7)
assert np.allclose(data[controls].std(ddof=0), list(published["standard_deviations"].values()), rtol=1e-6)
values["published"] = published
note = "rlasso's lambda is lambda_times_sigma with loadings over sigma; its default is two iterations. The product is the same."
slow.write("lasso2::Prostate (R), row 32 corrected", values, [note])
