# Infertility after abortions, one case and two controls a stratum: conditional logit by
# clogit; clusters by stratum and by parity, on which the strata are matched.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(survival))

data("infert", package = "datasets")
write_data(infert[c("case", "spontaneous", "induced", "stratum", "parity")])
d <- read.csv("data.csv")
stopifnot(tapply(d$case, d$stratum, sum) == 1, tapply(d$parity, d$stratum, function(v) length(unique(v))) == 1)

m <- clogit(case ~ spontaneous + induced + strata(stratum), d, method = "exact",
            control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
# what the example on the page ?infert of R prints
stopifnot(round(coef(m), 4) == c(1.9859, 1.4090), round(sqrt(diag(vcov(m))), 4) == c(0.3524, 0.3607))

terms <- c(spontaneous = "spontaneous", induced = "induced")
covs <- conditional_entries(m, d$case, as.matrix(d[terms]), d$stratum, d, list("stratum", "parity"), terms)

# Second program: with one success a group this is a Poisson regression with effects.
p <- poisson_fit(case ~ spontaneous + induced + factor(stratum), d)
check_close(coef(p)[terms], coef(m))
check_close(sqrt(diag(vcov(p)))[terms], sqrt(diag(vcov(m))))
check_close(diag(cr0(p, d["stratum"]))[terms],
            vapply(covs[[4]]$terms, function(t) as.numeric(t$se)^2, 0))

write_values(c("survival", "sandwich", "numDeriv"),
  "infert of R: D. Trichopoulos et al. (1976), 'Induced abortion and secondary infertility', British Journal of Obstetrics and Gynaecology 83, 645-650",
  "Logit", "case ~ spontaneous + induced | stratum", nobs = nrow(d), covariances = covs,
  drops = list("no variation" = 0L))
