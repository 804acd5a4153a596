# Investment equation with random firm effects (Swamy-Arora), plm.
source("../helpers-panels.R")

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")
index <- c("firm", "year")

p <- plm(inv ~ value + capital, data = d, index = index, model = "random", random.method = "swar")
v <- ercomp(p)
# second program: the algebra, least squares on quasi-demeaned data with sandwich
X <- model.matrix(~ value + capital, d)
a <- swamy_arora(d$inv, X, d$firm)
check_close(c(a$s2e, a$s2u, a$theta[1]), c(v$sigma2, v$theta))
m <- random_effects_fit(d$inv, X, d$firm, a$theta)
terms <- c(Intercept = "(Intercept)", value = "value", capital = "capital")
check_plm(p, m, terms, "firm", d, "year")
check_close(diag(plm::vcovHC(p, method = "white1", type = "HC3")), diag(sandwich::vcovHC(m, "HC3")), 1e-7)
covs <- transformed_entries(m, d, terms, list("firm", "year", index), "plm (swar)",
                            white = c("HC0", "HC1", "HC2", "HC3"))

# Hausman tests.
robust <- function(x) plm::vcovHC(x, method = "arellano", type = "HC0") * cr1_factor(d["firm"], nrow(d), 5)
auxiliary <- phtest(inv ~ value + capital, data = d, index = index, method = "aux")
by_firm <- phtest(inv ~ value + capital, data = d, index = index, method = "aux", vcov = robust)
tests <- list(
  htest_entry("hausman", phtest(inv ~ value + capital, data = d, index = index),
              note = "plm phtest: V(within) - V(random), each with its own residual variance"),
  hausman_auxiliary(d$inv, X, d$firm, a$theta, d, check = auxiliary$statistic),
  hausman_auxiliary(d$inv, X, d$firm, a$theta, d, "firm", check = by_firm$statistic)
)

write_values(c("plm", "sandwich"),
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "RandomEffects", "inv ~ value + capital", nobs = nrow(d), covariances = covs,
  options = list(unit = "firm"), statistics = re_statistics(a), tests = tests)
