# Investment equation in first differences without intercept, plm.
source("../helpers-panels.R")

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")

p <- plm(inv ~ value + capital - 1, data = d, index = c("firm", "year"), model = "fd")
# second program: lm on the differences, with sandwich
w <- differences(d, "firm", "year", c("inv", "value", "capital"))
m <- lm(inv ~ value + capital - 1, data = w)
terms <- c(value = "value", capital = "capital")
check_close(coef(p)[terms], coef(m)[terms])
check_close(diag(vcov(p))[terms], diag(vcov(m))[terms])
check_close(diag(plm::vcovHC(p, method = "arellano", type = "HC0"))[terms], diag(cr0(m, w["firm"]))[terms])
n <- nrow(w)
covs <- transformed_entries(m, w, terms, list("firm", "year", c("firm", "year")), "plm (fd)",
                            white = c("HC0", "HC1", "HC3"), df = n - 2)

write_values(c("plm", "sandwich"),
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "FirstDifference", "inv ~ value + capital", nobs = n, covariances = covs,
  options = list(unit = "firm", time = "year"))
