"""What evidence says of a hypothesis: a rule that is written down before it is applied."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

__all__ = ["AGREEMENT", "SIZE", "Verdict", "together", "verdict"]

SIZE = 0.05
AGREEMENT = 0.75  # of the specifications


class Verdict(Enum):
    """What one piece of evidence says, or all of them together."""

    SUPPORTED = "supported"
    FRAGILE = "fragile support"
    UNDECIDED = "undecided"
    FRAGILE_AGAINST = "fragile contradiction"
    CONTRADICTED = "contradicted"
    UNTESTABLE = "cannot be tested"
    MIXED = "mixed"


def verdict(*, agrees: bool, p_value: float, share: float, turned: bool) -> Verdict:
    """The verdict on one coefficient of which a sign was predicted.

    Parameters
    ----------
    agrees
        Whether the estimate has the sign that was predicted.
    p_value
        For the coefficient being zero, fit for few clusters.
    share
        Share of the other specifications whose estimate has the sign of the estimate; missing where there are none, so
        that nothing firm can be said.
    turned
        Whether the estimate changes its sign when one of the units is left out.

    Returns
    -------
    Verdict
        Undecided unless `p_value < SIZE`; then supported or contradicted where at least `AGREEMENT` of the
        specifications have its sign and no single unit turns it, and fragile otherwise.

    Examples
    --------
    >>> from econ.ledger.verdicts import verdict
    >>> verdict(agrees=True, p_value=0.01, share=0.6, turned=False).value
    'fragile support'
    """
    if not p_value < SIZE:
        return Verdict.UNDECIDED
    firm = share >= AGREEMENT and not turned
    if agrees:
        return Verdict.SUPPORTED if firm else Verdict.FRAGILE
    return Verdict.CONTRADICTED if firm else Verdict.FRAGILE_AGAINST


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on a hypothesis from those on its concepts.

    Parameters
    ----------
    verdicts
        One for each concept or part.

    Returns
    -------
    Verdict
        Concepts that cannot be tested do not count. Any two that point in different directions make it mixed. If some
        point in one direction, the hypothesis is supported (contradicted) only where all that count do so firmly, and
        otherwise fragile; it is undecided where none points anywhere.

    Examples
    --------
    >>> from econ.ledger import Verdict, together
    >>> together([Verdict.SUPPORTED, Verdict.UNDECIDED, Verdict.UNTESTABLE]).value
    'fragile support'
    """
    counted = [one for one in verdicts if one is not Verdict.UNTESTABLE]
    if not counted:
        return Verdict.UNTESTABLE
    sides = {
        (Verdict.SUPPORTED, Verdict.FRAGILE): [one for one in counted if one in {Verdict.SUPPORTED, Verdict.FRAGILE}],
        (Verdict.CONTRADICTED, Verdict.FRAGILE_AGAINST): [
            one for one in counted if one in {Verdict.CONTRADICTED, Verdict.FRAGILE_AGAINST}
        ],
    }
    found = [side for side, members in sides.items() if members]
    if not found:
        return Verdict.UNDECIDED
    if len(found) > 1:
        return Verdict.MIXED
    firm, fragile = found[0]
    return firm if all(one is firm for one in counted) else fragile
