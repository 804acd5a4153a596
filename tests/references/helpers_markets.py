"""Shared by the make.py scripts of markets-*: event studies with daily returns, by slow loops.

One function a statistic, with the paper it is from. All are written from the papers'
formulas; no program's code is used. Equation numbers are given only where known.

Notation. N events; relative day t counts rows of the table of returns from the event's row.
M_i is the number of returns of the estimation window that are there, p the number of
parameters, s_i^2 = RSS / (M_i - p), C_it = 1 + x_t' (X'X)^-1 x_t the factor of the error of
a forecast, SAR_it = AR_it / (s_i sqrt(C_it)). A window [a, b] has L days.
"""

import json
import math
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd
from scipy import stats

DAYS = [-2, -1, 0, 1, 2]
WINDOWS = [(0, 1), (-1, 1), (-5, 5), (-10, 10)]


# ---------------------------------------------------------------- data


def business_days(start, n):
    return [str(d.date()) for d in pd.bdate_range(start, periods=n)]


def write_table(name, dates, columns):
    table = pd.DataFrame(columns)
    table.insert(0, "date", dates)
    table.to_csv(name, index=False, lineterminator="\n", encoding="utf-8")


def read_table(name):
    return pd.read_csv(name, index_col="date", float_precision="round_trip")


# ---------------------------------------------------------------- models


class Event:
    """One event: its estimation window and its event window, fitted."""

    def __init__(self, asset, date, returns, market, factors, model, estimation, window):
        self.asset, self.date = asset, date
        dates = list(returns.index)
        row = dates.index(date)
        assert row + estimation[0] >= 0 and row + window[1] < len(dates)
        self.p = {"mean": 1, "market": 2, "market_adjusted": 0, "factor": None}[model]
        if model == "factor":
            self.p = 1 + factors.shape[1]
        r = returns[asset].to_numpy()

        def regressors(k):
            if model == "mean":
                return [1.0]
            if model == "market":
                return [1.0, market.iloc[k, 0]]
            if model == "factor":
                return [1.0] + list(factors.iloc[k])
            return []

        self.regressors = lambda t: np.array(regressors(row + t))
        days = [t for t in range(estimation[0], estimation[1] + 1) if np.isfinite(r[row + t])]
        self.M = len(days)
        if model == "market_adjusted":
            self.coefficients = []
            self.inverse = None
            fitted = {t: market.iloc[row + t, 0] for t in days}
        else:
            X = np.array([regressors(row + t) for t in days])
            y = np.array([r[row + t] for t in days])
            self.inverse = np.linalg.inv(X.T @ X)
            self.coefficients = [float(v) for v in np.linalg.solve(X.T @ X, X.T @ y)]
            fitted = {t: float(np.dot(regressors(row + t), self.coefficients)) for t in days}
        self.residual = {t: float(r[row + t] - fitted[t]) for t in days}
        self.calendar = {dates[row + t]: self.residual[t] for t in days}
        self.s2 = sum(e * e for e in self.residual.values()) / (self.M - self.p)
        self.AR, self.C, self.R, self.expected, self.x = {}, {}, {}, {}, {}
        for t in range(window[0], window[1] + 1):
            k = row + t
            if not np.isfinite(r[k]):
                continue
            self.x[t] = np.array(regressors(k))
            self.expected[t] = (
                float(market.iloc[k, 0]) if model == "market_adjusted" else float(self.x[t] @ self.coefficients)
            )
            self.R[t] = float(r[k])
            self.AR[t] = float(r[k]) - self.expected[t]
            self.C[t] = 1.0 if self.inverse is None else 1.0 + float(self.x[t] @ self.inverse @ self.x[t])

    def SAR(self, t):
        """Patell (1976): the abnormal return over its forecast standard error."""
        return self.AR[t] / math.sqrt(self.s2 * self.C[t])

    def days(self, a, b):
        return [t for t in range(a, b + 1) if t in self.AR]

    def CAR(self, a, b):
        return sum(self.AR[t] for t in self.days(a, b))

    def CAR_variance(self, a, b):
        """s_i^2 (L + 1'X2 (X'X)^-1 X2'1): Campbell, Lo and MacKinlay (1997), equations (4.4.9) and (4.4.11)
        with their V_i; Salinger (1992); for one regressor Mikkelson and Partch (1988)."""
        d = self.days(a, b)
        extra = 0.0
        if self.inverse is not None:
            total = sum(self.x[t] for t in d)
            extra = float(total @ self.inverse @ total)
        return self.s2 * (len(d) + extra)

    def SCAR(self, a, b):
        return self.CAR(a, b) / math.sqrt(self.CAR_variance(a, b))

    def BHAR(self, a, b):
        """prod(1 + R) - prod(1 + expected R): Barber and Lyon (1997)."""
        actual = expected = 1.0
        for t in self.days(a, b):
            actual *= 1 + self.R[t]
            expected *= 1 + self.expected[t]
        return actual - expected

    def q(self):
        """Variance of a t variable with M_i - p degrees of freedom (Patell 1976)."""
        return (self.M - self.p) / (self.M - self.p - 2)


