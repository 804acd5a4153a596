"""Shared by the make.py scripts of the reconcile-* folders: what the programs in
Python print, the published numbers of Stata and fixest, and the check that every
number is the raw sandwich (or the residual sum of squares) times a factor.

A `rule` states that factor:

- rows: "all", or "without singletons" (dropped again and again until none is left)
- K: "rank" of all columns; "columns": slopes + levels - (effects - 1), or slopes + 1;
  "nested out": the same with 1 for each effect nested in a cluster variable;
  "components": reghdfe's count (see reghdfe_K); "slopes"; "slopes + 1"; "effects"
  (levels without slopes); "nothing"
- multiplier: "1", "n/(n-K)" or "(n-1)/(n-K)"
- clusters: "1"; "smallest": G/(G-1) of the way with fewest clusters; "each": every term
  of the sum with its own; "G/(G-K)"
- exponent: of 1/(1-h) in HC2 (1) and HC3 (2)
"""

import json
import warnings
from importlib.metadata import version
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.formula.api as smf
from linearmodels.panel import PanelOLS
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

FULL = 1 - 1e-8


def write_data(data):
    data.to_csv("data.csv", index=False, lineterminator="\n", encoding="utf-8")


def read_data():
    return pd.read_csv("data.csv", float_precision="round_trip")


def rule(K=None, multiplier="1", clusters="1", rows="all", **more):
    return {"rows": rows, "K": K, "multiplier": multiplier, "clusters": clusters, **more}


class Pieces:
    """Influences without any factor, and the counts that factors are made of."""

    def __init__(self, data, case):
        self.data, self.case = data, case
        x, effects = case["x"], case.get("effects", [])
        self.n, self.k = len(data), len(x)
        weights = np.ones(self.n) if not case.get("weights") else data[case["weights"]].to_numpy(float)
        root = np.sqrt(weights)[:, None]
        levels = [pd.get_dummies(data[e].astype(str), dtype=float).to_numpy() for e in effects]
        D = np.hstack([np.ones((self.n, 1)), *levels]) * root
        X, y = data[x].to_numpy(float) * root, data[[case["y"]]].to_numpy(float) * root
        self.names = list(x)
        if not effects:
            X, D, self.names = np.hstack([X, root]), np.zeros((self.n, 1)), [*x, "Intercept"]
        Q = column_space(D)
        X, y = X - Q @ (Q.T @ X), y - Q @ (Q.T @ y)
        bread = np.linalg.inv(X.T @ X)
        residuals = y - X @ (bread @ (X.T @ y))
        self.inverse, self.rss = bread, float((residuals**2).sum())
        self.influences = X * residuals @ bread
        self.leverage = (Q**2).sum(axis=1) + np.einsum("ij,jk,ik->i", X, bread, X)
        self.rank = Q.shape[1] * bool(effects) + X.shape[1]
        self.levels = [data[e].nunique() for e in effects]

    def labels(self, ways):
        return pd.factorize(pd.MultiIndex.from_frame(self.data[list(ways)]))[0]

    def G(self, ways):
        return self.labels(ways).max() + 1

    def sandwich(self, ways):
        sums = pd.DataFrame(self.influences).groupby(self.labels(ways)).sum().to_numpy()
        return sums.T @ sums

    def nested(self, by):
        effects = self.case.get("effects", [])
        return [any((self.data.groupby(e)[g].nunique() == 1).all() for g in by) for e in effects]

    def K(self, kind, by):
        columns = self.k + sum(self.levels) - (len(self.levels) - 1) if self.levels else self.k + 1
        if kind == "nested out":
            return columns - sum(size - 1 for size, inside in zip(self.levels, self.nested(by)) if inside)
        return {
            None: 0,
            "nothing": 0,
            "rank": self.rank,
            "columns": columns,
            "components": reghdfe_K(self, by),
            "slopes": self.k,
            "slopes + 1": self.k + 1,
            "effects": columns - self.k,
            "effects - 1": columns - self.k - 1,
        }[kind]

    def variance(self, cov, rule):
        by, n = cov["args"], self.n
        K = self.K(rule["K"], by)
        factor = {"1": 1.0, "n/(n-K)": n / (n - K), "(n-1)/(n-K)": (n - 1) / (n - K)}[rule["multiplier"]]
        if cov["name"] == "Classical":
            return factor * np.diag(self.inverse) * self.rss / n
        if cov["name"] == "White":
            scores = self.influences
            if rule.get("exponent"):
                scores = scores / (1 - self.leverage)[:, None] ** (rule["exponent"] / 2)
            return factor * (scores**2).sum(axis=0)
        smallest = min(self.G([g]) for g in by)
        total = 0.0
        for size in range(1, len(by) + 1):
            for ways in combinations(by, size):
                G = self.G(ways)
                own = {
                    "1": 1.0,
                    "each": G / (G - 1),
                    "smallest": smallest / (smallest - 1),
                    "G/(G-K)": G / (G - K) if G > K else np.nan,
                }[rule["clusters"]]
                total = total - (-1) ** size * own * np.diag(self.sandwich(ways))
        return factor * total


