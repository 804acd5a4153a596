"""The cluster jackknife by estimating again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.errors import EconError, NotDefinedError
from econ.estimates import Estimates
from econ.groups import Matrix, Vector
from econ.types import Fit, Uncertainty

__all__ = ["Jackknife", "jackknife"]


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
    groups, data = fit.sample.groups(by), fit.sample.table
    first = np.unique(groups.codes, return_index=True)[1]
    labels = [tuple(fit.sample.column(name).iloc[row] for name in _columns(fit, by)) for row in first]
    replicates = []
    for code, label in enumerate(labels):
        without = np.ones(len(data), dtype=bool)
        without[fit.sample.behind(groups.codes == code)] = False
        replicates.append(_again(fit, data[without], f"{by} {', '.join(map(str, label))}"))
    shown = tuple(label[0] if len(label) == 1 else label for label in labels)
    return Jackknife(fit, by, shown, np.array(replicates))


def _columns(fit: Fit, by: str) -> list[str]:
    return [by] if by in fit.sample.data.columns else by.split("^")


def _again(fit: Fit, data: pd.DataFrame, group: str) -> Vector:
    try:
        again = fit.spec.fit(data)
    except EconError as error:
        raise NotDefinedError(f"the jackknife is not defined: without {group}, {error}") from error
    lost = [name for name in fit.names if name not in again.names]
    if lost:
        raise NotDefinedError(f"the jackknife is not defined: without {group}, {', '.join(lost)} cannot be estimated")
    return again.params[[again.names.index(name) for name in fit.names]]
