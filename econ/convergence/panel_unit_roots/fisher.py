"""Combinations of p-values after Fisher."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from econ.convergence.panel_unit_root import panel_values
from econ.convergence.unit_root import UNIT_ROOT, SeriesTest
from econ.convergence.unit_roots.adf import ADF
from econ.errors import OptionError
from econ.groups import Vector
from econ.outcomes import Test

__all__ = ["Fisher"]

COMBINATIONS = ("P", "Pm", "Z", "L")
SMALLEST = 1e-300


@dataclass(frozen=True)
class Fisher:
    r"""The p-values of a test of every series as one.

    `P`: :math:`-2 \sum \log p_i`, chi-squared with 2N degrees of freedom; `Pm`: the same standardised for many series;
    `Z`: :math:`\sum \Phi^{-1}(p_i) / \sqrt N`, normal; `L`: the sum of log odds, scaled, t with 5N + 4 degrees of
    freedom. Series are independent.

    Parameters
    ----------
    test
        Of each series, such as `ADF()`, `PhillipsPerron()` or `KPSS()`, whose hypothesis it takes over.
    combination
        `P`, `Pm`, `Z` or `L`.

    References
    ----------
    Maddala and Wu (1999), Oxford Bulletin of Economics and Statistics 61(S1); Choi (2001), Journal of International
    Money and Finance 20(2), eq. 8 to 18.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import ADF, Fisher
    >>> Fisher(ADF(lags=0)).of(np.random.default_rng(0).normal(size=(40, 5))).p_value < 0.01
    True
    """

    test: SeriesTest = ADF()  # noqa: RUF009 - a frozen value
    combination: str = field(default="Z", kw_only=True)

    def __post_init__(self) -> None:
        if not callable(getattr(self.test, "of", None)) or isinstance(self.test, type):
            raise OptionError(f"{self.test!r} is no test of a series; give a value such as ADF()")
        if self.combination not in COMBINATIONS:
            raise OptionError(f"combination={self.combination!r}; there are {', '.join(COMBINATIONS)}")

    @property
    def null(self) -> str:
        """The hypothesis."""
        return self.test.null

    def of(self, panel: Any) -> Test:
        """Test a panel, a row a period and a column a series."""
        Y = panel_values(panel, 4)
        tests = [self.test.of(y) for y in Y.T]
        p = np.array([one.p_value for one in tests])
        statistic, df, p_value = combined(p, self.combination)
        return Test(
            title=f"{UNIT_ROOT if self.null == UNIT_ROOT else self.null} in every series",
            statistic=statistic,
            df=df,
            p_value=p_value,
            method=f"Fisher's combination {self.combination} of {p.size} p-values of {self.test!r}",
            details={"smallest p-value": float(p.min()), "largest p-value": float(p.max())},
            remarks=tuple(dict.fromkeys(remark for one in tests for remark in one.remarks)),
        )


def combined(p: Vector, combination: str) -> tuple[float, tuple[float, ...], float]:
    """Statistic, degrees of freedom and p-value of a combination of (N,) p-values."""
    from scipy.special import chdtrc, ndtr, ndtri, stdtr  # noqa: PLC0415 - keeps the import of the package light

    N = p.size
    p = np.clip(p, SMALLEST, 1 - np.finfo(float).eps / 2)
    P = float(-2 * np.log(p).sum())
    if combination == "P":
        return P, (2.0 * N,), float(chdtrc(2 * N, P))
    if combination == "Pm":
        Pm = (P - 2 * N) / (2 * np.sqrt(N))
        return float(Pm), (), float(ndtr(-Pm))
    if combination == "Z":
        Z = float(ndtri(p).sum() / np.sqrt(N))
        return Z, (), float(ndtr(Z))
    scale = np.sqrt(3 * (5 * N + 4) / (np.pi**2 * N * (5 * N + 2)))
    L = float(scale * np.log(p / (1 - p)).sum())
    return L, (5.0 * N + 4,), float(stdtr(5 * N + 4, L))