def column_space(A):
    if not A.any():
        return np.zeros((len(A), 0))
    left, values, _ = np.linalg.svd(A, full_matrices=False)
    return left[:, values > values[0] * 1e-10]


def reghdfe_K(pieces, by):
    """Slopes plus, for each effect not nested in a cluster, its levels less the largest
    number of connected components with an earlier such effect (none for the first), and
    1 for all nested effects together; with nested effects the first loses one too."""
    effects = pieces.case.get("effects", [])
    if not effects:
        return pieces.k + 1
    nested = pieces.nested(by)
    outside = [e for e, inside in zip(effects, nested) if not inside]
    K = pieces.k + any(nested)
    for i, effect in enumerate(outside):
        redundant = max([components(pieces.data, e, effect) for e in outside[:i]], default=0)
        K += pieces.data[effect].nunique() - max(redundant, 1 if any(nested) or i else 0)
    return K


def components(data, a, b):
    i, j = pd.factorize(data[a])[0], pd.factorize(data[b])[0]
    size = i.max() + j.max() + 2
    graph = coo_matrix((np.ones(len(i)), (i, i.max() + 1 + j)), shape=(size, size))
    return connected_components(graph, directed=False)[0]


def without_singletons(data, effects):
    while True:
        alone = np.zeros(len(data), bool)
        for effect in effects:
            alone |= (data.groupby(effect)[effect].transform("size") == 1).to_numpy()
        if not alone.any():
            return data
        data = data[~alone]


# ---- programs in Python ----------------------------------------------------


def _entry(program, call, package, terms, df, rule, distribution="t", **more):
    return {
        "program": program,
        "call": call,
        "source": f"{package} {version(package)}",
        "terms": {t: {"se": float(se)} for t, se in terms.items()},
        "df": None if df is None else float(df),
        "distribution": distribution,
        "rule": rule,
        "rtol": 1e-6,
        **more,
    }


def statsmodels_entries(data, case, cov):
    x, effects, weights = case["x"], case.get("effects", []), case.get("weights")
    formula = f"{case['y']} ~ " + " + ".join([*x, *(f"C({e})" for e in effects)])
    name = "wls" if weights else "ols"
    call = f'smf.{name}("{formula}", data{f", weights=data.{weights}" if weights else ""}).fit'
    model = smf.wls(formula, data, weights=data[weights]) if weights else smf.ols(formula, data)
    names = {t: t for t in x} | ({} if effects else {"Intercept": "Intercept"})

    def put(arguments, rule, normal=False, **options):
        fit = model.fit(**options)
        df = getattr(fit, "df_resid_inference", fit.df_resid) if not normal else None
        terms = {t: fit.bse[s] for t, s in names.items()}
        kind = "normal" if normal else "t"
        return _entry("statsmodels OLS", f"{call}({arguments})", "statsmodels", terms, df, rule, kind)

    if cov["name"] == "Classical":
        return [put("", rule("rank", "n/(n-K)"))]
    if cov["name"] == "White":
        entries = [
            put('cov_type="HC0"', rule(), True, cov_type="HC0"),
            put('cov_type="HC1"', rule("rank", "n/(n-K)"), True, cov_type="HC1"),
        ]
        if Pieces(data, case).leverage.max() < FULL:
            entries += [
                put(f'cov_type="{kind}"', rule(exponent=power), True, cov_type=kind)
                for kind, power in (("HC2", 1), ("HC3", 2))
            ]
        return entries
    groups = data[cov["args"]].apply(lambda s: pd.factorize(s)[0]).to_numpy().squeeze()
    ours = rule("columns", "(n-1)/(n-K)", "each")
    return [
        put('cov_type="cluster", cov_kwds={"groups": g}', ours, True, cov_type="cluster", cov_kwds={"groups": groups}),
        put(
            'cov_type="cluster", cov_kwds={"groups": g}, use_t=True',
            ours,
            cov_type="cluster",
            cov_kwds={"groups": groups},
            use_t=True,
        ),
        put(
            'cov_type="cluster", cov_kwds={"groups": g, "df_correction": False}, use_t=True',
            ours,
            cov_type="cluster",
            cov_kwds={"groups": groups, "df_correction": False},
            use_t=True,
        ),
        put(
            'cov_type="cluster", cov_kwds={"groups": g, "use_correction": False}',
            rule(),
            True,
            cov_type="cluster",
            cov_kwds={"groups": groups, "use_correction": False},
        ),
    ]


