# Two weak instruments of which one is invalid: Anderson-Rubin sets that are empty, two rays
# and the line.
source("../helpers-iv.R")

set.seed(22)
n <- 120
region <- rep(1:12, each = 10)
x <- rnorm(n); u <- rnorm(n); z1 <- rnorm(n) + 0.3 * x; z2 <- rnorm(n); z3 <- rexp(n)
p <- 0.15 * z1 + 0.05 * z2 + 0.5 * x + 0.8 * u + rnorm(n)
y <- 1 + 0.5 * x - p + u + 0.5 * z2 + rnorm(n) * (1 + 0.3 * abs(z1)) + rnorm(12)[region] * 0.5
write_data(data.frame(lapply(list(y = y, x = x, p = p, z1 = z1, z2 = z2), round, 6), region))
d <- read.csv("data.csv")

m <- ivreg(y ~ x + p | x + z1 + z2, data = d)
K <- 3
terms <- c(Intercept = "(Intercept)", x = "x", p = "p")
covs <- iv_entries(m, d, terms, K, list("region"))

# Second program: the algebra.
parts <- iv_parts(d$y, d$p, cbind(1, d$x), cbind(d$z1, d$z2))
check_iv_algebra(m, parts, d, "p", K, list("region"))

# Tests, checked with lm, sandwich and lmtest.
K1 <- 4
ways <- list(iv_way("Classical", K1, d), iv_way("White", K1, d), iv_way("Clustered", K1, d, "region"))
covariances <- list(vcov, function(m) vcovHC(m, "HC1"),
                    function(m) cr1_factor(d["region"], n, K1) * cr0(m, d["region"]))
F_of <- function(left, V) {
  full <- lm(as.formula(paste(left, "~ x + z1 + z2")), data = d)
  wald_F(full, lm(as.formula(paste(left, "~ x")), data = d), V(full))
}
tests <- c(
  Map(function(way, V) first_stage_entry(parts, way, "p", check = F_of("p", V)), ways, covariances),
  lapply(ways[-1], effective_F_entry, parts = parts, name = "p"),
  Map(function(way, V) anderson_rubin_entry(parts, way, -1, check = F_of("I(y + p)", V)), ways, covariances),
  unlist(lapply(c(0.5, 0.8, 0.95), function(level) {
    lapply(ways, anderson_rubin_set_entry, parts = parts, level = level)
  }), recursive = FALSE),
  list(sargan_entry(parts, check = summary(m, diagnostics = TRUE)$diagnostics["Sargan", "statistic"]),
       hansen_entry(parts), hansen_entry(parts, d["region"]))
)

write_values(c("AER", "sandwich", "lmtest"), "simulated in make.R, seed 22",
  "IV", "y ~ x | p ~ z1 + z2", nobs = n, covariances = covs, tests = tests)
