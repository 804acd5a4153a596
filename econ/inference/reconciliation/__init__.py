"""Why programs print different standard errors for the same regression: their conventions as tables of rules."""

from econ.inference.reconciliation.table import Reconciliation, reconcile

__all__ = ["Reconciliation", "reconcile"]
