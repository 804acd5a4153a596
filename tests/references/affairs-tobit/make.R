# Extramarital affairs: Tobit with the limit zero below, by AER's tobit.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(AER))

data("Affairs", package = "AER")
write_data(Affairs)
d <- read.csv("data.csv")

m <- tobit(affairs ~ age + yearsmarried + religiousness + occupation + rating, data = d,
           control = survreg.control(rel.tolerance = 1e-15, maxiter = 100))
terms <- c("Intercept" = "(Intercept)", age = "age", yearsmarried = "yearsmarried", religiousness = "religiousness",
           occupation = "occupation", rating = "rating", "log(sigma)" = "Log(scale)")
# W. H. Greene (2003), Econometric Analysis, table 22.3; C. Kleiber and A. Zeileis (2008),
# Applied Econometrics with R, section 5.4
stopifnot(round(coef(m), 3) == c(8.174, -0.179, 0.554, -1.686, 0.326, -2.285), round(m$scale, 3) == 8.247)

covs <- tobit_entries(m, d$affairs, model.matrix(m), d, list("education", "occupation"), terms,
                      lower = 0)

write_values(c("AER", "survival", "sandwich", "numDeriv"),
  "Affairs of R package AER: R. C. Fair (1978), 'A theory of extramarital affairs', Journal of Political Economy 86, 45-61",
  "Tobit", "affairs ~ age + yearsmarried + religiousness + occupation + rating", nobs = nrow(d), covariances = covs,
  options = list(lower = 0))