def present(events, a, b):
    """Events with at least one abnormal return in the window."""
    return [e for e in events if e.days(a, b)]


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def deviation(values):
    """Standard deviation with N - 1."""
    values = list(values)
    m = mean(values)
    return math.sqrt(sum((v - m) ** 2 for v in values) / (len(values) - 1))


def normal_p(z):
    return float(2 * stats.norm.sf(abs(z)))


def t_p(t, df):
    return float(2 * stats.t.sf(abs(t), df))


# ---------------------------------------------------------------- parametric tests


def cross_sectional(events, a, b):
    """CAAR / (sd(CAR_i) / sqrt N), t(N - 1): Brown and Warner (1980, 1985); Boehmer et al. (1991) call it the
    ordinary cross-sectional method."""
    cars = [e.CAR(a, b) for e in present(events, a, b)]
    t = mean(cars) / (deviation(cars) / math.sqrt(len(cars)))
    return t, t_p(t, len(cars) - 1), len(cars) - 1


def average_residuals(events, every=False):
    """AAR of each day of the estimation window, over the events with a return (every: only days with all)."""
    days = sorted({t for e in events for t in e.residual})
    out = {}
    for t in days:
        values = [e.residual[t] for e in events if t in e.residual]
        if not every or len(values) == len(events):
            out[t] = mean(values)
    return out


def crude_dependence(events, a, b, ddof=1, every=False, centred=True):
    """CAAR / (sqrt L S), S^2 = sum_t (AAR_t - mean)^2 / (D - 1) over the D days of the estimation window:
    Brown and Warner (1980, crude dependence adjustment; 1985, 239 days, divisor 238). The numerator is the sum of
    the AAR. Degrees of freedom D - 1."""
    aar = average_residuals(events, every)
    m = mean(aar.values()) if centred else 0.0
    D = len(aar)
    S = math.sqrt(sum((v - m) ** 2 for v in aar.values()) / (D - ddof))
    total = sum(mean(e.AR[t] for e in present(events, t, t)) for t in range(a, b + 1))
    t = total / (math.sqrt(b - a + 1) * S)
    return t, t_p(t, D - 1), D - 1


def patell_scar(events, a, b):
    """sum_i SCAR_i / sqrt(sum_i (M_i - p) / (M_i - p - 2)). For one day it is Patell (1976); for windows with the
    exact variance of a cumulated forecast error (Mikkelson and Partch 1988; Campbell, Lo and MacKinlay's J2, 4.4.24,
    which has one M)."""
    here = present(events, a, b)
    z = sum(e.SCAR(a, b) for e in here) / math.sqrt(sum(e.q() for e in here))
    return z, normal_p(z), None


