# A treatment with many values, seven rows, two doses equal: all 5040 permutations, of which
# 2520 are distinct (p is the same).
source("../helpers-randomization.R")

set.seed(84)
dose <- c(0.5, 1.2, 1.2, 2.0, 3.1, 4.4, 0.1)
y <- round(1 + 0.3 * dose + rnorm(7), 2)
write_data(data.frame(y, dose))
d <- read.csv("data.csv")

m <- lm(y ~ dose, data = d)
terms <- c(Intercept = "(Intercept)", dose = "dose")
every <- permutations(7)
stopifnot(ncol(every) == factorial(7), all(apply(every, 2, sort) == 1:7))
all <- matrix(d$dose[every], 7)
distinct <- unique(all, MARGIN = 2)
tests <- randomization_entries(by_lm(y ~ dose, "dose"), d, "dose", distinct,
  list(covariance = choice("White", "HC1")), "; over all 5040 permutations p is the same")
# all of them, the slope by hand: 2 permutations for each distinct one
slopes <- colSums((all - mean(d$dose)) * (d$y - mean(d$y))) / sum((d$dose - mean(d$dose))^2)
stopifnot(counts(coef(m)[["dose"]], slopes) == 2 * as.numeric(tests[[1]]$expected$count))

covs <- list(covariance("White", "HC1", estimates(m, terms), std_errors(vcovHC(m, "HC1"), terms), df = 5))
write_values(c("sandwich"), "simulated in make.R, seed 84",
  "OLS", "y ~ dose", nobs = 7, covariances = covs, tests = tests)
