# Random effects whose estimated variance is negative and set to zero: pooled least squares.
source("../helpers-panels.R")

set.seed(5)
firm <- rep(1:30, each = 6)
year <- rep(2001:2006, 30)
x <- rnorm(180) + 0.5 * rnorm(30)[firm]
e <- rnorm(180)
y <- 2 + 0.7 * x + e - 0.9 * ave(e, firm)  # means vary less than independent errors would
write_data(data.frame(firm, year, y = round(y, 6), x = round(x, 6)))
d <- read.csv("data.csv")
index <- c("firm", "year")

p <- plm(y ~ x, data = d, index = index, model = "random", random.method = "swar")
v <- ercomp(p)
X <- model.matrix(~ x, d)
a <- swamy_arora(d$y, X, d$firm)
stopifnot(a$s2u == 0, v$sigma2["id"] == 0)
check_close(a$s2e, v$sigma2["idios"])
m <- random_effects_fit(d$y, X, d$firm, a$theta)
check_close(coef(lm(y ~ x, d)), coef(m))
terms <- c(Intercept = "(Intercept)", x = "x")
check_plm(p, m, terms, "firm", d, "year")
covs <- transformed_entries(m, d, terms, list("firm", "year"), "plm (swar)")

write_values(c("plm", "sandwich"), "simulated in make.R, seed 5",
  "RandomEffects", "y ~ x", nobs = nrow(d), covariances = covs,
  options = list(unit = "firm"), statistics = re_statistics(a))