def patell_sar(events, a, b):
    """sum_i sum_t SAR_it / sqrt(sum_i L_i q_i): the sum of Patell's SAR, days taken as independent."""
    here = present(events, a, b)
    z = sum(e.SAR(t) for e in here for t in e.days(a, b))
    z /= math.sqrt(sum(len(e.days(a, b)) * e.q() for e in here))
    return z, normal_p(z), None


def patell_sar_standardized(events, a, b):
    """(1 / sqrt N) sum_i [sum_t SAR_it / sqrt(L_i q_i)]: each event's sum standardised first, as Patell's (1976)
    cumulated statistic and Eventus have it. The same as patell_sar if the M_i are."""
    here = present(events, a, b)
    z = sum(sum(e.SAR(t) for t in e.days(a, b)) / math.sqrt(len(e.days(a, b)) * e.q()) for e in here)
    z /= math.sqrt(len(here))
    return z, normal_p(z), None


def bmp(events, a, b):
    """mean(SCAR) / (sd(SCAR) / sqrt N), t(N - 1): Boehmer, Musumeci and Poulsen (1991); for windows on SCAR."""
    scars = [e.SCAR(a, b) for e in present(events, a, b)]
    t = mean(scars) / (deviation(scars) / math.sqrt(len(scars)))
    return t, t_p(t, len(scars) - 1), len(scars) - 1


def bmp_sum(events, a, b):
    """As bmp with sum_t SAR_it / sqrt L_i in place of SCAR_i."""
    v = [sum(e.SAR(t) for t in e.days(a, b)) / math.sqrt(len(e.days(a, b))) for e in present(events, a, b)]
    t = mean(v) / (deviation(v) / math.sqrt(len(v)))
    return t, t_p(t, len(v) - 1), len(v) - 1


def correlation(x, y, centred=True):
    mx, my = (mean(x), mean(y)) if centred else (0.0, 0.0)
    xy = sum((u - mx) * (v - my) for u, v in zip(x, y))
    xx = sum((u - mx) ** 2 for u in x)
    yy = sum((v - my) ** 2 for v in y)
    return xy / math.sqrt(xx * yy)


def pair_correlation(e, f, by="date", centred=True):
    """Correlation of two events' residuals on the dates (or relative days) that both have; 0 if none."""
    u, v = (e.calendar, f.calendar) if by == "date" else (e.residual, f.residual)
    common = sorted(set(u) & set(v))
    if len(common) == 0:
        return 0.0, 0
    assert len(common) >= 20, "windows with a few days in common make a noisy correlation: choose other dates"
    return correlation([u[d] for d in common], [v[d] for d in common], centred), len(common)


def average_correlation(events, a=None, b=None, by="date", centred=True, pairs="all"):
    """Mean over the N (N - 1) / 2 pairs: Kolari and Pynnonen (2010).

    pairs "all": pairs without a common date count 0. "overlapping": they are left out.
    "same": pairs with another event date count 0."""
    total = count = 0.0
    for i in range(len(events)):
        for j in range(i):
            r, n = pair_correlation(events[i], events[j], by, centred)
            if pairs == "same" and events[i].date != events[j].date:
                r = 0.0
            if pairs == "overlapping" and n == 0:
                continue
            total += r
            count += 1
    return total / count


def patell_adjusted(events, a, b, form=patell_scar, **how):
    """Patell z / sqrt(1 + (N - 1) r): Kolari and Pynnonen (2010)."""
    here = present(events, a, b)
    r = average_correlation(here, **how)
    z = form(events, a, b)[0] / math.sqrt(1 + (len(here) - 1) * r)
    return z, normal_p(z), None


def kolari_pynnonen(events, a, b, form=bmp, **how):
    """BMP t sqrt((1 - r) / (1 + (N - 1) r)), t(N - 1): Kolari and Pynnonen (2010)."""
    here = present(events, a, b)
    r = average_correlation(here, **how)
    t = form(events, a, b)[0] * math.sqrt((1 - r) / (1 + (len(here) - 1) * r))
    return t, t_p(t, len(here) - 1), len(here) - 1


# ---------------------------------------------------------------- rank tests


