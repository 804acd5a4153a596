"""The estimates of an event study in the order of time, with what came before and after the base."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.errors import IdentificationError, NotDefinedError, OptionError
from econ.event_study.options import Options
from econ.groups import Codes, Matrix, Vector
from econ.sample import listed
from econ.types import Covariance, Fit

__all__ = ["EventPath", "path_of"]

SINGULAR = 1e-10  # eigenvalue of the correlations


@dataclass(frozen=True, eq=False)
class EventPath:
    """Estimates by event time.

    Attributes
    ----------
    times
        (k,) event times in order, without the base.
    estimates, covariance
        (k,) and (k, k).
    df
        Degrees of freedom of the covariance.
    base
        The event time that estimates are relative to.
    label
        How uncertainty was measured.
    varying
        Whether estimates before the event are relative to the period before each.
    """

    times: Codes
    estimates: Vector
    covariance: Matrix
    df: float
    base: int
    label: str
    varying: bool = False

    @property
    def pre(self) -> Codes:
        """Places of what came before: event times up to the base, which stands among them where it varies."""
        return np.flatnonzero(self.times <= self.base)

    @property
    def post(self) -> Codes:
        """Places of what came after the base."""
        return np.flatnonzero(self.times > self.base)

    def trend(self, slope: float) -> Vector:
        """(k,) what a linear trend of differences between treated and others would add to the estimates."""
        moved = slope * (self.times - self.base)
        return np.where(self.varying & (self.times <= self.base), slope, moved).astype(np.float64)

    def regular(self) -> EventPath:
        """The path if its covariance is that of estimates none of which is known from the others.

        Raises
        ------
        NotDefinedError
            If the base has an estimate, so that the others are not relative to it.
        IdentificationError
            If the covariance is singular, as with fewer clusters than estimates.
        """
        if self.base in self.times and not self.varying:
            raise NotDefinedError(
                f"there is an estimate for the base period {self.base}, so that the others are not relative to it; "
                "give a fit of econ.event_study, or leave that term out with `combine`"
            )
        variances = np.diag(self.covariance)
        if not (variances > 0).all():
            raise IdentificationError("an estimate has standard error zero; leave its event time out of the window")
        size = np.sqrt(variances)
        own = np.linalg.eigvalsh(self.covariance / np.outer(size, size))
        rank = int((own > SINGULAR).sum())
        if rank < size.size:
            raise IdentificationError(
                f"the covariance of the {size.size} estimates has rank {rank}, as with fewer clusters than estimates; "
                "narrow the window, or cluster more finely"
            )
        return self

    def consecutive(self) -> EventPath:
        """The path if it has no gap around a base that is the same for all.

        Raises
        ------
        OptionError, IdentificationError
            If the base varies, or an event time is missing between the first and the last.
        """
        if self.varying:
            raise OptionError("this needs all estimates relative to one period: fit with base='universal'")
        whole = [time for time in range(int(self.times[0]), int(self.times[-1]) + 1) if time != self.base]
        missing = sorted(set(whole) - set(self.times.tolist()))
        if missing:
            raise IdentificationError(
                f"event times {listed(missing)} have no estimate; narrow the window, so that there is no gap"
            )
        return self


def path_of(fit: Fit, covariance: Covariance) -> EventPath:
    """The path of an event study, or of any fit whose terms are event times.

    Raises
    ------
    NotDefinedError
        If a term is no event time, such as `-2`.
    IdentificationError
        If there is none before, or none after the event.
    """
    try:
        times = np.array([int(name) for name in fit.names])
    except ValueError as error:
        raise NotDefinedError(
            f"the terms {listed(fit.names)} are no event times; give a fit of econ.event_study, or name the terms "
            "'-2', '0', '1' with `combine`"
        ) from error
    estimates = fit.inference(covariance)
    order = np.argsort(times)
    spec = fit.spec if isinstance(fit.spec, Options) else None
    base = -1 if spec is None else -1 - spec.anticipation
    varying = spec is not None and spec.base == "varying"
    path = EventPath(
        times=times[order],
        estimates=fit.params[order],
        covariance=estimates.covariance[np.ix_(order, order)],
        df=float(estimates.df.min()),
        base=base,
        label=estimates.label,
        varying=varying,
    )
    for where, found in (("before", path.pre), ("after", path.post)):
        if not found.size:
            raise IdentificationError(f"no estimate stands {where} the base period {base}; widen the window")
    return path
