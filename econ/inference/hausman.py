"""Whether two estimators of the same coefficients differ by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import chdtrc

from econ.errors import DataError, IdentificationError, NotDefinedError, OptionError
from econ.groups import Codes, Groups, Matrix
from econ.inference.classical import Classical
from econ.inference.wald import wald_test
from econ.outcomes import Test
from econ.panels import first_rows, of_units
from econ.sample import Sample, listed
from econ.scores import Stacked
from econ.types import Covariance, Fit

__all__ = ["hausman_test"]

EQUAL = 1e-9  # difference that is rounding, relative to the coefficient and its error
RANK = 1e-10  # of eigenvalues, where the variances of the first fit are one


def hausman_test(one: Fit, other: Fit, covariance: Covariance, *, terms: Sequence[str] | None = None) -> Test:
    r"""Hausman test that two fits to the same table estimate the same coefficients.

    The difference :math:`d = \hat\beta_1 - \hat\beta_2` has the influence :math:`\psi_{1i} - \psi_{2i}`, and the
    test is `wald_test` of d = 0 under any covariance: neither fit has to be efficient, and rows may depend on each
    other. Under `Classical()` it is the original test :math:`d' (V_1 - V_2)^- d`, for which the second fit has to be
    efficient under the hypothesis.

    Parameters
    ----------
    one, other
        Fits to the same table, such as `OLS("y ~ x | firm")` and `RandomEffects("y ~ x", unit="firm")`. Their rows
        may differ: the influence is zero where a fit does not use a row. Where a row of one fit is a whole unit, so
        it is in the test.
    covariance
        How uncertainty is measured, such as `Clustered("firm")`.
    terms
        Terms that are compared; None for all that both fits have, but the intercept.

    Raises
    ------
    DataError, OptionError, NotDefinedError
        If the tables differ, there is no common term, or the covariance needs more than influences.
    IdentificationError
        If the fits agree by construction, or there are fewer clusters than terms.

    Notes
    -----
    The statistic is that of `wald_test`: F, or chi-squared over its degrees of freedom where the second are
    infinite. Small-sample factors count the terms of the larger fit and no absorbed effects.
    V of the original test is each fit's own, as in R's plm. Where the difference is not positive semi-definite,
    `remarks` says so, and a negative statistic has no p-value (plm drops its sign).

    References
    ----------
    Hausman (1978), Econometrica 46(6); Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data,
    2nd edition, section 10.7.3; Weesie (1999), Stata Technical Bulletin 52, for the stacking.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Clustered, RandomEffects, hausman_test
    >>> data = pd.DataFrame({"firm": list("aaabbbcccddd"), "x": [1.0, 2, 3, 2, 3, 5, 1, 4, 6, 3, 4, 8],
    ...                      "y": [2.0, 3, 3, 5, 7, 8, 1, 2, 5, 4, 4, 8]})
    >>> fixed, random = OLS("y ~ x | firm").fit(data), RandomEffects("y ~ x", unit="firm").fit(data)
    >>> round(hausman_test(fixed, random, Clustered("firm")).p_value, 4)
    0.7747
    """
    chosen = _common(one, other, terms)
    _require_same_table(one.sample, other.sample)
    if isinstance(covariance, Classical):
        return _classical(one, other, chosen)
    try:
        found = wald_test(_difference(one, other, chosen), covariance, terms=chosen)
    except NotDefinedError as error:
        raise NotDefinedError(f"the difference of two fits has influences and nothing else: {error}") from error
    return replace(found, title=_title(one, other, chosen), method=f"Hausman test by stacking, {found.method}")


def _common(one: Fit, other: Fit, terms: Sequence[str] | None) -> tuple[str, ...]:
    if terms is None:
        chosen = tuple(name for name in one.names if name in other.names and name != "Intercept")
    else:
        chosen = () if isinstance(terms, str) else tuple(terms)
    if not chosen or len(set(chosen)) < len(chosen):
        raise OptionError(
            f"terms={terms!r}: give a list of different terms that both fits have; one has {listed(one.names)}, "
            f"the other {listed(other.names)}"
        )
    for name in chosen:
        one.position(name)
        other.position(name)
    return chosen


def _title(one: Fit, other: Fit, terms: tuple[str, ...]) -> str:
    first, second = (type(fit.spec).__name__ for fit in (one, other))
    return f"{', '.join(terms)}: the same in {first} {one.spec.formula!r} and {second} {other.spec.formula!r}"


def _require_same_table(one: Sample, other: Sample) -> None:
    if not one.table.equals(other.table):
        raise DataError("the two fits come from different tables; fit both to the same one, in the same order")


def _difference(one: Fit, other: Fit, terms: tuple[str, ...]) -> Fit:
    """The differences of the coefficients as a fit of its own."""
    sample, (codes, others) = _aligned(one.sample, other.sample)
    first, second = ([fit.position(name) for name in terms] for fit in (one, other))
    psi = _summed(one.influence[:, first], codes, sample.nobs)
    gap = psi - _summed(other.influence[:, second], others, sample.nobs)
    params, size = one.params[first] - other.params[second], np.linalg.norm(psi, axis=0) + np.abs(one.params[first])
    same = [name for name, d, unit in zip(terms, params, size, strict=True) if abs(d) <= EQUAL * unit]
    if same:
        raise IdentificationError(f"the coefficients of {', '.join(same)} agree by construction; leave them out")
    unknown = np.full(sample.nobs, np.nan)
    return replace(
        one,
        names=terms,
        params=params,
        scores=Stacked(gap),
        bread=np.eye(len(terms)),
        rank=max(len(one.names), len(other.names)),
        df=min(one.df, other.df),
        effects=(),
        sample=sample,
        residuals=unknown,
        fitted=unknown.copy(),
        classical=None,
        hat=None,
        statistics={},
        design=None,
    )


def _aligned(one: Sample, other: Sample) -> tuple[Sample, tuple[Codes, Codes]]:
    """The rows, or units, of both samples, and where the rows of each stand among them."""
    names = {sample.units.name for sample in (one, other) if sample.units is not None}
    if len(names) > 1:
        raise NotDefinedError(f"a row of one fit is a {' and of the other a '.join(sorted(names))}; use one unit")
    first, second = (sample.behind(np.ones(sample.nobs, dtype=bool)) for sample in (one, other))
    both = Sample(one.table, np.concatenate([first, second]))
    joint = both.groups(names.pop()) if names else _rows(first, second)
    sample = of_units(both, joint) if one.units or other.units else replace(both, rows=both.rows[first_rows(joint)])
    return sample, (_of_fit(one, joint.codes[: first.size]), _of_fit(other, joint.codes[first.size :]))


def _of_fit(sample: Sample, codes: Codes) -> Codes:
    """Codes of the rows behind a sample as codes of its own rows."""
    if sample.units is None:
        return codes
    own = np.empty(sample.nobs, dtype=np.intp)
    own[sample.units.codes] = codes
    return own


def _rows(one: Codes, other: Codes) -> Groups:
    """Rows of two samples that are the same row of the table; repeated ones stay apart where the samples are alike."""
    if np.array_equal(one, other):
        return Groups("row", np.tile(np.arange(one.size), 2), one.size)
    levels, codes = np.unique(np.concatenate([one, other]), return_inverse=True)
    return Groups("row", codes.astype(np.intp), levels.size)


def _summed(influence: Matrix, codes: Codes, count: int) -> Matrix:
    return Groups("row", codes, count).sums(influence)


def _classical(one: Fit, other: Fit, terms: tuple[str, ...]) -> Test:
    V, W = (_block(fit, terms) for fit in (one, other))
    size = np.sqrt(np.diag(V))
    if not (size > 0).all():
        raise IdentificationError("a coefficient of the first fit has variance zero; leave it out")
    gap = np.array([one.params[one.position(name)] - other.params[other.position(name)] for name in terms]) / size
    values, vectors = np.linalg.eigh((V - W) / np.outer(size, size))
    kept = np.abs(values) > RANK
    rank = int(kept.sum())
    if not rank:
        raise IdentificationError("the two classical covariances are equal; the fits agree by construction")
    Q = float(np.square(gap @ vectors[:, kept]) @ (1 / values[kept]))
    remark = "the difference of the covariances is not positive semi-definite: use Clustered in place of Classical"
    return Test(
        title=_title(one, other, terms),
        statistic=Q / rank,
        df=(float(rank), np.inf),
        p_value=float(chdtrc(rank, Q)) if Q >= 0 else float("nan"),
        method="Hausman test, classical: covariance of the first fit less that of the second",
        details={"chi_squared": Q},
        remarks=(remark,) if values[0] < -RANK else (),
    )


def _block(fit: Fit, terms: tuple[str, ...]) -> Matrix:
    positions = [fit.position(name) for name in terms]
    matrix: Matrix = Classical().of(fit).matrix[np.ix_(positions, positions)]
    return matrix
