"""Conley's covariance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.members import panel
from numpy.testing import assert_allclose

from econ import OLS, Bartlett, Clustered, Conley, Uniform, White
from econ.errors import DataError, IdentificationError, MissingColumnError, NotDefinedError, OptionError

KERNELS = [Uniform(), Bartlett()]


def haversine(lat1, lon1, lat2, lon2):
    phi1, lam1, phi2, lam2 = map(np.radians, (lat1, lon1, lat2, lon2))
    a = np.sin((phi2 - phi1) / 2) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin((lam2 - lam1) / 2) ** 2
    return 2 * 6371 * np.arcsin(np.minimum(1, np.sqrt(a)))


def by_pairs_of_rows(fit, cutoff, kernel, time):
    """The double loop over rows."""
    frame, psi = fit.sample.data.iloc[fit.sample.rows], fit.influence
    total = np.zeros((psi.shape[1], psi.shape[1]))
    for i, (lat, lon, t) in enumerate(zip(frame["lat"], frame["lon"], frame["t"], strict=True)):
        distance = haversine(lat, lon, frame["lat"], frame["lon"]).to_numpy()
        weights = np.ones(len(psi)) if kernel == Uniform() else 1 - distance / cutoff
        counts = (distance < cutoff) & ((frame["t"] == t).to_numpy() if time else True)
        total += np.outer(psi[i], (weights * counts) @ psi)
    return total


@given(
    seed=st.integers(0, 10_000),
    cutoff=st.floats(0.01, 19_000),
    kernel=st.sampled_from(KERNELS),
    time=st.sampled_from([None, "t"]),
    places=st.integers(2, 200),
)
def test_it_is_the_sum_over_pairs_of_rows(seed, cutoff, kernel, time, places):
    rng = np.random.default_rng(seed)
    data = panel(seed, units=20, periods=5)
    at = rng.integers(0, places, len(data))
    width = rng.choice([1, 180])
    data = data.assign(lat=rng.uniform(-90, 90, places)[at], lon=(rng.uniform(-width, width, places) % 360)[at])
    fit = OLS("y ~ x1 + x2").fit(data)
    covariance = Conley("lat", "lon", cutoff_km=cutoff, kernel=kernel, time=time, correction="CR0", semi_definite=False)
    try:
        matrix = covariance.of(fit).matrix
    except (NotDefinedError, IdentificationError):
        return
    scale = np.sqrt(np.outer(*[np.diag(White("HC0").of(fit).matrix)] * 2))
    assert_allclose(matrix / scale, by_pairs_of_rows(fit, cutoff, kernel, time) / scale, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_with_a_tiny_cutoff_it_clusters_by_place(kernel):
    fit = OLS("y ~ x1 + x2 | t").fit(panel())
    tiny = Conley("lat", "lon", cutoff_km=1e-9, kernel=kernel, correction="CR0")
    assert_allclose(tiny.of(fit).matrix, Clustered("f", correction="CR0").of(fit).matrix, rtol=1e-10)


@pytest.mark.parametrize("cutoff", [20_016, float("inf")])
def test_with_a_huge_cutoff_all_influences_cancel(cutoff):
    fit = OLS("y ~ x1").fit(panel())
    with pytest.raises(IdentificationError, match="sum to zero; choose a smaller cutoff_km"):
        Conley("lat", "lon", cutoff_km=cutoff).of(fit)
    within = Conley("lat", "lon", cutoff_km=cutoff, time="t", correction="CR0")
    assert_allclose(within.of(fit).matrix, Clustered("t", correction="CR0").of(fit).matrix, rtol=1e-9)


def test_the_order_of_rows_is_irrelevant():
    data, choice = panel(units=90), Conley("lat", "lon", cutoff_km=2500, kernel=Bartlett())
    one, other = (OLS("y ~ x1").fit(frame).inference(choice) for frame in (data, data.sample(frac=1, random_state=2)))
    assert_allclose(one.covariance, other.covariance, rtol=1e-9)


def test_longitudes_of_either_convention_are_the_same_places():
    data = panel()
    east = data.assign(lon=data["lon"] % 360)
    one, other = (OLS("y ~ x1").fit(frame).inference(Conley("lat", "lon", cutoff_km=4000)) for frame in (data, east))
    assert_allclose(one.se, other.se, rtol=1e-10)


def test_the_factor_and_the_facts():
    fit = OLS("y ~ x1 | f").fit(panel())
    one, other = (fit.inference(Conley("lat", "lon", cutoff_km=3000, correction=c, time="t")) for c in ("CR1", "CR0"))
    assert_allclose(one.covariance, other.covariance * (fit.nobs - 1) / (fit.nobs - fit.rank), rtol=1e-12)
    assert one.clusters == {"lat^lon": 20, "t": 9}
    assert one.df.tolist() == [fit.df_resid]
    assert one.label == "Conley by lat and lon within t, uniform below 3000 km (CR1)"


def test_a_sum_that_is_not_semi_definite_is_repaired_and_said_so():
    """Three places on a line: the outer two are near the middle one only."""
    rng = np.random.default_rng(3)
    data = panel(units=30).assign(lat=0.0, lon=lambda frame: 5.0 * (frame["f"] % 3))
    data["y"] = rng.normal(size=len(data)) + np.array([1, -3, 1])[data["f"] % 3]
    fit, near = OLS("y ~ 1").fit(data), Conley("lat", "lon", cutoff_km=600)
    estimates = fit.inference(near)
    assert estimates.remarks[:1] == ("the Conley covariance was made positive semi-definite",)
    with pytest.raises(NotDefinedError, match="Conley variance of Intercept is negative"):
        fit.inference(Conley("lat", "lon", cutoff_km=600, semi_definite=False))


@pytest.mark.parametrize("wrong", [np.nan, 91.0, -90.1, np.inf])
def test_a_latitude_that_is_none_is_named(wrong):
    data = panel().rename(index=str)
    data.loc["7", "lat"] = wrong
    with pytest.raises(DataError, match="'lat' is .* in row '7'.*-90 to 90"):
        OLS("y ~ x1").fit(data).inference(Conley("lat", "lon", cutoff_km=100))


@pytest.mark.parametrize(
    ("data", "error", "named"),
    [
        (panel().drop(columns="lon"), MissingColumnError, "'lon'"),
        (panel().assign(lon=361.0), DataError, "'lon' is 361.0 in row 0 and 179 more"),
        (panel().assign(lon="8E"), DataError, "'lon', row 0: '8E' is not a number"),
        (panel().assign(lat=1.0, lon=1.0), IdentificationError, "sum to zero"),
    ],
)
def test_bad_places_are_named(data, error, named):
    with pytest.raises(error, match=named):
        OLS("y ~ x1").fit(data).inference(Conley("lat", "lon", cutoff_km=100))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"cutoff_km": 0}, "positive"),
        ({"cutoff_km": float("nan")}, "positive"),
        ({"cutoff_km": "100"}, "positive"),
        ({"cutoff_km": 1, "kernel": "bartlett"}, "Bartlett()"),
        ({"cutoff_km": 1, "kernel": Bartlett}, "Bartlett()"),
        ({"cutoff_km": 1, "correction": "CR2"}, "no correction 'CR2'"),
    ],
)
def test_options_that_do_not_exist_are_refused(options, named):
    with pytest.raises(OptionError, match=named):
        Conley("lat", "lon", **options)
