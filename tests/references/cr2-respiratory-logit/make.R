# Respiratory status of patients, logit, clustered by patient: CR2 of the linearised
# regression (working weights as inverse variances, leverages with them).
source("../helpers-clusters.R")

data("respiratory", package = "geepack")
r <- respiratory
r$patient <- paste0(r$center, "-", r$id)
r$good <- r$outcome
write_data(r[c("good", "treat", "sex", "age", "baseline", "center", "patient", "visit")])
d <- read.csv("data.csv")

control <- glm.control(epsilon = 1e-14, maxit = 100)
first <- glm(good ~ treat * visit + sex + age + baseline, data = d, family = binomial, control = control)
m <- glm(good ~ treat * visit + sex + age + baseline, data = d, family = binomial, control = control,
         start = coef(first))
n <- nobs(m)
terms <- c(Intercept = "(Intercept)", "C(treat)[T.P]" = "treatP", "C(sex)[T.M]" = "sexM", visit = "visit", age = "age",
           baseline = "baseline", "C(treat)[T.P]:visit" = "treatP:visit")
est <- estimates(m, terms)

# One Newton step from the estimate without each cluster.
X <- model.matrix(m)
w <- fitted(m) * (1 - fitted(m))
step <- do.call(rbind, lapply(split(seq_len(n), d$patient), function(g) {
  solve(crossprod(X[-g, ] * sqrt(w[-g])), crossprod(X[-g, ], (m$y - fitted(m))[-g]))[, 1]
}))
G <- nrow(step)
se3 <- sqrt((G - 1) / G * colSums(step^2))
V3 <- vcovCR(m, cluster = d$patient, type = "CR3")
check_close(se3, sqrt((G - 1) / G * diag(as.matrix(V3))), 1e-7)

covs <- list(
  clustered_entry(cr0(m, d["patient"]), d, "patient", 7, est, terms),
  cr2_entry(m, d, "patient", terms),
  covariance("Clustered", "patient", est, setNames(se3[terms], names(terms)), df = G - 1, correction = "CR3",
    note = "clubSandwich's CR3 times (G-1)/G: one Newton step without each cluster, not a refit")
)
tests <- list(
  wald_cr1(m, d, "patient", 7, terms[c(2, 4, 7)]),
  wald_cr2(m, d, "patient", terms[c(2, 4, 7)])
)

write_values(c("geepack", "clubSandwich", "sandwich"),
  "respiratory of R package geepack: G. Koch et al. (1990), 'Categorical data analysis', in D. A. Berry (ed.), Statistical Methodology in the Pharmaceutical Sciences; 444 visits of 111 patients",
  "Logit", "good ~ C(treat) * visit + C(sex) + age + baseline", nobs = n, covariances = covs, tests = tests)
