"""Conventions of R: fixest, lm with sandwich and clubSandwich, plm, estimatr."""

from __future__ import annotations

from dataclasses import replace

from econ.inference.reconciliation.conditions import (
    AT_MOST_TWO_EFFECTS,
    EFFECTS,
    INDEXED,
    NO_EFFECTS,
    NO_WEIGHTS_COMPARED,
    ONE_WAY,
    SEVERAL_WAYS,
    SINGLETONS,
    TWO_WAYS,
    UNWEIGHTED,
)
from econ.inference.reconciliation.counts import COLUMNS, NESTED_OUT, RANK, REGRESSORS
from econ.inference.reconciliation.rules import (
    CLIPPED_WHERE_NEGATIVE,
    CR2_EQUAL_VARIANCES,
    EACH,
    EQUAL_VARIANCES,
    FEWEST_CLUSTERS,
    HC,
    HC2,
    HC3,
    LESS_PARAMETERS,
    N_LESS_ONE,
    N_OVER,
    NO_FACTOR,
    ONCE,
    RANK_RESIDUAL,
    RESIDUAL,
    SATTERTHWAITE_EQUAL_VARIANCES,
    SMALLEST,
    ClusterSums,
    Rule,
)

__all__ = ["CLASSICAL", "CLUSTERED", "WHITE"]

FEOLS = "feols({y} ~ {x}{bar}{w}, vcov = "
LINEAR = "m <- lm({y} ~ {x}{factors}{w}); "
PANEL = 'm <- plm({y} ~ {x}, model = "{model}"); '
ROBUST = "lm_robust({y} ~ {x}{fixed}{w}"

# One call of each kind in full; the others are variations of it.
_feols = Rule(
    program="fixest feols",
    call=FEOLS + '"iid")',
    meat=EQUAL_VARIANCES,
    factor=N_OVER,
    K=COLUMNS,
    law=RESIDUAL,
    keeps_singletons=False,
)
_feols_clustered = replace(
    _feols,
    call=FEOLS + "~ {gs})",
    meat=ClusterSums(SMALLEST),
    factor=N_LESS_ONE,
    K=NESTED_OUT,
    law=FEWEST_CLUSTERS,
    repair=CLIPPED_WHERE_NEGATIVE,
)
_sandwich = Rule(
    program="sandwich vcovHC", call=LINEAR + 'coeftest(m, vcovHC(m, type = "HC0"))', meat=HC, law=RANK_RESIDUAL
)
_sandwich_clustered = Rule(
    program="sandwich vcovCL",
    call=LINEAR + "coeftest(m, vcovCL(m, ~ {gs}))",
    meat=ClusterSums(EACH),
    factor=N_LESS_ONE,
    K=RANK,
    law=RANK_RESIDUAL,
)
_plm = Rule(
    program="plm",
    call='summary(plm({y} ~ {x}, model = "{model}"))',
    meat=EQUAL_VARIANCES,
    factor=N_OVER,
    K=COLUMNS,
    law=RESIDUAL,
    needs=(AT_MOST_TWO_EFFECTS, INDEXED, NO_WEIGHTS_COMPARED),
)
_plm_robust = Rule(
    program="plm vcovHC",
    call=PANEL + 'coeftest(m, vcovHC(m, method = "white1", type = "HC0"))',
    meat=HC,
    law=RESIDUAL,
    needs=(AT_MOST_TWO_EFFECTS, INDEXED, UNWEIGHTED),
)
_plm_clustered = replace(
    _plm_robust,
    call=PANEL + 'coeftest(m, vcovHC(m, method = "arellano", type = "HC0", cluster = "{g}"))',
    meat=ClusterSums(ONCE),
    only=(ONE_WAY,),
)
_plm_double = replace(
    _plm_clustered, program="plm vcovDC", call=PANEL + 'coeftest(m, vcovDC(m, type = "HC0"))', only=(TWO_WAYS,)
)
_estimatr = Rule(
    program="estimatr lm_robust",
    call=ROBUST + ', se_type = "classical")',
    meat=EQUAL_VARIANCES,
    factor=N_OVER,
    K=COLUMNS,
    law=RESIDUAL,
)
_estimatr_clustered = replace(
    _estimatr,
    call=ROBUST + ', clusters = {g}, se_type = "stata")',
    meat=ClusterSums(EACH),
    factor=N_LESS_ONE,
    law=FEWEST_CLUSTERS,
    needs=(ONE_WAY,),
)


