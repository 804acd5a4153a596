"""Pesaran (2007, Journal of Econometrics 138): the share of the N(N-1)/2 gaps y_i - y_j whose unit root test rejects,
pair by pair with statsmodels' adfuller. The columns are logs already, so a gap is a difference of columns.

Two ways to reject at 5 %: p value (MacKinnon 1994, asymptotic) below 0.05, or the statistic below the 5 % critical value
at the test's rows (MacKinnon 2010). They differ for a statistic between the asymptotic and the finite critical value."""

import warnings
from importlib.metadata import version
from itertools import combinations

import numpy as np
import univariate
from arch.unitroot import ADF
from statsmodels.tsa.stattools import adfuller
from univariate import LETTERS, case, close

warnings.simplefilter("ignore")


def cases(data, specs):
    names = list(data.columns)
    for terms in ("constant", "trend"):
        for spec in specs:
            run = (
                {"maxlag": spec, "autolag": None} if isinstance(spec, int) else {"maxlag": spec[1], "autolag": spec[0]}
            )
            options = {"terms": terms, "level": 0.05}
            options |= {"lags": spec} if isinstance(spec, int) else {"rule": spec[0], "max_lags": spec[1]}
            found = []
            for a, b in combinations(names, 2):
                gap = (data[a] - data[b]).to_numpy(float)
                r = adfuller(gap, regression=LETTERS[terms], result_object=False, **run)
                other = ADF(gap, lags=int(r[2]), trend=LETTERS[terms])
                close(other.stat, r[0], 1e-7)
                found.append({
                    "pair": [a, b], "statistic": float(r[0]), "p_value": float(r[1]), "lags": int(r[2]),
                    "critical": float(r[4]["5%"]),
                })  # fmt: skip
            by_p = [f["p_value"] < 0.05 for f in found]
            by_critical = [f["statistic"] < f["critical"] for f in found]
            N = len(names)
            assert len(found) == N * (N - 1) // 2
            for way, rejected in (("p value", by_p), ("critical value at nobs", by_critical)):
                yield case(
                    "pairwise", names, {**options, "by": way}, np.mean(rejected),
                    "pairwise.py with statsmodels adfuller " + version("statsmodels"),
                    lags=spec if isinstance(spec, int) else None,
                    extra={"rejections": int(sum(rejected)), "pairs": len(found), "found": found},
                    note="BIC: lags 0..max_lags compared on the rows of max_lags" if not isinstance(spec, int) else None,
                )  # fmt: skip


def make(data_source, specs, index):
    data = univariate.read_data().drop(columns=index)
    out = {
        "source": ", ".join(f"{p} {version(p)}" for p in ("statsmodels", "arch", "numpy")),
        "data_source": data_source, "conventions": __doc__, "cases": list(cases(data, specs)),
    }  # fmt: skip
    univariate.write(out)
