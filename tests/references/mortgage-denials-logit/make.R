# Denied mortgages in Boston: logit by glm, clusters by the unemployment rate of the
# applicant's industry.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(maxLik))

data("HMDA", package = "AER")
third <- seq(1, nrow(HMDA), by = 3)
write_data(transform(HMDA[third, c("deny", "pirat", "hirat", "lvrat", "mhist", "phist", "unemp", "selfemp", "afam", "hschool")],
                     deny = as.integer(deny == "yes")))
d <- read.csv("data.csv")

m <- converged_glm(deny ~ pirat + I(hirat^2) + lvrat + factor(mhist) + phist + selfemp + afam + hschool +
                     pirat:selfemp, d, binomial())
terms <- c("Intercept" = "(Intercept)", pirat = "pirat", "I(hirat ** 2)" = "I(hirat^2)", lvrat = "lvrat",
           "C(mhist)[T.2]" = "factor(mhist)2", "C(mhist)[T.3]" = "factor(mhist)3",
           "C(mhist)[T.4]" = "factor(mhist)4", "C(phist)[T.yes]" = "phistyes",
           "C(selfemp)[T.yes]" = "selfempyes", "C(afam)[T.yes]" = "afamyes",
           "C(hschool)[T.yes]" = "hschoolyes", "pirat:C(selfemp)[T.yes]" = "pirat:selfempyes")
est <- estimates(m, terms)
K <- length(terms)
n <- nobs(m)
se <- function(V) std_errors(V, terms)

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), note = "vcov(glm)"),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0"))),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), note = "vcovHC(HC0) times n/(n-K)"),
  clustered_entry(cr0(m, d["unemp"]), d, "unemp", K, est, terms),
  clustered_entry(cr0(m, d["unemp"]), d, "unemp", K, est, terms, "CR0")
)

# Second program: maxLik on the log-likelihood.
X <- model.matrix(m)
q <- 2 * d$deny - 1
l <- maxLik(function(b) plogis(q * drop(X %*% b), log.p = TRUE),
            grad = function(b) X * (d$deny - plogis(drop(X %*% b))),
            hess = function(b) { p <- plogis(drop(X %*% b)); -crossprod(X * sqrt(p * (1 - p))) },
            start = coef(m) * 0, method = "NR", control = list(tol = 0, reltol = 0, gradtol = 1e-10))
check_close(coef(l)[terms], est)
check_close(stdEr(l)[terms], se(vcov(m)))
psi <- estfun(l) %*% vcov(l)
check_close(diag(influence_cov(psi)), diag(vcovHC(m, "HC0")))
check_close(diag(influence_cov(psi, d["unemp"])), diag(cr0(m, d["unemp"])))

write_values(c("AER", "sandwich", "maxLik"),
  "HMDA of R package AER, every third application: A. H. Munnell, G. M. B. Tootell, L. E. Browne and J. McEneaney (1996), 'Mortgage lending in Boston: interpreting HMDA data', American Economic Review 86, 25-53; version of J. H. Stock and M. W. Watson (2007), Introduction to Econometrics",
  "Logit", "deny ~ pirat + I(hirat ** 2) + lvrat + C(mhist) + C(phist) + C(selfemp) + C(afam) + C(hschool) + pirat:C(selfemp)",
  nobs = n, covariances = covs)
