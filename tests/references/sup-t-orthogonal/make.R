# A factorial design: estimates are uncorrelated, and the normal critical value is Sidak's.
source("../helpers-bands.R")

set.seed(102)
g <- expand.grid(a = c(-1, 1), b = c(-1, 1), c = c(-1, 1))
g <- g[rep(1:8, 4), ]
write_data(data.frame(y = round(1 + 0.4 * g$a + rnorm(32), 3), g)[sample(32), ])
d <- read.csv("data.csv")

m <- lm(y ~ a + b + c, data = d)
terms <- c(Intercept = "(Intercept)", a = "a", b = "b", c = "c")
R <- cov2cor(vcov(m))
stopifnot(max(abs(R - diag(4))) < 1e-12)
slopes <- terms[-1]
tests <- list(
  band_entry(diag(3), slopes, choice("Classical"), 28),
  band_entry(diag(4), terms, choice("Classical"), 28, level = 0.99),
  band_entry(diag(1), terms["a"], choice("Classical"), 28)
)
sidak <- function(k, level) qnorm((1 + level^(1 / k)) / 2)
check_close(sapply(tests, function(t) as.numeric(t$expected$critical_normal)),
            c(sidak(3, 0.95), sidak(4, 0.99), sidak(1, 0.95)), 1e-10)
check_close(as.numeric(tests[[3]]$expected$critical_t), qt(0.975, 28), 1e-9)

covs <- list(covariance("Classical", character(0), estimates(m, terms), std_errors(vcov(m), terms), df = 28))
write_values(c("mvtnorm"), "simulated in make.R, seed 102",
  "OLS", "y ~ a + b + c", nobs = 32, covariances = covs, tests = tests)
