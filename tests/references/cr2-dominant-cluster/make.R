# Thirteen clusters, one with half of the rows, four of them treated as a whole: few
# degrees of freedom, different by term. Weighted by inverse variances.
source("../helpers-clusters.R")

set.seed(71)
size <- c(120, 6, 9, 14, 7, 11, 8, 16, 5, 12, 10, 13, 9)
g <- rep(seq_along(size), size)
n <- length(g)
x <- round(rnorm(n) + rnorm(length(size))[g], 5)
treated <- as.numeric(g %in% c(1, 4, 9, 11))
w <- round(runif(n, 0.3, 4), 3)
y <- round(1 + 0.3 * treated + 0.5 * x + rnorm(length(size))[g] * 0.7 + rnorm(n) / sqrt(w), 5)
write_data(data.frame(y, x, treated, w, group = paste0("g", g))[sample(n), ])
d <- read.csv("data.csv")

fit <- function(data) lm(y ~ treated + x + treated:x, data = data, weights = w)
m <- fit(d)
terms <- c(Intercept = "(Intercept)", treated = "treated", x = "x", "treated:x" = "treated:x")

covs <- list(
  clustered_entry(cr0(m, d["group"]), d, "group", 4, estimates(m, terms), terms),
  cr2_entry(m, d, "group", terms),
  cr3_entry(fit, d, "group", terms)
)
tests <- list(
  wald_cr1(m, d, "group", 4, terms[c("treated", "treated:x")]),
  wald_cr2(m, d, "group", terms[c("treated", "treated:x")]),
  wald_cr2(m, d, "group", terms["treated"])
)

write_values(c("clubSandwich", "sandwich"), "simulated in make.R, seed 71",
  "OLS", "y ~ treated + x + treated:x", nobs = n, weights = "w", covariances = covs, tests = tests)
