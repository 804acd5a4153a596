# Four doses against a control with groups of equal size: all correlations are 1/2, and the
# t critical value is Dunnett's (1964), 2.65 in his table for four doses and 20 degrees of
# freedom.
source("../helpers-bands.R")

set.seed(101)
dose <- rep(c("a", "b", "c", "d", "e"), each = 5)
write_data(data.frame(y = round(rnorm(25) + (dose == "c"), 3), dose)[sample(25), ])
d <- read.csv("data.csv")

m <- lm(y ~ dose, data = d)
terms <- setNames(paste0("dose", c("b", "c", "d", "e")), paste0("C(dose)[T.", c("b", "c", "d", "e"), "]"))
R <- cov2cor(vcov(m)[terms, terms])
stopifnot(max(abs(R[upper.tri(R)] - 0.5)) < 1e-12)
tests <- list(
  band_entry(R, terms, choice("Classical"), 20),
  band_entry(R, terms, choice("Classical"), 20, level = 0.9),
  band_entry(R[1:2, 1:2], terms[1:2], choice("Classical"), 20)
)

# Equal correlations leave one integral: Z_j = (z + e_j) / sqrt(2).
one <- function(c, k) {
  integrate(function(z) dnorm(z) * (pnorm(sqrt(2) * c - z) - pnorm(-sqrt(2) * c - z))^k, -Inf, Inf,
            rel.tol = 1e-12)$value
}
normal <- function(i) as.numeric(tests[[i]]$expected$critical_normal)
stopifnot(abs(one(normal(1), 4) - 0.95) < 1e-10, abs(one(normal(2), 4) - 0.9) < 1e-10,
          abs(one(normal(3), 2) - 0.95) < 1e-10)
stopifnot(round(as.numeric(tests[[1]]$expected$critical_t), 2) == 2.65)

covs <- list(covariance("Classical", character(0), estimates(m, terms), std_errors(vcov(m), terms), df = 20))
write_values(c("mvtnorm"), "simulated in make.R, seed 101; C. W. Dunnett (1964), 'New tables for multiple comparisons with a control', Biometrics 20, 482-491",
  "OLS", "y ~ C(dose)", nobs = 25, covariances = covs, tests = tests)