def midrank(values, v):
    """Rank of v among the values, 1 the smallest, ties averaged."""
    return sum(1 for u in values if u < v) + (sum(1 for u in values if u == v) + 1) / 2


def scaled_ranks(series):
    """{day: rank / (1 + number of days)}, of the days that are there: Corrado and Zivney (1992)."""
    values = list(series.values())
    return {t: midrank(values, v) / (1 + len(values)) for t, v in series.items()}


def rank_statistic(ranks, a, b):
    """sum_t sqrt(N_t) (mean_i K_it - 1/2) / (sqrt L S), S^2 = (1/D) sum_t N_t (mean_i K_it - 1/2)^2 over all D days.

    One day: Corrado (1989), with Corrado and Zivney's (1992) N_t for missing returns; windows: Cowan (1992),
    Campbell and Wasley (1993)."""
    days = sorted({t for k in ranks for t in k})
    excess = {}
    for t in days:
        here = [k[t] for k in ranks if t in k]
        excess[t] = math.sqrt(len(here)) * (mean(here) - 0.5)
    S = math.sqrt(sum(v * v for v in excess.values()) / len(days))
    return sum(excess[t] for t in range(a, b + 1)) / (math.sqrt(b - a + 1) * S)


def corrado(events, a, b):
    """Ranks of AR over the estimation and the event window together: Corrado (1989)."""
    z = rank_statistic([scaled_ranks({**e.residual, **e.AR}) for e in events], a, b)
    return z, normal_p(z), None


def corrado_plain(events, a, b):
    """Corrado (1989) with ranks as they are and no weights N_t: K_it - (T_i + 1) / 2 averaged."""
    series = [{**e.residual, **e.AR} for e in events]
    ranks = []
    for s in series:
        v = list(s.values())
        ranks.append({t: midrank(v, x) - (len(v) + 1) / 2 for t, x in s.items()})
    days = sorted({t for k in ranks for t in k})
    average = {t: mean(k[t] for k in ranks if t in k) for t in days}
    S = math.sqrt(sum(v * v for v in average.values()) / len(days))
    z = sum(average[t] for t in range(a, b + 1)) / (math.sqrt(b - a + 1) * S)
    return z, normal_p(z), None


def estimation_sar(e, leverage=False):
    """Residual / s_i; leverage: / (s_i sqrt(1 - h_t))."""
    if not leverage:
        return {t: v / math.sqrt(e.s2) for t, v in e.residual.items()}
    out = {}
    for t, v in e.residual.items():
        x = e.regressors(t)
        h = 0.0 if e.inverse is None else float(x @ e.inverse @ x)
        out[t] = v / math.sqrt(e.s2 * (1 - h))
    return out


def corrado_zivney(events, a, b, only=None, leverage=False):
    """Ranks of SAR, each day of the event window divided by its cross-sectional standard deviation:
    Corrado and Zivney (1992). only=(a, b): just the days of the tested window."""
    days = sorted({t for e in events for t in e.AR})
    scale = {}
    for t in days:
        scale[t] = (
            1.0
            if only is not None and not only[0] <= t <= only[1]
            else deviation(e.SAR(t) for e in present(events, t, t))
        )
    z = rank_statistic(
        [scaled_ranks({**estimation_sar(e, leverage), **{t: e.SAR(t) / scale[t] for t in e.AR}}) for e in events], a, b
    )
    return z, normal_p(z), None


def grank_ranks(events, a, b, leverage=False):
    """U_it = rank(GSAR_it) / (T_i + 1) - 1/2 over the T_i = M_i + 1 days: the estimation window's SAR and, as one day,
    SCAR* = SCAR_i / sd(SCAR). Kolari and Pynnonen (2011)."""
    here = present(events, a, b)
    sd = deviation(e.SCAR(a, b) for e in here)
    out = []
    for e in here:
        series = {**estimation_sar(e, leverage), "event": e.SCAR(a, b) / sd}
        out.append({t: k - 0.5 for t, k in scaled_ranks(series).items()})
    return out