def linearmodels_entries(data, case, cov):
    x, effects, weights = case["x"], case.get("effects", []), case.get("weights")
    entries = []
    frame = data.copy()
    unit, time = case["unit"], case["time"]
    if unit == "row" or time == "row":  # an index of PanelOLS where the data have none
        frame["row"] = np.arange(len(frame)) if unit == "row" else frame.groupby(unit).cumcount()
    frame["const"] = 1.0
    frame = frame.set_index([unit, time], drop=False)
    options, words = {}, []
    if unit in effects:
        options["entity_effects"] = True
    if time in effects:
        options["time_effects"] = True
    words += [f"{key}=True" for key in options]
    others = [e for e in effects if e not in (unit, time)]
    if others:
        options["other_effects"] = frame[others].astype("category")
        words.append(f"other_effects={others}")
    if weights:
        words.append(f"weights={weights}")
    singles = len(without_singletons(data, effects)) < len(data) if effects else False
    for const in (True, False):
        for keep in (True, False) if singles else (True,):
            columns = (["const"] if const else []) + x
            if not const and not effects:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = PanelOLS(
                    frame[case["y"]],
                    frame[columns],
                    weights=frame[weights] if weights else None,
                    singletons=keep,
                    **options,
                )
            text = ", ".join([case["y"], str(columns), *words, *([] if keep else ["singletons=False"])])
            rows = "all" if keep else "without singletons"

            def put(arguments, rule, normal=False, **settings):
                fit = model.fit(**settings)
                terms = {t: fit.std_errors[t] for t in x}
                if not effects:
                    terms["Intercept"] = fit.std_errors["const"]
                df = None if normal else fit.df_resid
                call = f"PanelOLS({text}).fit({arguments})"
                kind = "normal" if normal else "t"
                entries.append(_entry("linearmodels PanelOLS", call, "linearmodels", terms, df, rule, kind))

            spent = "nothing" if not effects else "effects - 1" if const else "effects"
            if cov["name"] != "Clustered":
                kind = {"Classical": "unadjusted", "White": "robust"}[cov["name"]]
                put(f'cov_type="{kind}"', rule("columns", "n/(n-K)", rows=rows), cov_type=kind)
                if const:
                    put(
                        f'cov_type="{kind}", debiased=False',
                        rule(spent, "n/(n-K)", rows=rows),
                        True,
                        cov_type=kind,
                        debiased=False,
                    )
                continue
            clusters = frame[cov["args"]].astype("category")
            base = f'cov_type="clustered", clusters={cov["args"]}'
            fit = {"cov_type": "clustered", "clusters": clusters}
            slopes = "slopes + 1" if const else "slopes"
            alone = len(effects) == 1 and effects[0] in (unit, time)
            inside = alone and all(Pieces(data, case).nested([g])[0] for g in cov["args"])
            default = slopes if effects and inside else "columns"
            put(base, rule(default, "n/(n-K)", rows=rows), **fit)
            put(
                f"{base}, group_debias=True",
                rule(default, "(n-1)/(n-K)", "each", rows=rows),
                group_debias=True,
                **fit,
            )
            if not const:
                continue
            uncounted = "nothing" if not effects or inside else spent
            put(f"{base}, debiased=False", rule(uncounted, "n/(n-K)", rows=rows), True, debiased=False, **fit)
            if effects:
                put(f"{base}, auto_df=False", rule("columns", "n/(n-K)", rows=rows), auto_df=False, **fit)
                put(
                    f"{base}, auto_df=False, count_effects=False",
                    rule(slopes, "n/(n-K)", rows=rows),
                    auto_df=False,
                    count_effects=False,
                    **fit,
                )
    return entries


