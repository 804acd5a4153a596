# House values in towns of different size with random town effects (Swamy-Arora); some
# regressors are constant within towns. The example of Baltagi and Chang (1994), plm.
source("../helpers-panels.R")

data("Hedonic", package = "plm")
Hedonic$chas <- as.integer(Hedonic$chas == "yes")
write_data(Hedonic)
d <- read.csv("data.csv")

regressors <- setdiff(names(d), c("mv", "townid"))
formula <- reformulate(regressors, "mv")
p <- plm(formula, data = d, index = "townid", model = "random", random.method = "swar")
v <- ercomp(p)
# second program: the algebra, least squares on quasi-demeaned data with sandwich
X <- model.matrix(formula, d)
a <- swamy_arora(d$mv, X, d$townid)
stopifnot(a$k_within < length(regressors))
check_close(c(a$s2e, a$s2u), v$sigma2)
check_close(a$theta[!duplicated(d$townid)], v$theta[!duplicated(d$townid)])
m <- random_effects_fit(d$mv, X, d$townid, a$theta)
terms <- c(Intercept = "(Intercept)", setNames(nm = regressors))
check_plm(p, m, terms, "townid", d)
covs <- transformed_entries(m, d, terms, list("townid", "rad"), "plm (swar)")

within <- plm(formula, data = d, index = "townid", model = "within")
tests <- list(
  htest_entry("hausman", phtest(within, p),
              note = "plm phtest: V(within) - V(random), each with its own residual variance, of the varying terms"),
  hausman_auxiliary(d$mv, X, d$townid, a$theta, d),
  hausman_auxiliary(d$mv, X, d$townid, a$theta, d, "townid")
)

write_values(c("plm", "sandwich"),
  "Hedonic of R package plm: D. Harrison and D. L. Rubinfeld (1978), 'Hedonic housing prices and the demand for clean air', Journal of Environmental Economics and Management 5, 81-102",
  "RandomEffects", paste("mv ~", paste(regressors, collapse = " + ")), nobs = nrow(d), covariances = covs,
  rtol_estimate = 1e-7,
  why_looser = "the components need a trace with the inverse of badly scaled means: plm and linearmodels (small_sample=True) agree to 4e-9",
  options = list(unit = "townid"), tests = tests,
  statistics = c(re_statistics(a), list(harmonic = harmonic_statistics(d$mv, X, d$townid, terms))))
