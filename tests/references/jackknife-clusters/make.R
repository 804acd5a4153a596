# Nine clusters of unequal size, weights, a category: each cluster left out in turn.
source("../helpers-clusters.R")

set.seed(95)
size <- c(7, 21, 12, 9, 15, 30, 11, 8, 13)
g <- rep(seq_along(size), size)
n <- length(g)
x <- round(rnorm(n) + rnorm(9)[g], 4)
z <- round(rexp(n), 4)
w <- round(runif(n, 0.5, 2), 3)
kind <- ifelse(runif(n) < 0.4, "b", "a")
y <- round(1 + 0.4 * x - 0.2 * z + 0.3 * (kind == "b") + 0.7 * rnorm(9)[g] + rnorm(n), 4)
write_data(data.frame(y, x, z, kind, w, g = paste0("g", g)))
d <- read.csv("data.csv")

fit <- function(data) lm(y ~ x + z + kind, data = data, weights = w)
m <- fit(d)
terms <- c(Intercept = "(Intercept)", x = "x", z = "z", "C(kind)[T.b]" = "kindb")
est <- estimates(m, terms)
out <- leave_out(fit, d, "g", terms)
jackknife <- jackknife_entry(est, out, "g", "; weighted least squares by lm")
cr3 <- cr3_entry(fit, d, "g", terms)
check_close(as.numeric(jackknife$expected$se), as.numeric(sapply(cr3$terms, `[[`, "se")))

write_values(c("clubSandwich", "sandwich"), "simulated in make.R, seed 95",
  "OLS", "y ~ x + z + C(kind)", nobs = n, weights = "w", covariances = list(cr3), tests = list(jackknife))
