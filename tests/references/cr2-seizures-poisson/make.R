# Seizures of epileptics, Poisson with period effects absorbed, clustered by patient: CR2
# of the linearised regression, with the dummies.
source("../helpers-clusters.R")

data("epil", package = "MASS")
write_data(with(epil, data.frame(y, trt, base, age, period, subject, ward = subject %% 11)))
d <- read.csv("data.csv")

m <- poisson_fit(y ~ trt * log(base / 4) + log(age) + factor(period), d)
n <- nobs(m)
terms <- c("C(trt)[T.progabide]" = "trtprogabide", "np.log(base / 4)" = "log(base/4)",
           "np.log(age)" = "log(age)", "C(trt)[T.progabide]:np.log(base / 4)" = "trtprogabide:log(base/4)")
est <- estimates(m, terms)
K <- count_K(4, levels_of(d$period))

covs <- list(
  clustered_entry(cr0(m, d["subject"]), d, "subject", K, est, terms),
  cr2_entry(m, d, "subject", terms),
  cr2_entry(m, d, "ward", terms)
)
tests <- list(
  wald_cr1(m, d, "subject", K, terms[c(1, 4)]),
  wald_cr2(m, d, "subject", terms[c(1, 4)]),
  wald_cr2(m, d, "ward", terms[c(1, 4)])
)

write_values(c("MASS", "clubSandwich", "sandwich"),
  "epil of R package MASS: P. F. Thall and S. C. Vail (1990), 'Some covariance models for longitudinal count data with over-dispersion', Biometrics 46, 657-671; the wards are made up",
  "PPML", "y ~ C(trt) * np.log(base / 4) + np.log(age) | period", nobs = n, covariances = covs, tests = tests)