def grank_t(events, a, b, leverage=False):
    """Z sqrt((T - 2) / (T - 1 - Z^2)), t(T - 2); Z = Ubar_0 / S, S^2 = (1/T) sum_t (n_t / n) Ubar_t^2 over the T
    days, the event day among them: Kolari and Pynnonen (2011)."""
    ranks = grank_ranks(events, a, b, leverage)
    days = sorted({t for k in ranks for t in k}, key=str)
    T, n = len(days), len(ranks)
    total = 0.0
    for t in days:
        here = [k[t] for k in ranks if t in k]
        total += len(here) / n * mean(here) ** 2
    Z = mean(k["event"] for k in ranks) / math.sqrt(total / T)
    t = Z * math.sqrt((T - 2) / (T - 1 - Z * Z))
    return t, t_p(t, T - 2), T - 2


def grank_z(events, a, b, leverage=False):
    """sum_i U_i0 / sqrt(sum_i (T_i - 1) / (12 (T_i + 1))), the exact variance of a uniform rank, events
    independent; sqrt(12 N (T + 1) / (T - 1)) Ubar_0 with one T: Kolari and Pynnonen (2011)."""
    ranks = grank_ranks(events, a, b, leverage)
    variance = sum((len(k) - 1) / (12 * (len(k) + 1)) for k in ranks)
    z = sum(k["event"] for k in ranks) / math.sqrt(variance)
    return z, normal_p(z), None


# ---------------------------------------------------------------- sign tests


def positives(events, a, b):
    here = present(events, a, b)
    return sum(1 for e in here if e.CAR(a, b) > 0), len(here)


def sign(events, a, b):
    """(w - N/2) / sqrt(N/4), w the number of positive CAR; no correction for continuity: Brown and Warner (1980)."""
    w, N = positives(events, a, b)
    z = (w - N / 2) / math.sqrt(N / 4)
    return z, normal_p(z), None


def positive_share(events):
    """Mean over events of the share of positive abnormal returns in the estimation window: Cowan (1992)."""
    return mean(mean(1.0 if v > 0 else 0.0 for v in e.residual.values()) for e in events)


def generalized_sign(events, a, b):
    """(w - N p) / sqrt(N p (1 - p)): Cowan (1992)."""
    w, N = positives(events, a, b)
    p = positive_share(present(events, a, b))
    z = (w - N * p) / math.sqrt(N * p * (1 - p))
    return z, normal_p(z), None


# ---------------------------------------------------------------- bootstrap


def bootstrap(events, a, b, draws=100000, seed=7):
    """Events drawn with replacement from the SCAR less their mean; shares of |mean*| >= |mean| and |t*| >= |t|."""
    scars = np.array([e.SCAR(a, b) for e in present(events, a, b)])
    N = len(scars)
    rng = np.random.default_rng(seed)
    sample = (scars - scars.mean())[rng.integers(0, N, size=(draws, N))]
    means = sample.mean(axis=1)
    sds = sample.std(axis=1, ddof=1)
    keep = sds > 1e-12
    ts = means[keep] / (sds[keep] / math.sqrt(N))
    t = scars.mean() / (scars.std(ddof=1) / math.sqrt(N))
    return float(scars.mean()), float((np.abs(means) >= abs(scars.mean())).mean()), float((np.abs(ts) >= abs(t)).mean())


# ---------------------------------------------------------------- file

TESTS = {
    "cross_sectional": cross_sectional,
    "crude_dependence": crude_dependence,
    "patell": patell_scar,
    "bmp": bmp,
    "patell_adjusted": patell_adjusted,
    "kolari_pynnonen": kolari_pynnonen,
    "corrado": corrado,
    "corrado_zivney": corrado_zivney,
    "grank_t": grank_t,
    "grank_z": grank_z,
    "sign": sign,
    "generalized_sign": generalized_sign,
}