def pyfixest_entries(data, case, cov):
    x, effects, weights = case["x"], case.get("effects", []), case.get("weights")
    formula = f"{case['y']} ~ {' + '.join(x)}" + (f" | {' + '.join(effects)}" if effects else "")
    entries = []
    singles = len(without_singletons(data, effects)) < len(data) if effects else False

    def put(vcov, text, rule, drop=True, more="", **options):
        fit = pf.feols(
            formula,
            data,
            vcov=vcov,
            weights=weights,
            fixef_rm="singleton" if drop else "none",
            demeaner=pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000),
            **options,
        )
        words = [f'"{formula}"', "data", f"vcov={text}"] + ([f'weights="{weights}"'] if weights else [])
        words += [more] if more else []
        words += [] if drop else ['fixef_rm="none"']
        terms = {t: fit.se()[t] for t in [*x, *([] if effects else ["Intercept"])]}
        call = f"pf.feols({', '.join(words)})"
        entries.append(_entry("pyfixest feols", call, "pyfixest", terms, float(fit._df_t), rule))

    for drop in (True, False) if singles else (True,):
        rows = "without singletons" if drop else "all"
        if cov["name"] == "Classical":
            put("iid", '"iid"', rule("columns", "n/(n-K)", rows=rows), drop)
        elif cov["name"] == "White":
            put("hetero", '"hetero"', rule("columns", "n/(n-K)", rows=rows), drop)
            if not effects:
                put("HC3", '"HC3"', rule("columns", "n/(n-K)", rows=rows, exponent=2), drop)
        else:
            vcov = {"CRV1": "+".join(cov["args"])}
            text = json.dumps(vcov)
            K = "nested out" if effects else "columns"
            put(vcov, text, rule(K, "(n-1)/(n-K)", "smallest", rows), drop)
            variants = [({"k_adj": False, "G_adj": False}, rule(rows=rows))]
            if effects:
                variants += [
                    ({"k_fixef": "full"}, rule("columns", "(n-1)/(n-K)", "smallest", rows)),
                    ({"k_fixef": "none"}, rule("slopes", "(n-1)/(n-K)", "smallest", rows)),
                ]
            if len(cov["args"]) > 1:
                variants += [({"G_df": "conventional"}, rule(K, "(n-1)/(n-K)", "each", rows))]
            for ssc, how in variants:
                words = ", ".join(f"{key}={value!r}" for key, value in ssc.items())
                put(vcov, text, how, drop, f"ssc=pf.ssc({words})", ssc=pf.ssc(**ssc))
    return entries


# ---- published numbers -----------------------------------------------------


def published(program, call, source, printed, df, rule, distribution="t", rtol=None):
    """Numbers as texts, as they are printed: the tolerance is one unit of the last digit
    of the least precise, unless another is given."""
    units = [one_unit(text) / abs(float(text)) for text in printed.values()]
    return {
        "program": program,
        "call": call,
        "source": source,
        "terms": {t: {"se": float(text)} for t, text in printed.items()},
        "df": df,
        "distribution": distribution,
        "rule": rule,
        "rtol": float(f"{max(rtol or 0, max(units)):.1e}"),
    }


def one_unit(text):
    return 10.0 ** -len(text.split(".")[1])


# ---- writing ---------------------------------------------------------------


def covariance(name, *args):
    return {"name": name, "args": list(args)}


def write_reconcile(data, data_source, cases, programs=None, tolerance=1e-7):
    """`cases`: one for each specification, with `covariances` and by each `published`."""
    from_R = json.loads(Path("programs-R.json").read_text()) if Path("programs-R.json").exists() else None
    entries = []
    for i, case in enumerate(cases):
        formula = f"{case['y']} ~ {' + '.join(case['x'])}"
        formula += f" | {' + '.join(case['effects'])}" if case.get("effects") else ""
        both = {
            "all": Pieces(data, case),
            "without singletons": Pieces(without_singletons(data, case.get("effects", [])), case),
        }
        for j, (cov, known) in enumerate(case["covariances"]):
            found = list(known)
            if from_R:
                found += [{**one, "distribution": "t", "rtol": 1e-6} for one in from_R[i][j]]
            for run in programs or (statsmodels_entries, linearmodels_entries, pyfixest_entries):
                found += run(data, case, cov)
            for one in found:
                check(one, both, cov, tolerance)
            entries.append(
                {
                    "spec": {"estimator": "OLS", "formula": formula, "weights": case.get("weights")},
                    "covariance": {
                        "name": cov["name"],
                        "args": cov["args"] if cov["name"] == "Clustered" else [],
                        "kwargs": {},
                    },
                    "programs": found,
                }
            )
    document = {"data_source": data_source, **entries[0], "others": entries[1:]}
    Path("reconcile.json").write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    print(Path.cwd().name, [len(e["programs"]) for e in entries])


def check(one, both, cov, tolerance):
    """The number is that of the rule; the counts go into the entry."""
    if not one["rule"]:
        return
    pieces = both[one["rule"]["rows"]]
    se = dict(zip(pieces.names, np.sqrt(pieces.variance(cov, one["rule"]))))
    for term, numbers in one["terms"].items():
        worst = abs(numbers["se"] / se[term] - 1)
        limit = one["rtol"] if one["rtol"] > 1e-6 else max(tolerance, one["rtol"] * 0.1)
        assert worst < limit, (one["program"], one["call"], term, numbers["se"], se[term], worst)
    one["nobs"] = pieces.n
    one["K"] = int(pieces.K(one["rule"]["K"], cov["args"]))
    if cov["name"] == "Clustered":
        one["clusters"] = {g: int(pieces.G([g])) for g in cov["args"]}
