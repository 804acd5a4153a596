"""Grunfeld's firms in rolling and expanding windows of years, pooled and with effects of firms, errors by firm and HC1.
Firms enter and leave: a firm with a single row in a window is left out there if firms have effects. `gap` is the same
without the year 1943, with windows by the calendar and by years that are in the data."""

import sys
import warnings

sys.path.insert(0, "../stability-curves-helpers")

import pyfixest as pf
import slow
import statsmodels.api as sm
import windows

warnings.filterwarnings("ignore", message=".*singleton")
grunfeld = sm.datasets.grunfeld.load_pandas().data.astype({"year": int})
late = (grunfeld["firm"] == "Goodyear") & (grunfeld["year"] < 1942)
early = (grunfeld["firm"] == "IBM") & (grunfeld["year"] > 1947)
slow.write_data(grunfeld[~late & ~early].sort_values(["year", "firm"]))
data = slow.read_data()
years = sorted(data["year"].unique().tolist())
WIDTH, FIRST, GAP = 7, 8, 1943


def checked(data, found, model):
    """Every window again by pyfixest."""
    for r in found:
        table = data[(data["year"] >= r["start"]) & (data["year"] <= r["end"])]
        for name, by in model["covariances"].items():
            m = pf.feols(
                "invest ~ value + capital" + (" | firm" if model["effects"] else ""),
                table,
                vcov={"CRV1": by[0]} if by else "hetero",
                demeaner=pf.MapDemeaner(fixef_tol=1e-13),
            )
            assert m._N == r["nobs"]
            for v in model["regressors"]:
                slow.check_close([r["estimate"][v], r[name]["se"][v]], [m.coef()[v], m.se()[v]], 1e-7)
                assert abs(r[name]["p"][v] - m.pvalue()[v]) < 1e-9
    return found


without = data[data["year"] != GAP]
seen = [y for y in years if y != GAP]
calendar = [[y for y in w if y != GAP] for w in windows.rolling(years, WIDTH)]
models = {}
for name, effects in (("pooled", []), ("firm", ["firm"])):
    model = {
        "outcome": "invest",
        "regressors": ["value", "capital"],
        "effects": effects,
        "covariances": {"CR1": ["firm"], "HC1": []},
    }

    def run(table, chosen, model=model):
        return checked(table, windows.estimate(table, "year", chosen, **model), model)

    models[name] = {
        **model,
        "rolling": run(data, windows.rolling(years, WIDTH)),
        "recursive": run(data, windows.expanding(years, FIRST)),
        "gap_calendar": run(without, calendar),
        "gap_observed": run(without, windows.rolling(seen, WIDTH)),
    }
slow.write_json(
    "windows.json",
    {
        "source": slow.source(["statsmodels", "pyfixest", "scipy", "numpy"]),
        "data_source": "grunfeld of statsmodels, some of its rows",
        "time": "year",
        "width": WIDTH,
        "first": FIRST,
        "gap_without": GAP,
        "models": models,
    },
)
