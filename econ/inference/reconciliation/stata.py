"""Conventions of Stata: regress, areg, xtreg, reghdfe and ivreg2."""

from __future__ import annotations

from econ.inference.reconciliation.conditions import (
    CONSTANT_WEIGHTS,
    EFFECTS,
    NEVER_ROBUST,
    NO_EFFECTS,
    ONE_WAY_BEFORE_18,
    PANELS_NESTED,
)
from econ.inference.reconciliation.counts import BY_COMPONENTS, COLUMNS, RANK, Counting
from econ.inference.reconciliation.rules import (
    CLIPPED,
    COMPONENT_RESIDUAL,
    EQUAL_VARIANCES,
    FEWEST_CLUSTERS,
    FEWEST_OR_RESIDUAL,
    HC,
    N_LESS_ONE,
    N_OVER,
    RANK_RESIDUAL,
    RESIDUAL,
    SMALLEST,
    ClusterSums,
    Rule,
)

__all__ = ["CLASSICAL", "CLUSTERED", "WHITE"]

REGRESS, AREG, XTREG, REGHDFE = "Stata regress", "Stata areg", "Stata xtreg, fe", "Stata reghdfe"
PANEL_OUT = Counting("effects but the panel's", lambda rows: COLUMNS.number(rows) - rows.effects[0].count + 1)

CLASSICAL = (
    Rule(
        program=REGRESS,
        call="regress {y} {xs}{stata}{aw}",
        meat=EQUAL_VARIANCES,
        factor=N_OVER,
        K=RANK,
        law=RANK_RESIDUAL,
    ),
    Rule(
        program=AREG,
        call="areg {y} {xs}{other}{aw}, absorb({unit})",
        meat=EQUAL_VARIANCES,
        factor=N_OVER,
        K=COLUMNS,
        law=RESIDUAL,
        only=(EFFECTS,),
    ),
    Rule(
        program=XTREG,
        call="xtreg {y} {xs}{other}{aw}, fe",
        meat=EQUAL_VARIANCES,
        factor=N_OVER,
        K=COLUMNS,
        law=RESIDUAL,
        needs=(CONSTANT_WEIGHTS,),
        only=(EFFECTS,),
    ),
    Rule(
        program=REGHDFE,
        call="reghdfe {y} {xs}{aw}, {absorb}",
        meat=EQUAL_VARIANCES,
        factor=N_OVER,
        K=BY_COMPONENTS,
        law=COMPONENT_RESIDUAL,
        keeps_singletons=False,
    ),
)

WHITE = (
    Rule(
        program=REGRESS,
        call="regress {y} {xs}{stata}{aw}, vce(robust)",
        meat=HC,
        factor=N_OVER,
        K=RANK,
        law=RANK_RESIDUAL,
    ),
    Rule(
        program=AREG,
        call="areg {y} {xs}{other}{aw}, absorb({unit}) vce(robust)",
        meat=HC,
        factor=N_OVER,
        K=COLUMNS,
        law=RESIDUAL,
        only=(EFFECTS,),
    ),
    Rule(
        program=XTREG,
        call="xtreg {y} {xs}{other}{aw}, fe vce(robust)",
        meat=HC,
        law=RESIDUAL,
        needs=(NEVER_ROBUST,),
        only=(EFFECTS,),
    ),
    Rule(
        program=REGHDFE,
        call="reghdfe {y} {xs}{aw}, {absorb} vce(robust)",
        meat=HC,
        factor=N_OVER,
        K=BY_COMPONENTS,
        law=COMPONENT_RESIDUAL,
        keeps_singletons=False,
    ),
)

CLUSTERED = (
    Rule(
        program=REGRESS,
        call="regress {y} {xs}{stata}{aw}, vce(cluster {g})",
        meat=ClusterSums(SMALLEST),
        factor=N_LESS_ONE,
        K=RANK,
        law=FEWEST_CLUSTERS,
        needs=(ONE_WAY_BEFORE_18,),
    ),
    Rule(
        program=AREG,
        call="areg {y} {xs}{other}{aw}, absorb({unit}) vce(cluster {g})",
        meat=ClusterSums(SMALLEST),
        factor=N_LESS_ONE,
        K=COLUMNS,
        law=FEWEST_CLUSTERS,
        needs=(ONE_WAY_BEFORE_18,),
        only=(EFFECTS,),
    ),
    Rule(
        program=XTREG,
        call="xtreg {y} {xs}{other}{aw}, fe vce(cluster {g})",
        meat=ClusterSums(SMALLEST),
        factor=N_LESS_ONE,
        K=PANEL_OUT,
        law=FEWEST_CLUSTERS,
        needs=(ONE_WAY_BEFORE_18, PANELS_NESTED, CONSTANT_WEIGHTS),
        only=(EFFECTS,),
    ),
    Rule(
        program=REGHDFE,
        call="reghdfe {y} {xs}{aw}, {absorb} vce(cluster {g})",
        meat=ClusterSums(SMALLEST),
        factor=N_LESS_ONE,
        K=BY_COMPONENTS,
        law=FEWEST_OR_RESIDUAL,
        keeps_singletons=False,
        repair=CLIPPED,
    ),
    Rule(
        program="Stata ivreg2",
        call="ivreg2 {y} {xs}{aw}, cluster({g}) small",
        meat=ClusterSums(SMALLEST),
        factor=N_LESS_ONE,
        K=COLUMNS,
        law=FEWEST_CLUSTERS,
        only=(NO_EFFECTS,),
    ),
)
