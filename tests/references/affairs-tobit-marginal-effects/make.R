# Extramarital affairs: average marginal effects on what is seen, the censored number, of a Tobit by AER's tobit.
# Derivatives of the averages by the parameters are numDeriv's.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(AER))
suppressPackageStartupMessages(library(numDeriv))

data("Affairs", package = "AER")
write_data(Affairs)
d <- read.csv("data.csv")

m <- tobit(affairs ~ age + I(age^2) + yearsmarried + factor(children) + rating, data = d,
           control = survreg.control(rel.tolerance = 1e-15, maxiter = 100))
terms <- c("Intercept" = "(Intercept)", age = "age", "I(age ** 2)" = "I(age^2)", yearsmarried = "yearsmarried",
           "C(children)[T.yes]" = "factor(children)yes", rating = "rating", "log(sigma)" = "Log(scale)")
covs <- tobit_entries(m, d$affairs, model.matrix(m), d, list("education"), terms, lower = 0)

theta <- c(coef(m), log(m$scale))
V <- vcov(m)
X_of <- function(data) cbind(1, data$age, data$age^2, data$yearsmarried, data$children == "yes", data$rating)
mean_of <- function(t, data) {
  index <- drop(X_of(data) %*% t[-7])
  sigma <- exp(t[7])
  index * pnorm(index / sigma) + sigma * dnorm(index / sigma)
}
# The derivative of that mean by the index is the probability of being above zero.
effects <- function(t) {
  above <- pnorm(drop(X_of(d) %*% t[-7]) / exp(t[7]))
  c(mean(above * (t[2] + 2 * t[3] * d$age)), mean(above * t[4]),
    mean(mean_of(t, replace(d, "children", "yes")) - mean_of(t, replace(d, "children", "no"))), mean(above * t[6]))
}
J <- jacobian(effects, theta)
G <- jacobian(function(t) mean_of(t, d[1:40, ]), theta)
tests <- list(
  test_entry("marginal_effects", list(covariance = choice("Classical")),
             list(columns = list(term = c("age", "yearsmarried", "children: yes - no", "rating"),
                                 estimate = unname(effects(theta)), se = sqrt(diag(J %*% V %*% t(J))))),
             "derivatives by hand; delta method with numDeriv::jacobian"),
  test_entry("predict", list(data = as.list(d[1:40, ]), covariance = choice("Classical")),
             list(columns = list(estimate = unname(mean_of(theta, d[1:40, ])), se = sqrt(rowSums((G %*% V) * G)))),
             "E[y | x] by hand; delta method with numDeriv::jacobian")
)

write_values(c("AER", "survival", "sandwich", "numDeriv"),
  "Affairs of R package AER: R. C. Fair (1978), 'A theory of extramarital affairs', Journal of Political Economy 86, 45-61",
  "Tobit", "affairs ~ age + I(age ** 2) + yearsmarried + C(children) + rating", nobs = nrow(d), covariances = covs,
  options = list(lower = 0), tests = tests)
