# Labour force participation of Swiss women: probit by glm, clusters by years of schooling.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(maxLik))

data("SwissLabor", package = "AER")
write_data(transform(SwissLabor, participation = as.integer(participation == "yes")))
d <- read.csv("data.csv")

m <- converged_glm(participation ~ income + age + I(age^2) + education + youngkids + oldkids + foreign, d,
                   binomial("probit"))
terms <- c("Intercept" = "(Intercept)", income = "income", age = "age", "I(age ** 2)" = "I(age^2)",
           education = "education", youngkids = "youngkids", oldkids = "oldkids",
           "C(foreign)[T.yes]" = "foreignyes")
est <- estimates(m, terms)
K <- length(terms)
n <- nobs(m)

# C. Kleiber and A. Zeileis (2008), Applied Econometrics with R, section 5.2
stopifnot(round(est, 3) == c(3.749, -0.667, 2.075, -0.294, 0.019, -0.714, -0.147, 0.714))

# glm gives the expected information; the observed one is exact, by hand.
X <- model.matrix(m)
q <- 2 * d$participation - 1
mills <- function(b) {
  z <- drop(X %*% b) * q
  exp(dnorm(z, log = TRUE) - pnorm(z, log.p = TRUE)) * q
}
hessian <- function(b) {
  r <- mills(b)
  -crossprod(X, X * (r * (r + drop(X %*% b))))
}
bread <- solve(-hessian(coef(m)))
scores <- estfun(m)
stopifnot(max(abs(scores - X * mills(coef(m)))) < 1e-10)
psi <- (scores %*% bread)[, terms]
colnames(psi) <- names(terms)

covs <- c(list(covariance("Classical", character(0), est, std_errors(bread, terms),
                          note = "inverse observed information; that of glm is the expected one")),
          robust_entries(est, psi, d, list("education"), K,
                         "scores of sandwich::estfun(glm) times the inverse observed information"))

# Second program: maxLik on the log-likelihood.
l <- maxLik(function(b) pnorm(drop(X %*% b) * q, log.p = TRUE), grad = function(b) X * mills(b), hess = hessian,
            start = coef(m) * 0, method = "NR", control = list(tol = 0, reltol = 0, gradtol = 1e-10))
check_close(coef(l)[terms], est)
check_close(stdEr(l)[terms], std_errors(bread, terms))
check_close(diag(sandwich(l))[terms], diag(influence_cov(psi)))

write_values(c("AER", "sandwich", "maxLik"),
  "SwissLabor of R package AER: M. Gerfin (1996), 'Parametric and semi-parametric estimation of the binary response model of labour market participation', Journal of Applied Econometrics 11, 321-339",
  "Probit", "participation ~ income + age + I(age ** 2) + education + youngkids + oldkids + C(foreign)",
  nobs = n, covariances = covs)
