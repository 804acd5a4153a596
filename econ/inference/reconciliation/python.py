"""Conventions of Python: pyfixest, statsmodels, linearmodels."""

from __future__ import annotations

from dataclasses import replace

from econ.inference.reconciliation.conditions import (
    AT_MOST_TWO_EFFECTS,
    AT_MOST_TWO_WAYS,
    EFFECTS,
    NO_EFFECTS,
    SEVERAL_WAYS,
    SINGLETONS,
    UNNESTED_EFFECTS,
)
from econ.inference.reconciliation.counts import (
    COLUMNS,
    LEVELS,
    NESTED_OUT,
    NOTHING,
    RANK,
    REGRESSORS,
    WITH_CONSTANT,
    Either,
)
from econ.inference.reconciliation.regression import Rows
from econ.inference.reconciliation.rules import (
    EACH,
    EQUAL_VARIANCES,
    FEWEST_CLUSTERS,
    HC,
    HC2,
    HC3,
    N_LESS_ONE,
    N_OVER,
    NO_FACTOR,
    NORMAL,
    ONCE,
    RANK_RESIDUAL,
    RESIDUAL,
    SMALLEST,
    ClusterSums,
    Rule,
)

__all__ = ["CLASSICAL", "CLUSTERED", "WHITE"]

FEOLS = 'pf.feols("{y} ~ {x}{bar}", data, vcov='
FIT = 'smf.{ls}("{y} ~ {x}{dummies}", data{wls}).fit('
CONST = "PanelOLS({y}, 1 + {x}{effects}{w}).fit("


def _alone(rows: Rows) -> bool:
    """Whether the only effect is nested in every way, where linearmodels leaves it out of its count."""
    return len(rows.effects) == 1 and all(rows.nested[0])


_AUTO = Either(_alone, WITH_CONSTANT, COLUMNS)
_AUTO_PLAIN = Either(_alone, REGRESSORS, COLUMNS)
_AUTO_LEVELS = Either(_alone, NOTHING, LEVELS)

# One call of each kind in full; the others are variations of it.
_feols = Rule(
    program="pyfixest feols",
    call=FEOLS + '"iid"{wpf})',
    meat=EQUAL_VARIANCES,
    factor=N_OVER,
    K=COLUMNS,
    law=RESIDUAL,
    keeps_singletons=False,
)
_feols_clustered = replace(
    _feols,
    call=FEOLS + '{{"CRV1": "{gp}"}}{wpf})',
    meat=ClusterSums(SMALLEST),
    factor=N_LESS_ONE,
    K=NESTED_OUT,
    law=FEWEST_CLUSTERS,
)
_statsmodels = Rule(
    program="statsmodels OLS", call=FIT + ")", meat=EQUAL_VARIANCES, factor=N_OVER, K=RANK, law=RANK_RESIDUAL
)
_statsmodels_robust = replace(_statsmodels, call=FIT + 'cov_type="HC1")', meat=HC, law=NORMAL)
_statsmodels_clustered = replace(
    _statsmodels,
    call=FIT + 'cov_type="cluster", cov_kwds={{"groups": g}})',
    meat=ClusterSums(EACH),
    factor=N_LESS_ONE,
    K=COLUMNS,
    law=NORMAL,
    needs=(AT_MOST_TWO_WAYS,),
)
_panel = Rule(
    program="linearmodels PanelOLS",
    call=CONST + 'cov_type="unadjusted")',
    meat=EQUAL_VARIANCES,
    factor=N_OVER,
    K=COLUMNS,
    law=RESIDUAL,
    needs=(AT_MOST_TWO_EFFECTS, UNNESTED_EFFECTS),
)
_panel_robust = replace(_panel, call=CONST + 'cov_type="robust")', meat=HC)
_panel_clustered = replace(
    _panel,
    call=CONST + 'cov_type="clustered", clusters=[{gl}])',
    meat=ClusterSums(ONCE),
    K=_AUTO,
    needs=(*_panel.needs, AT_MOST_TWO_WAYS),
)


def _option(rule: Rule, text: str) -> str:
    """The call with another argument."""
    return f"{rule.call[:-1]}, {text})"


def _other_rows(rule: Rule) -> Rule:
    """The program's other choice about singletons, worth a row where there are any."""
    keeps = not rule.keeps_singletons
    call = _option(rule, 'fixef_rm="none"') if keeps else rule.call.replace("{w})", "{w}, singletons=False)")
    return replace(rule, call=call, keeps_singletons=keeps, only=(*rule.only, SINGLETONS))


