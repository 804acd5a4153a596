"""How one-sided flows between two are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from econ.design import complete, numeric
from econ.errors import DataError, IdentificationError, OptionError
from econ.estimates import require_share, require_whole
from econ.from_influence import from_influence
from econ.groups import Matrix, Vector
from econ.outcomes import Test
from econ.panels import require_columns, shown
from econ.sample import Sample
from econ.scores import Stacked
from econ.types import Fit

__all__ = ["FlowAsymmetry"]

BALANCE = {"out_in_ratio": 1.0, "out_share": 0.5}
ROUNDING = 1e-9
BLOCK = 1_000  # draws at once
NAMES = ("out_in_ratio", "grubel_lloyd", "out_share", "partner_share")
OVER, UNDER = [0, 2, 0, 3], [1, 3, 3, 4]  # columns of the summands


@dataclass(frozen=True)
class FlowAsymmetry:
    r"""Outward against inward flows: their ratio, the Grubel-Lloyd index, and the partner's share in all flows.

    Over rows, such as years or industries, `out_in_ratio` is :math:`\sum X / \sum M`, `grubel_lloyd` is
    :math:`1 - \sum |X - M| / \sum (X + M)` (one where each row is balanced, zero where flows go one way), `out_share`
    :math:`\sum X / \sum (X + M)`, and with `total`, `partner_share` is :math:`\sum (X + M) / \sum T`.

    Parameters
    ----------
    outward, inward
        Columns of flows of zero or more.
    total
        Column of all flows, of which those with the partner are a part; None for no share of the partner.

    Returns
    -------
    Fit
        From `fit(data)`: the influence of a row is that of a ratio of sums, so that `NeweyWest(time)` or
        `Clustered(partner)` allow for dependence between rows. `bootstrap(data)` has intervals by resampling.

    Raises
    ------
    OptionError, DataError, IdentificationError
        With the column or row: a flow below zero, no inward flow at all, fewer than two rows.

    References
    ----------
    Grubel and Lloyd (1975), Intra-Industry Trade, chapter 2.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import White
    >>> from econ.convergence import FlowAsymmetry
    >>> data = pd.DataFrame({"to_usa": [20.0, 30, 25], "to_japan": [2.0, 5, 3]})
    >>> estimates = FlowAsymmetry("to_usa", "to_japan").fit(data).inference(White("HC0"))
    >>> estimates.table.iloc[:2, :3].round(3).values.tolist()
    [['out_in_ratio', 7.5, 0.935], ['grubel_lloyd', 0.235, 0.026]]
    """

    outward: str
    inward: str
    total: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("FlowAsymmetry", *self._columns)

    @property
    def _columns(self) -> tuple[str, ...]:
        return (self.outward, self.inward, *((self.total,) if self.total is not None else ()))

    @property
    def _names(self) -> tuple[str, ...]:
        return NAMES if self.total is not None else NAMES[:-1]

    @property
    def formula(self) -> str:
        """The measures in words."""
        return f"{self.outward} against {self.inward}" + (f" in {self.total}" if self.total is not None else "")

    def fit(self, data: Any) -> Fit:
        """The measures; see the class for what is raised."""
        sample, flows = self._flows(data)
        params, influence = _ratios(_summands(flows), len(self._names))
        return from_influence(self, sample, self._names, params, Stacked(influence), df=float(len(flows) - 1), rank=1)

    def bootstrap(
        self,
        data: Any,
        term: str = "out_in_ratio",
        *,
        reps: int = 9_999,
        block: int = 1,
        level: float = 0.95,
        seed: int = 0,
    ) -> Test:
        """An interval for one measure by resampling rows: its percentiles.

        The test is that flows are balanced: a ratio of one, or an outward share of a half. For the other measures
        balance lies at the end of their range, and there is no test.

        Parameters
        ----------
        data, term
            The table, and which measure.
        reps
            Draws.
        block
            Rows that follow each other and are drawn together, in the order of the table: more than one for years.
            Blocks wrap around from the last row to the first.
        level
            Coverage of the interval.
        seed
            Of the draws.
        """
        require_share("level", level)
        require_whole("reps", reps, least=1)
        require_whole("block", block, least=1)
        require_whole("seed", seed)
        sample, flows = self._flows(data)
        if block >= len(flows):
            raise OptionError(f"block={block} with {len(flows)} rows; give fewer")
        missing = tuple((f"rows are left out, {reason}", count) for reason, count in sample.dropped.items())
        params = _ratios(_summands(flows), len(self._names))[0]
        if term not in self._names:
            raise OptionError(f"no measure {term!r}; there are {', '.join(self._names)}")
        place, draws = NAMES.index(term), _resampled(flows, reps, block, seed)
        drawn = draws[:, place]
        lost = int(np.isinf(drawn).sum())
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
        null = BALANCE.get(term, np.nan)
        near = min((drawn <= null).sum(), (drawn >= null).sum())
        return Test(
            title=f"{term} = {null:g}" if term in BALANCE else f"interval of {term}",
            statistic=float(params[place]),
            df=(),
            p_value=float(min(1.0, 2 * (1 + near) / (1 + reps))) if term in BALANCE else np.nan,
            method=f"bootstrap of {'rows' if block == 1 else f'blocks of {block} rows'}, percentiles of {reps:,} draws",
            confidence_set=((float(low), float(high)),),
            remarks=tuple(
                f"{count:,} {said}"
                for said, count in (("draws have nothing to divide by and count as infinite", lost), *missing)
                if count
            ),
        )

    def _flows(self, data: Any) -> tuple[Sample, Matrix]:
        sample = complete(self._columns, data)
        flows = np.column_stack([numeric(sample.column(name)) for name in self._columns])
        wrong = np.argwhere(~(np.isfinite(flows) & (flows >= 0)))
        if wrong.size:
            row, column = wrong[0]
            raise DataError(
                f"{self._columns[column]!r} is {shown(flows[row, column])} in row {sample.labels[row]!r}: an asymmetry "
                "is one of gross flows of zero or more"
            )
        if len(flows) < 2:  # noqa: PLR2004
            raise IdentificationError("there is one row; the error of a ratio needs two or more")
        if not flows[:, 1].any():
            raise IdentificationError(f"{self.inward!r} is zero in every row, and no ratio to it exists")
        parts = (flows[:, 0] + flows[:, 1]) * (1 - ROUNDING if self.total else 0)
        over = np.flatnonzero(flows[:, -1] < parts)
        if over.size:
            raise DataError(
                f"{self.total!r} is less than {self.outward!r} and {self.inward!r} together in row "
                f"{sample.labels[over[0]]!r}; it is the total of which they are a part"
            )
        return sample, flows


def _summands(flows: Matrix) -> Matrix:
    """(n, 5): X, M, min, X + M, and the total (or X + M)."""
    X, M = flows[:, 0], flows[:, 1]
    return np.column_stack([X, M, 2 * np.minimum(X, M), X + M, flows[:, -1] if flows.shape[1] > 2 else X + M])  # noqa: PLR2004


def _ratios(summands: Matrix, count: int) -> tuple[Vector, Matrix]:
    """(k,) ratios of sums, and (n, k) influences."""
    sums = summands.sum(axis=0)
    over, under = OVER[:count], UNDER[:count]
    params = sums[over] / sums[under]
    return params, (summands[:, over] - params * summands[:, under]) / sums[under]


def _resampled(flows: Matrix, reps: int, block: int, seed: int) -> Matrix:
    """(reps, 4) measures of rows drawn with replacement in blocks."""
    n, generator = len(flows), np.random.default_rng(seed)
    summands, count = _summands(flows), -(-n // block)
    found = []
    for start in range(0, reps, BLOCK):
        starts = generator.integers(n, size=(min(BLOCK, reps - start), count))
        rows = ((starts[:, :, None] + np.arange(block)) % n).reshape(len(starts), -1)[:, :n]
        times = np.stack([np.bincount(one, minlength=n) for one in rows])
        found.append(times @ summands)
    sums = np.concatenate(found)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.nan_to_num(sums[:, OVER] / sums[:, UNDER], nan=np.inf, posinf=np.inf))
