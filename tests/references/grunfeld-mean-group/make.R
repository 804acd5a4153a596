# Investment equation: the mean of the firms' own regressions, plm.
source("../helpers-panels.R")

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")

p <- pmg(inv ~ value + capital, data = d, index = c("firm", "year"), model = "mg")
# second program: lm by firm
g <- mean_group(inv ~ value + capital, d, "firm")
terms <- c(Intercept = "(Intercept)", value = "value", capital = "capital")

write_values("plm",
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "MeanGroup", "inv ~ value + capital", nobs = g$N,
  covariances = list(mean_group_entry(g, terms, p, "plm pmg(mg)")), options = list(unit = "firm"))