def _plain(rule: Rule) -> Rule:
    """The same without a constant among the regressors."""
    return replace(rule, call=rule.call.replace("1 + {x}", "{x}"), only=(*rule.only, EFFECTS))


def _undebiased(rule: Rule) -> Rule:
    levels = _AUTO_LEVELS if rule.K is _AUTO else LEVELS
    return replace(rule, call=_option(rule, "debiased=False"), K=levels, law=NORMAL)


def _group_debiased(rule: Rule) -> Rule:
    return replace(rule, call=_option(rule, "group_debias=True"), meat=ClusterSums(EACH), factor=N_LESS_ONE)


def _panels(rule: Rule) -> tuple[Rule, ...]:
    """Calls of PanelOLS, with singletons and without."""
    both = (rule, _plain(rule), _undebiased(rule))
    return (*both, *(_other_rows(one) for one in both))


_panel_plain = replace(_plain(_panel_clustered), K=_AUTO_PLAIN)
_panel_auto = (
    _panel_clustered,
    _group_debiased(_panel_clustered),
    _panel_plain,
    _group_debiased(_panel_plain),
    _undebiased(_panel_clustered),
    replace(_panel_clustered, call=_option(_panel_clustered, "auto_df=False"), K=COLUMNS, only=(EFFECTS,)),
    replace(
        _panel_clustered,
        call=_option(_panel_clustered, "auto_df=False, count_effects=False"),
        K=WITH_CONSTANT,
        only=(EFFECTS,),
    ),
)
_feols_ways = (
    _feols_clustered,
    replace(
        _feols_clustered,
        call=_option(_feols_clustered, "ssc=pf.ssc(k_adj=False, G_adj=False)"),
        meat=ClusterSums(ONCE),
        factor=NO_FACTOR,
    ),
    replace(_feols_clustered, call=_option(_feols_clustered, "ssc=pf.ssc(k_fixef='full')"), K=COLUMNS, only=(EFFECTS,)),
    replace(
        _feols_clustered, call=_option(_feols_clustered, "ssc=pf.ssc(k_fixef='none')"), K=REGRESSORS, only=(EFFECTS,)
    ),
    replace(
        _feols_clustered,
        call=_option(_feols_clustered, "ssc=pf.ssc(G_df='conventional')"),
        meat=ClusterSums(EACH),
        only=(SEVERAL_WAYS,),
    ),
)
_feols_robust = replace(_feols, call=FEOLS + '"hetero"{wpf})', meat=HC)

CLASSICAL = (_feols, _other_rows(_feols), _statsmodels, *_panels(_panel))

WHITE = (
    _feols_robust,
    _other_rows(_feols_robust),
    replace(_feols, call=FEOLS + '"HC2"{wpf})', meat=HC2, only=(NO_EFFECTS,)),
    replace(_feols, call=FEOLS + '"HC3"{wpf})', meat=HC3, only=(NO_EFFECTS,)),
    replace(_statsmodels_robust, call=FIT + 'cov_type="HC0")', factor=NO_FACTOR),
    _statsmodels_robust,
    replace(_statsmodels_robust, call=FIT + 'cov_type="HC2")', meat=HC2, factor=NO_FACTOR),
    replace(_statsmodels_robust, call=FIT + 'cov_type="HC3")', meat=HC3, factor=NO_FACTOR),
    *_panels(_panel_robust),
)

CLUSTERED = (
    *_feols_ways,
    *(_other_rows(rule) for rule in _feols_ways),
    _statsmodels_clustered,
    replace(_statsmodels_clustered, call=_option(_statsmodels_clustered, "use_t=True"), law=FEWEST_CLUSTERS),
    replace(
        _statsmodels_clustered,
        call=FIT + 'cov_type="cluster", cov_kwds={{"groups": g, "df_correction": False}}, use_t=True)',
        law=RANK_RESIDUAL,
    ),
    replace(
        _statsmodels_clustered,
        call=FIT + 'cov_type="cluster", cov_kwds={{"groups": g, "use_correction": False}})',
        meat=ClusterSums(ONCE),
        factor=NO_FACTOR,
    ),
    *_panel_auto,
    *(_other_rows(rule) for rule in _panel_auto),
)