# name, function, keywords, what it is
ALTERNATIVES = [
    ("crude_dependence", crude_dependence, {"ddof": 2}, "divisor D - 2"),
    ("crude_dependence", crude_dependence, {"ddof": 0, "centred": False}, "sum of squares about zero over D"),
    ("crude_dependence", crude_dependence, {"every": True}, "only days on which every event has a return"),
    ("patell", patell_sar, {}, "sum of SAR over sqrt(sum L_i q_i)"),
    (
        "patell",
        patell_sar_standardized,
        {},
        "each event's sum of SAR over sqrt(L_i q_i), then / sqrt N (Patell 1976, Eventus)",
    ),
    ("bmp", bmp_sum, {}, "sum of SAR over sqrt L in place of SCAR"),
    ("patell_adjusted", patell_adjusted, {"form": patell_sar}, "sum of SAR"),
    ("patell_adjusted", patell_adjusted, {"pairs": "overlapping"}, "average over pairs with common dates only"),
    ("patell_adjusted", patell_adjusted, {"pairs": "same"}, "pairs with different event dates count zero"),
    ("patell_adjusted", patell_adjusted, {"by": "day"}, "residuals paired by relative day"),
    ("patell_adjusted", patell_adjusted, {"centred": False}, "correlation about zero"),
    ("kolari_pynnonen", kolari_pynnonen, {"form": bmp_sum}, "sum of SAR over sqrt L in place of SCAR"),
    ("kolari_pynnonen", kolari_pynnonen, {"pairs": "overlapping"}, "average over pairs with common dates only"),
    ("kolari_pynnonen", kolari_pynnonen, {"pairs": "same"}, "pairs with different event dates count zero"),
    ("kolari_pynnonen", kolari_pynnonen, {"by": "day"}, "residuals paired by relative day"),
    ("kolari_pynnonen", kolari_pynnonen, {"centred": False}, "correlation about zero"),
    ("corrado", corrado_plain, {}, "Corrado 1989: ranks undivided, no weights for missing returns"),
    ("corrado_zivney", corrado_zivney, {"only": True}, "only the tested days re-standardised"),
    ("corrado_zivney", corrado_zivney, {"leverage": True}, "estimation window's SAR / (s sqrt(1 - h))"),
    ("grank_t", grank_t, {"leverage": True}, "estimation window's SAR / (s sqrt(1 - h))"),
    ("grank_z", grank_z, {"leverage": True}, "estimation window's SAR / (s sqrt(1 - h))"),
]


def number(v):
    if v is None:
        return None
    v = float(v)
    assert math.isfinite(v)
    return v


def fit(returns, market, factors, events, model, estimation, window):
    return [Event(asset, date, returns, market, factors, model, estimation, window) for asset, date in events]


def check_forecasts(events):
    """Against statsmodels: coefficients, s_i and the standard error of a forecast."""
    import statsmodels.api as sm

    for e in events:
        if e.inverse is None:
            continue
        X = np.array([e.regressors(t) for t in e.residual])
        y = np.array([e.residual[t] + float(e.regressors(t) @ e.coefficients) for t in e.residual])
        ols = sm.OLS(y, X).fit()
        np.testing.assert_allclose(ols.params, e.coefficients, rtol=1e-8, atol=1e-12)
        for t in e.AR:
            se = ols.get_prediction(e.x[t][None, :]).se_obs[0]
            np.testing.assert_allclose(se, math.sqrt(e.s2 * e.C[t]), rtol=1e-9)
        # the sum of the forecasts' errors: the variance matrix of the predictions, added up
        d = sorted(e.x)
        X2 = np.array([e.x[t] for t in d])
        V = ols.mse_resid * (np.eye(len(d)) + X2 @ ols.normalized_cov_params @ X2.T)
        np.testing.assert_allclose(V.sum(), e.CAR_variance(d[0], d[-1]), rtol=1e-9)


