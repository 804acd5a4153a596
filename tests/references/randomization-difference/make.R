# Difference in means, rearranged in all ways and in all ways within blocks: coin and loops.
source("../helpers-randomization.R")
suppressPackageStartupMessages(library(coin))

set.seed(81)
block <- rep(c("a", "b", "c"), c(4, 6, 4))
n <- length(block)
d <- ave(runif(n), block, FUN = function(v) as.numeric(rank(v) <= length(v) / 2))
write_data(data.frame(y = round(2 + 1.3 * d + (block == "b") + rnorm(n), 1), d, block))
d <- read.csv("data.csv")

m <- lm(y ~ d, data = d)
terms <- c(Intercept = "(Intercept)", d = "d")
fit <- by_lm(y ~ d, "d")
free <- assignments(d$d)
blocked <- assignments(d$d, d$block)
stopifnot(ncol(free) == choose(14, 7), ncol(blocked) == 6 * 20 * 6)
hc1 <- choice("White", "HC1")
tests <- c(
  randomization_entries(fit, d, "d", free, list(covariance = hc1), "; the coefficient's p is coin's"),
  randomization_entries(fit, d, "d", blocked, list(strata = "block", covariance = hc1),
                        "; the coefficient's p is coin's")
)
# Half of every block is treated, so that the difference in means has expectation zero
# within blocks, too, and orders the assignments as coin's statistic does.
exact <- function(formula) pvalue(oneway_test(formula, data = d, distribution = exact_d))
exact_d <- coin::exact(algorithm = "shift", fact = 10)
d$treated <- factor(d$d)
d$block <- factor(d$block)
p <- function(entry) as.numeric(entry$expected$p_value)
check_close(p(tests[[1]]), exact(y ~ treated))
check_close(p(tests[[3]]), exact(y ~ treated | block))

covs <- list(covariance("White", "HC1", estimates(m, terms), std_errors(vcovHC(m, "HC1"), terms), df = n - 2))
write_values(c("coin", "sandwich"), "simulated in make.R, seed 81",
  "OLS", "y ~ d", nobs = n, covariances = covs, tests = tests)