def _with_singletons(rule: Rule) -> Rule:
    """The rule of fixest while it kept them."""
    return replace(rule, program="fixest feols before 0.13", keeps_singletons=True, only=(*rule.only, SINGLETONS))


def _club_sandwich(rule: Rule) -> tuple[Rule, ...]:
    """The types of clubSandwich for a model; `rule` is that of CR1S, whose call has its name."""

    def of(kind: str, test: str = "naive-t") -> str:
        return rule.call.replace("CR1S", kind).replace("naive-t", test)

    return (
        replace(rule, call=of("CR0"), meat=ClusterSums(ONCE), factor=NO_FACTOR),
        replace(rule, call=of("CR1"), factor=NO_FACTOR),
        rule,
        replace(rule, call=of("CR1p"), meat=ClusterSums(LESS_PARAMETERS), factor=NO_FACTOR),
        replace(
            rule,
            call=of("CR2", "Satterthwaite"),
            meat=CR2_EQUAL_VARIANCES,
            factor=NO_FACTOR,
            law=SATTERTHWAITE_EQUAL_VARIANCES,
        ),
    )


def _plm_types(rule: Rule) -> tuple[Rule, ...]:
    """HC0, HC1 and sss, which count no effects."""
    return (
        rule,
        replace(rule, call=rule.call.replace("HC0", "HC1"), factor=N_OVER, K=REGRESSORS),
        replace(rule, call=rule.call.replace("HC0", "sss"), meat=ClusterSums(EACH), factor=N_LESS_ONE, K=REGRESSORS),
    )


_club_linear = Rule(
    program="clubSandwich vcovCR",
    call=LINEAR + 'coef_test(m, vcovCR(m, {g}, "CR1S"), test = "naive-t")',
    meat=ClusterSums(EACH),
    factor=N_LESS_ONE,
    K=RANK,
    law=FEWEST_CLUSTERS,
    needs=(ONE_WAY,),
)
_club_panel = replace(
    _club_linear,
    call=_club_linear.call.replace(LINEAR, PANEL),
    K=REGRESSORS,
    needs=(ONE_WAY, AT_MOST_TWO_EFFECTS, NO_WEIGHTS_COMPARED),
    only=(EFFECTS,),
)
_feols_robust = replace(_feols, call=FEOLS + '"hetero")', meat=HC)

CLASSICAL = (
    _feols,
    _with_singletons(_feols),
    Rule(
        program="R lm",
        call="lm({y} ~ {x}{factors}{w})",
        meat=EQUAL_VARIANCES,
        factor=N_OVER,
        K=RANK,
        law=RANK_RESIDUAL,
    ),
    _plm,
    _estimatr,
)

WHITE = (
    _feols_robust,
    _with_singletons(_feols_robust),
    replace(_feols, call=FEOLS + '"HC2")', meat=HC2, only=(NO_EFFECTS,)),
    replace(_feols, call=FEOLS + '"HC3")', meat=HC3, only=(NO_EFFECTS,)),
    _sandwich,
    replace(_sandwich, call=_sandwich.call.replace("HC0", "HC1"), factor=N_OVER, K=RANK),
    replace(_sandwich, call=_sandwich.call.replace("HC0", "HC2"), meat=HC2),
    replace(_sandwich, call=_sandwich.call.replace("HC0", "HC3"), meat=HC3),
    *_plm_types(_plm_robust)[:2],
    replace(_estimatr, call=ROBUST + ', se_type = "HC0")', meat=HC, factor=NO_FACTOR),
    replace(_estimatr, call=ROBUST + ', se_type = "stata")', meat=HC),
    replace(_estimatr, call=ROBUST + ")", meat=HC2, factor=NO_FACTOR),
)

CLUSTERED = (
    _feols_clustered,
    replace(
        _feols_clustered,
        call=FEOLS + '~ {gs}, ssc = ssc(G.df = "conventional"))',
        meat=ClusterSums(EACH),
        only=(SEVERAL_WAYS,),
    ),
    _with_singletons(_feols_clustered),
    _sandwich_clustered,
    replace(_sandwich_clustered, call=LINEAR + 'coeftest(m, vcovCL(m, ~ {gs}, type = "HC0"))', factor=NO_FACTOR),
    *_club_sandwich(_club_linear),
    *_club_sandwich(_club_panel),
    *_plm_types(_plm_clustered),
    *_plm_types(_plm_double),
    replace(
        _estimatr_clustered,
        call=ROBUST + ', clusters = {g}, se_type = "CR0")',
        meat=ClusterSums(ONCE),
        factor=NO_FACTOR,
    ),
    _estimatr_clustered,
)
