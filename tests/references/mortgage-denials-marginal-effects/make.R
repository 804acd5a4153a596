# Denied mortgages in Boston: average marginal effects through a square, categories and an interaction, and predictions,
# of a logit by glm. Derivatives of the averages by the coefficients are numDeriv's.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(numDeriv))

data("HMDA", package = "AER")
third <- seq(2, nrow(HMDA), by = 3)
write_data(transform(HMDA[third, c("deny", "pirat", "hirat", "lvrat", "mhist", "unemp", "afam")],
                     deny = as.integer(deny == "yes"), black = as.integer(afam == "yes"))[-7])
d <- read.csv("data.csv")

formula <- deny ~ pirat + I(pirat^2) + log(lvrat) + hirat + factor(mhist) + black + pirat:black
m <- converged_glm(formula, d, binomial())
terms <- c("Intercept" = "(Intercept)", pirat = "pirat", "I(pirat ** 2)" = "I(pirat^2)", "np.log(lvrat)" = "log(lvrat)",
           hirat = "hirat", "C(mhist)[T.2]" = "factor(mhist)2", "C(mhist)[T.3]" = "factor(mhist)3",
           "C(mhist)[T.4]" = "factor(mhist)4", black = "black", "pirat:black" = "pirat:black")
est <- estimates(m, terms)
n <- nobs(m)
V <- vcov(m)
clustered <- cr0(m, d["unemp"])
covs <- list(covariance("Classical", character(0), est, std_errors(V, terms)),
             clustered_entry(clustered, d, "unemp", length(terms), est, terms, "CR0"))

X_of <- function(data) {
  data$mhist <- factor(data$mhist, levels = 1:4)
  model.matrix(~ pirat + I(pirat^2) + log(lvrat) + hirat + mhist + black + pirat:black, data)
}
mean_of <- function(b, data) plogis(drop(X_of(data) %*% b))
change <- function(b, data, name, to, from) {
  mean_of(b, replace(data, name, to)) - mean_of(b, replace(data, name, from))
}
effects <- function(b, data) {
  p <- mean_of(b, data)
  density <- p * (1 - p)
  c(pirat = mean(density * (b["pirat"] + 2 * b["I(pirat^2)"] * data$pirat + b["pirat:black"] * data$black)),
    lvrat = mean(density * b["log(lvrat)"] / data$lvrat),
    hirat = mean(density * b["hirat"]),
    sapply(setNames(2:4, paste0("mhist: ", 2:4, " - 1")), function(to) mean(change(b, data, "mhist", to, 1))),
    black = mean(change(b, data, "black", 1, 0)))
}
entries <- function(data, kwargs, note) {
  found <- effects(coef(m), data)
  names(found) <- sub("\\..*", "", names(found))
  J <- jacobian(function(b) effects(setNames(b, names(coef(m))), data), coef(m))
  columns <- function(V) list(columns = list(term = names(found), estimate = unname(found),
                                             se = sqrt(diag(J %*% V %*% t(J)))))
  list(test_entry("marginal_effects", c(kwargs, list(covariance = choice("Classical"))), columns(V), note),
       test_entry("marginal_effects", c(kwargs, list(covariance = choice("Clustered", "unemp", correction = "CR0"))),
                  columns(clustered), note))
}
part <- head(d[d$black == 1, ], 40)
prediction <- predict(m, part, type = "response", se.fit = TRUE)
tests <- c(
  entries(d, list(), "averages of hand-written derivatives; delta method with numDeriv::jacobian"),
  entries(part, list(data = as.list(part)), "over forty applicants with black = 1"),
  list(test_entry("predict", list(data = as.list(part), covariance = choice("Classical")),
                  list(columns = list(estimate = unname(prediction$fit), se = unname(prediction$se.fit))),
                  "predict.glm(type = 'response', se.fit = TRUE)"))
)

# The derivatives by hand against small changes of the data.
moved <- function(name, h) (mean_of(coef(m), replace(d, name, d[[name]] + h)) -
                            mean_of(coef(m), replace(d, name, d[[name]] - h))) / (2 * h)
for (name in c("pirat", "lvrat", "hirat")) {
  check_close(mean(moved(name, 1e-5)), effects(coef(m), d)[grep(name, names(effects(coef(m), d)))[1]], 1e-6)
}

write_values(c("AER", "sandwich", "numDeriv"),
  "HMDA of R package AER, every third application: A. H. Munnell, G. M. B. Tootell, L. E. Browne and J. McEneaney (1996), 'Mortgage lending in Boston: interpreting HMDA data', American Economic Review 86, 25-53; version of J. H. Stock and M. W. Watson (2007), Introduction to Econometrics",
  "Logit", "deny ~ pirat + I(pirat ** 2) + np.log(lvrat) + hirat + C(mhist) + black + pirat:black",
  nobs = n, covariances = covs, tests = tests)
