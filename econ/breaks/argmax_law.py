"""Where a two-sided Brownian motion with drift is largest: the limit of an estimated break date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["ArgmaxLaw"]


@dataclass(frozen=True)
class ArgmaxLaw:
    r"""The distribution of the argmax of :math:`W(-s) - |s| / 2` left of zero and :math:`\sqrt\phi W(s) - \xi s / 2`.

    Parameters
    ----------
    xi
        The drift right of zero relative to that left of it.
    phi
        The variance right of zero relative to that left of it.

    References
    ----------
    Bai (1997), Review of Economics and Statistics 79(4), appendix B; Yao (1987), Annals of Statistics 15(3), for the
    symmetric case.
    """

    xi: float
    phi: float

    def below(self, x: float) -> float:
        """Probability that the argmax lies at or below x."""
        if x > 0:  # the mirror image, in the scale of the right side
            ratio = self.xi**2 / self.phi
            return 1.0 - _left(self.phi / self.xi, x * ratio)
        return _left(self.xi / self.phi, -x)

    def quantile(self, share: float) -> float:
        """The x below which the argmax lies with a probability."""
        from scipy.optimize import brentq  # noqa: PLC0415 - keeps the import of the package light

        reach = 1.0
        while self.below(-reach) > share:
            reach *= 2
        top = 1.0
        while self.below(top) < share:
            top *= 2
        return float(brentq(lambda x: self.below(x) - share, -reach, top, xtol=1e-12))


def _left(r: float, x: float) -> float:
    """Probability that the argmax lies below -x, for x of zero or more; r is drift over variance right of zero."""
    from scipy.special import log_ndtr, ndtr  # noqa: PLC0415 - keeps the import of the package light

    root = np.sqrt(x)
    c = (1 + 2 * r) / (r * (1 + r))
    d = (1 + 2 * r) ** 2 / (r * (1 + r)) if np.isfinite(r) else 4.0
    grown = c * np.exp(r * (1 + r) * x / 2 + log_ndtr(-(0.5 + r) * root))
    edge = np.exp(-x / 8) * root / np.sqrt(2 * np.pi)
    return float(-edge - grown + (d - 2 + x / 2) * ndtr(-root / 2))
