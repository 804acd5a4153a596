# Seizures of epileptics, Poisson with period effects, each of eleven wards left out in turn
# and the model estimated again to convergence.
source("../helpers-clusters.R")

data("epil", package = "MASS")
write_data(with(epil, data.frame(y, trt, base, age, period, ward = paste0("w", subject %% 11))))
d <- read.csv("data.csv")

fit <- function(data) poisson_fit(y ~ trt + log(base) + log(age) + factor(period), data)
m <- fit(d)
terms <- c("C(trt)[T.progabide]" = "trtprogabide", "np.log(base)" = "log(base)", "np.log(age)" = "log(age)")
est <- estimates(m, terms)
out <- leave_out(fit, d, "ward", terms)

# The same by Newton's method on the likelihood, from zero.
again <- leave_out(function(data) {
  X <- model.matrix(~ trt + log(base) + log(age) + factor(period), data)
  b <- c(log(mean(data$y)), rep(0, ncol(X) - 1))
  for (step in 1:50) {
    mu <- drop(exp(X %*% b))
    b <- b + solve(crossprod(X * sqrt(mu)), crossprod(X, data$y - mu))[, 1]
  }
  list(coefficients = setNames(b, colnames(X)))
}, d, "ward", terms)
check_close(out, again)

K <- count_K(3, levels_of(d$period))
covs <- list(clustered_entry(cr0(m, d["ward"]), d, "ward", K, est, terms))
write_values(c("MASS", "sandwich"),
  "epil of R package MASS: P. F. Thall and S. C. Vail (1990), 'Some covariance models for longitudinal count data with over-dispersion', Biometrics 46, 657-671; the wards are made up",
  "PPML", "y ~ C(trt) + np.log(base) + np.log(age) | period", nobs = nobs(m), covariances = covs,
  tests = list(jackknife_entry(est, out, "ward", "; each by glm to convergence")))
