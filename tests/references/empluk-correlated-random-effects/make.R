# Employment in an unbalanced panel with random firm effects and firm means (Mundlak).
# plm's components stop here (the means are collinear with themselves in the between
# regression), so it gets those of the algebra; wage-panel-correlated-random-effects has
# the components of a program.
source("../helpers-panels.R")

data("EmplUK", package = "plm")
EmplUK$lemp <- log(EmplUK$emp)
write_data(EmplUK[c("firm", "year", "sector", "lemp", "wage", "capital")])
d <- read.csv("data.csv")
index <- c("firm", "year")

d$lwage <- log(d$wage)
d$lcapital <- log(d$capital)
slopes <- c("lwage", "lcapital")
for (x in slopes) d[[paste0("mean_", x)]] <- ave(d[[x]], d$firm)
formula <- reformulate(c(slopes, paste0("mean_", slopes)), "lemp")
X <- model.matrix(formula, d)
a <- swamy_arora(d$lemp, X, d$firm)
stopifnot(a$k_within == 2, a$k_between == 3)
# plm's components without the means: the regressions between and within are the same
v <- ercomp(plm(lemp ~ lwage + lcapital, data = d, index = index, model = "random", random.method = "swar"))
check_close(c(a$s2e, a$s2u), v$sigma2)
m <- random_effects_fit(d$lemp, X, d$firm, a$theta)
# the slopes are those of the within estimator
check_close(coef(m)[slopes], coef(plm(lemp ~ lwage + lcapital, data = d, index = index, model = "within")))
terms <- c(Intercept = "(Intercept)", "np.log(wage)" = "lwage", "np.log(capital)" = "lcapital",
           "mean(np.log(wage))" = "mean_lwage", "mean(np.log(capital))" = "mean_lcapital")
covs <- transformed_entries(m, d, terms, list("firm", "sector", "year", index), "lm, components as plm (swar)")

write_values(c("plm", "sandwich"),
  "EmplUK of R package plm: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "CorrelatedRandomEffects", "lemp ~ np.log(wage) + np.log(capital)", nobs = nrow(d), covariances = covs,
  options = list(unit = "firm"), statistics = c(re_statistics(a), list(harmonic = harmonic_statistics(d$lemp, X, d$firm, terms))),
  tests = list(wald_entry(m, d, "firm", terms[4:5], "the means are zero: Hausman's test, robust")))