def check_scipy(events, a, b):
    """Against scipy where it has the test."""
    cars = [e.CAR(a, b) for e in present(events, a, b)]
    np.testing.assert_allclose(stats.ttest_1samp(cars, 0), cross_sectional(events, a, b)[:2], rtol=1e-10)
    scars = [e.SCAR(a, b) for e in present(events, a, b)]
    np.testing.assert_allclose(stats.ttest_1samp(scars, 0), bmp(events, a, b)[:2], rtol=1e-10)
    for e in events:
        s = {**e.residual, **e.AR}
        np.testing.assert_allclose(
            stats.rankdata(list(s.values())) / (1 + len(s)), list(scaled_ranks(s).values()), rtol=1e-12
        )


def write_case(
    data_source,
    events,
    model,
    market=True,
    factors=False,
    estimation=(-250, -31),
    window=(-10, 10),
    days=DAYS,
    windows=WINDOWS,
    bhar=True,
    notes=(),
    alternatives=True,
    extra=None,
    check=None,
    boot=None,
):
    returns = read_table("returns.csv")
    m = read_table("market.csv") if market else None
    f = read_table("factors.csv") if factors else None
    fitted = fit(returns, m, f, events, model, estimation, window)
    check_forecasts(fitted)
    entries = []
    for i, e in enumerate(fitted):
        span = range(window[0], window[1] + 1)
        entries.append({"statistic": "AR", "event": i, "values": {str(t): number(e.AR.get(t)) for t in span}})
        entries.append(
            {"statistic": "SAR", "event": i, "values": {str(t): number(e.SAR(t)) if t in e.AR else None for t in span}}
        )
    span = range(window[0], window[1] + 1)
    aar = {t: mean(e.AR[t] for e in present(fitted, t, t)) for t in span}
    entries.append({"statistic": "AAR", "values": {str(t): aar[t] for t in span}})
    total, caar = 0.0, {}
    for t in span:
        total += aar[t]
        caar[str(t)] = total
    entries.append({"statistic": "CAAR", "values": caar, "note": "running sum of AAR from the first day of the window"})
    all_windows = [(t, t) for t in days] + list(windows)
    for a, b in all_windows:
        w = [a, b]
        entries.append(
            {"statistic": "CAR", "window": w, "values": [number(e.CAR(a, b)) if e.days(a, b) else None for e in fitted]}
        )
        entries.append(
            {
                "statistic": "CAR_se",
                "window": w,
                "values": [number(math.sqrt(e.CAR_variance(a, b))) if e.days(a, b) else None for e in fitted],
            }
        )
        entries.append(
            {
                "statistic": "SCAR",
                "window": w,
                "values": [number(e.SCAR(a, b)) if e.days(a, b) else None for e in fitted],
            }
        )
        if bhar:
            entries.append(
                {
                    "statistic": "BHAR",
                    "window": w,
                    "values": [number(e.BHAR(a, b)) if e.days(a, b) else None for e in fitted],
                }
            )
    other = []
    for a, b in all_windows:
        check_scipy(fitted, a, b)
        for name, function in TESTS.items():
            value, p, df = function(fitted, a, b)
            entry = {"test": name, "window": [a, b], "statistic": number(value), "p_value": number(p), "df": df}
            if name == "sign":
                k, n = positives(fitted, a, b)
                entry["positive"], entry["n"] = k, n
                entry["p_value_exact"] = float(stats.binomtest(k, n, 0.5).pvalue)
            if name == "generalized_sign":
                k, n = positives(fitted, a, b)
                entry["positive"], entry["n"], entry["share"] = k, n, positive_share(present(fitted, a, b))
                entry["p_value_exact"] = float(stats.binomtest(k, n, entry["share"]).pvalue)
            if name in ("patell_adjusted", "kolari_pynnonen"):
                entry["average_correlation"] = average_correlation(present(fitted, a, b))
            entries.append(entry)
        if alternatives:
            for name, function, how, what in ALTERNATIVES:
                kw = dict(how)
                if kw.get("only") is True:
                    kw["only"] = (a, b)
                value, p, df = function(fitted, a, b, **kw)
                main = TESTS[name](fitted, a, b)[0]
                if abs(value - main) > 1e-12 * max(1, abs(main)):
                    other.append(
                        {
                            "test": name,
                            "window": [a, b],
                            "statistic": number(value),
                            "p_value": number(p),
                            "df": df,
                            "definition": what,
                        }
                    )
    loose = []
    for a, b in boot or [(0, 0), windows[-1]]:
        m_, p_, pt_ = bootstrap(fitted, a, b)
        loose.append(
            {
                "test": "bootstrap",
                "window": [a, b],
                "statistic": m_,
                "p_value": p_,
                "p_value_studentized": pt_,
                "draws": 100000,
                "tolerance": 0.01,
                "definition": "mean SCAR; events drawn with replacement from SCAR less the mean; shares of |mean*| >= |mean| and of |t*| >= |t|",
            }
        )
    if check is not None:
        check(fitted)
    values = {
        "source": f"own loops from the papers (helpers_markets.py), Python {sys.version.split()[0]}, numpy {version('numpy')}, "
        f"scipy {version('scipy')}; checked against statsmodels {version('statsmodels')}",
        "data_source": data_source,
        "returns": "returns.csv",
        "market": "market.csv" if market else None,
        "factors": "factors.csv" if factors else None,
        "events": [list(e) for e in events],
        "model": model,
        "estimation": list(estimation),
        "window": list(window),
        "fits": [
            {"event": i, "n": e.M, "parameters": e.p, "coefficients": e.coefficients, "residual_sd": math.sqrt(e.s2)}
            for i, e in enumerate(fitted)
        ],
        "entries": entries,
        "alternatives": other,
        "loose": loose,
        "notes": list(notes),
        "tolerance": 1e-9,
    }
    if extra:
        values.update(extra)
    with open("markets.json", "w", encoding="utf-8", newline="\n") as file:
        json.dump(values, file, indent=1, ensure_ascii=False)
        file.write("\n")
    return fitted


