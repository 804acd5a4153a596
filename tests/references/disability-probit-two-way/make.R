# Disability of men over ten years: probit by glm; clusters by man, by year and by both.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(maxLik))

data("LaborSupply", package = "plm")
write_data(subset(LaborSupply, id %% 3 == 0, c("id", "year", "disab", "lnhr", "lnwg", "kids", "age")))
d <- read.csv("data.csv")

m <- converged_glm(disab ~ lnwg + kids + age + lnhr, d, binomial("probit"))
terms <- c("Intercept" = "(Intercept)", lnwg = "lnwg", kids = "kids", age = "age", lnhr = "lnhr")
est <- estimates(m, terms)
K <- length(terms)
n <- nobs(m)

# glm gives the expected information; the observed one is exact, by hand.
X <- model.matrix(m)
q <- 2 * d$disab - 1
mills <- function(b) {
  z <- drop(X %*% b) * q
  exp(dnorm(z, log = TRUE) - pnorm(z, log.p = TRUE)) * q
}
hessian <- function(b) {
  r <- mills(b)
  -crossprod(X, X * (r * (r + drop(X %*% b))))
}
bread <- solve(-hessian(coef(m)))
stopifnot(max(abs(estfun(m) - X * mills(coef(m)))) < 1e-8)
psi <- estfun(m) %*% bread
colnames(psi) <- names(terms)

covs <- c(list(covariance("Classical", character(0), est, std_errors(bread, terms),
                          note = "inverse observed information; that of glm is the expected one")),
          robust_entries(est, psi, d, list("id", "year", c("id", "year")), K,
                         "scores of sandwich::estfun(glm) times the inverse observed information"))

# Second programs: maxLik; sandwich's clustered meat, whose bread is replaced.
l <- maxLik(function(b) pnorm(drop(X %*% b) * q, log.p = TRUE), grad = function(b) X * mills(b), hess = hessian,
            start = coef(m) * 0, method = "NR", control = list(tol = 0, reltol = 0, gradtol = 1e-10))
check_close(coef(l)[terms], est)
check_close(stdEr(l)[terms], std_errors(bread, terms))
for (by in list("id", "year", c("id", "year"))) {
  V <- bread %*% (n * meatCL(m, cluster = d[by], type = "HC0", cadj = FALSE, multi0 = FALSE)) %*% bread
  check_close(diag(V), diag(influence_cov(psi, d[by])))
}

write_values(c("plm", "sandwich", "maxLik"),
  "LaborSupply of R package plm, every third man: J. P. Ziliak (1997), 'Efficient estimation with panel data when instruments are predetermined', Journal of Business & Economic Statistics 15, 419-431",
  "Probit", "disab ~ lnwg + kids + age + lnhr", nobs = n, covariances = covs)
