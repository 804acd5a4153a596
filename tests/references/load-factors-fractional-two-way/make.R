# Share of the seats that American airlines filled: fractional logit by glm; clusters by
# airline, by year and by both.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(maxLik))

data("USAirlines", package = "AER")
write_data(USAirlines)
d <- read.csv("data.csv")

m <- converged_glm(load ~ log(output) + log(price) + log(cost), d, quasibinomial())
terms <- c("Intercept" = "(Intercept)", "np.log(output)" = "log(output)", "np.log(price)" = "log(price)",
           "np.log(cost)" = "log(cost)")
est <- estimates(m, terms)
K <- length(terms)
n <- nobs(m)
se <- function(V) std_errors(V, terms)
clustered <- function(by, correction = NULL) clustered_entry(cr0(m, d[by]), d, by, K, est, terms, correction)

covs <- list(
  covariance("White", "HC0", est, se(vcovHC(m, "HC0"))),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), note = "vcovHC(HC0) times n/(n-K)"),
  clustered("firm"),
  clustered("year"),
  clustered(c("firm", "year")),
  clustered("firm", "CR0"),
  clustered(c("firm", "year"), "CR0")
)

# Second program: maxLik on the quasi-likelihood.
X <- model.matrix(m)
l <- maxLik(function(b) {
              eta <- drop(X %*% b)
              d$load * plogis(eta, log.p = TRUE) + (1 - d$load) * plogis(-eta, log.p = TRUE)
            },
            grad = function(b) X * (d$load - plogis(drop(X %*% b))),
            hess = function(b) { p <- plogis(drop(X %*% b)); -crossprod(X * sqrt(p * (1 - p))) },
            start = coef(m) * 0, method = "NR", control = list(tol = 0, reltol = 0, gradtol = 1e-10))
check_close(coef(l)[terms], est)
psi <- estfun(l) %*% vcov(l)
check_close(diag(influence_cov(psi)), diag(vcovHC(m, "HC0")))
for (by in list("firm", "year", c("firm", "year"))) {
  check_close(diag(influence_cov(psi, d[by])), diag(cr0(m, d[by])))
}

write_values(c("AER", "sandwich", "maxLik"),
  "USAirlines of R package AER: six airlines, 1970-1984; W. H. Greene (2003), Econometric Analysis, table F7.1",
  "FractionalLogit", "load ~ np.log(output) + np.log(price) + np.log(cost)", nobs = n, covariances = covs)