# ---------------------------------------------------------------- the small simulated case, shared by several models

SMALL_EVENTS_ROWS = [("A", 300), ("B", 300), ("C", 300), ("D", 345), ("E", 375), ("F", 445), ("G", 560), ("H", 700)]
SMALL_ESTIMATION = (-130, -31)


def small_case(event_days_missing=False, market_file=True, factors_file=False):
    """Eight assets, 760 days, seed 20; simple returns as fractions. C lacks 13 returns of its estimation window."""
    rng = np.random.default_rng(20)
    n = 760
    dates = business_days("2001-01-02", n)
    market = rng.normal(0.0003, 0.011, n)
    size, value = rng.normal(0, 0.006, n), rng.normal(0.0001, 0.005, n)
    industry = rng.normal(0, 0.008, n)
    columns = {}
    for k, (name, row) in enumerate(SMALL_EVENTS_ROWS):
        beta = 0.6 + 0.15 * k
        noise = rng.standard_t(6, n) * (0.008 + 0.0015 * k)
        r = 0.0002 + beta * market + 0.4 * (k % 3 - 1) * size + 0.3 * (k % 2) * value + 0.5 * industry + noise
        r[row] += 0.012 + 0.004 * rng.normal()
        r[row + 1] += 0.006
        columns[name] = r.round(6)
    gaps = [300 + t for t in (-128, -117, -116, -101, -95, -80, -79, -78, -66, -52, -47, -40, -33)]
    columns["C"][gaps] = np.nan
    if event_days_missing:
        columns["B"][[300 + 1, 300 + 4, 300 - 7]] = np.nan
        columns["G"][[560, 560 - 3]] = np.nan
    write_table("returns.csv", dates, columns)
    if market_file:
        write_table("market.csv", dates, {"market": market.round(6)})
    if factors_file:
        write_table("factors.csv", dates, {"market": market.round(6), "size": size.round(6), "value": value.round(6)})
    return [(name, dates[row]) for name, row in SMALL_EVENTS_ROWS]
