"""The cluster jackknife by estimating again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.errors import EconError, NotDefinedError
from econ.estimates import Estimates
from econ.groups import Mask, Matrix, Vector
from econ.sample import listed
from econ.types import Fit, Uncertainty

__all__ = ["Jackknife", "jackknife", "refit_without"]


@dataclass(frozen=True, eq=False, repr=False)
class Jackknife:
    """Estimates without each group in turn.

    Attributes
    ----------
    fit
        The estimation with all groups.
    by
        The column of groups.
    groups
        (G,) their labels.
    replicates
        (G, k) estimates without each.
    """

    fit: Fit
    by: str
    groups: tuple[object, ...]
    replicates: Matrix

    @property
    def table(self) -> pd.DataFrame:
        """One row a group left out, one column a term."""
        return pd.DataFrame(self.replicates, index=pd.Index(self.groups, name=self.by), columns=list(self.fit.names))

    @property
    def bias(self) -> Vector:
        """(k,) G - 1 times the distance of the replicates' mean from the estimates."""
        gap: Vector = self.replicates.mean(axis=0) - self.fit.params
        return (len(self.groups) - 1) * gap

    @cached_property
    def estimates(self) -> Estimates:
        """Estimates with jackknife errors, (G - 1) / G times squared distances from the estimates, and t(G - 1)."""
        gaps = self.replicates - self.fit.params
        G = len(self.groups)
        matrix = (G - 1) / G * (gaps.T @ gaps)
        return self.fit.inference(_Given(Uncertainty(matrix, float(G - 1), f"jackknife by {self.by}", {self.by: G})))

    def __repr__(self) -> str:
        """The estimates and the bias."""
        bias = ", ".join(f"{name} {value:.4g}" for name, value in zip(self.fit.names, self.bias, strict=True))
        return f"{self.estimates!r}\nbias: {bias}"


@dataclass(frozen=True)
class _Given:
    """A covariance that is already known."""

    uncertainty: Uncertainty

    def of(self, fit: Fit) -> Uncertainty:  # noqa: ARG002 - it was computed for this fit
        """The uncertainty that was given."""
        return self.uncertainty


def jackknife(fit: Fit, by: str) -> Jackknife:
    r"""Leave each group out, estimate again, and measure uncertainty and bias by what changes.

    :math:`\hat V = \frac{G-1}{G} \sum_g (\hat\theta_{(g)} - \hat\theta)(\hat\theta_{(g)} - \hat\theta)'`.

    Parameters
    ----------
    fit
        Of any estimator.
    by
        Column of groups, or a combination `a^b`.

    Raises
    ------
    NotDefinedError
        If some term cannot be estimated without some group; the message names both.

    Notes
    -----
    For least squares `Clustered(by, correction="CR3")` gives the same errors without a refit.

    References
    ----------
    Tukey (1958), Annals of Mathematical Statistics 29(2); MacKinnon, Nielsen and Webb (2023), Journal of
    Applied Econometrics 38(5).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, jackknife
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 7], "x": [0.0, 1, 2, 3, 4, 5], "g": list("aabbcc")})
    >>> jackknife(OLS("y ~ x").fit(data), "g").table["x"].round(3).to_dict()
    {'a': 1.1, 'b': 1.147, 'c': 0.8}
    """
    if not fit.repeatable:
        raise NotDefinedError(
            f"the jackknife estimates again, and {', '.join(fit.names)} are no coefficients of "
            f"{fit.spec.formula!r}; leave groups out of the fit itself, or use Clustered with CR3"
        )
    groups, labels = fit.sample.groups(by), tuple(fit.sample.labels_of(by))
    replicates = [_replicate(fit, groups.codes == code, f"{by} {_words(label)}") for code, label in enumerate(labels)]
    return Jackknife(fit, by, labels, np.array(replicates))


def refit_without(fit: Fit, rows: Mask) -> Fit:
    """The estimation without some of the (n,) rows used.

    Raises
    ------
    NotDefinedError, EconError
        If the estimator does not give the fit's terms again, or as from an estimation.
    """
    if not fit.repeatable:
        raise NotDefinedError(
            f"{listed(fit.names)} are no coefficients of {fit.spec.formula!r}, which could be estimated without some "
            "rows; use the fit itself"
        )
    keep = np.ones(len(fit.sample.table), dtype=bool)
    keep[fit.sample.behind(rows)] = False
    return fit.spec.fit(fit.sample.table[keep])


def _words(label: object) -> str:
    return ", ".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _replicate(fit: Fit, rows: Mask, group: str) -> Vector:
    try:
        again = refit_without(fit, rows)
    except EconError as error:
        raise NotDefinedError(f"the jackknife is not defined: without {group}, {error}") from error
    lost = [name for name in fit.names if name not in again.names]
    if lost:
        raise NotDefinedError(f"the jackknife is not defined: without {group}, {', '.join(lost)} cannot be estimated")
    return again.params[[again.names.index(name) for name in fit.names]]
