# Employment in an unbalanced panel with random firm effects (Swamy-Arora), plm.
source("../helpers-panels.R")

data("EmplUK", package = "plm")
EmplUK$lemp <- log(EmplUK$emp)
write_data(EmplUK[c("firm", "year", "sector", "lemp", "wage", "capital")])
d <- read.csv("data.csv")
index <- c("firm", "year")

p <- plm(lemp ~ log(wage) + log(capital), data = d, index = index, model = "random", random.method = "swar")
v <- ercomp(p)
# second program: the algebra, least squares on quasi-demeaned data with sandwich
X <- model.matrix(~ log(wage) + log(capital), d)
a <- swamy_arora(d$lemp, X, d$firm)
check_close(c(a$s2e, a$s2u), v$sigma2)
check_close(a$theta[!duplicated(d$firm)], v$theta[!duplicated(d$firm)])
m <- random_effects_fit(d$lemp, X, d$firm, a$theta)
terms <- c(Intercept = "(Intercept)", "np.log(wage)" = "log(wage)", "np.log(capital)" = "log(capital)")
check_plm(p, m, terms, "firm", d, "year")
covs <- transformed_entries(m, d, terms, list("firm", "sector", "year", c("firm", "year"), c("sector", "year")),
                            "plm (swar)")

tests <- list(
  htest_entry("hausman", phtest(lemp ~ log(wage) + log(capital), data = d, index = index),
              note = "plm phtest: V(within) - V(random), each with its own residual variance"),
  # not by phtest, which adds an intercept that is not quasi-demeaned
  hausman_auxiliary(d$lemp, X, d$firm, a$theta, d),
  hausman_auxiliary(d$lemp, X, d$firm, a$theta, d, "firm")
)

write_values(c("plm", "sandwich"),
  "EmplUK of R package plm: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "RandomEffects", "lemp ~ np.log(wage) + np.log(capital)", nobs = nrow(d), covariances = covs,
  options = list(unit = "firm"), tests = tests,
  statistics = c(re_statistics(a), list(harmonic = harmonic_statistics(d$lemp, X, d$firm, terms))))
