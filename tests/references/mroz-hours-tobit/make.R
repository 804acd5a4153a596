# Hours worked by married women: Tobit with the limit zero below, by AER's tobit, with
# Wooldridge's numbers; clusters by the unemployment rate of the county and the city.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(AER))

data("PSID1976", package = "AER")
write_data(with(PSID1976, data.frame(
  hours = hours, nwifeinc = (fincome - hours * wage) / 1000, educ = education, exper = experience, age = age,
  kidslt6 = youngkids, kidsge6 = oldkids, market = paste0(city, "-", unemp))))
d <- read.csv("data.csv")

m <- tobit(hours ~ nwifeinc + educ + exper + I(exper^2) + age + kidslt6 + kidsge6, data = d,
           control = survreg.control(rel.tolerance = 1e-15, maxiter = 100))
terms <- c("Intercept" = "(Intercept)", nwifeinc = "nwifeinc", educ = "educ", exper = "exper",
           "I(exper ** 2)" = "I(exper^2)", age = "age", kidslt6 = "kidslt6", kidsge6 = "kidsge6",
           "log(sigma)" = "Log(scale)")
# J. M. Wooldridge (2002), Econometric Analysis of Cross Section and Panel Data, table 16.2
stopifnot(round(coef(m), 2) == c(965.31, -8.81, 80.65, 131.56, -1.86, -54.41, -894.02, -16.22),
          round(m$scale, 2) == 1122.02, round(as.numeric(logLik(m)), 2) == -3819.09)

covs <- tobit_entries(m, d$hours, model.matrix(m), d, list("market"), terms, lower = 0)

write_values(c("AER", "survival", "sandwich", "numDeriv"),
  "PSID1976 of R package AER: T. A. Mroz (1987), 'The sensitivity of an empirical model of married women's hours of work to economic and statistical assumptions', Econometrica 55, 765-799",
  "Tobit", "hours ~ nwifeinc + educ + exper + I(exper ** 2) + age + kidslt6 + kidsge6", nobs = nrow(d),
  covariances = covs, options = list(lower = 0))
