# Investment equation: the mean of the firms' own regressions with the years' means of
# all variables among the regressors (Pesaran 2006), plm.
source("../helpers-panels.R")

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")

p <- pmg(inv ~ value + capital, data = d, index = c("firm", "year"), model = "cmg")
# second program: lm by firm
g <- mean_group(inv ~ value + capital, d, "firm", "year", common = TRUE)
terms <- c(value = "value", capital = "capital")

write_values("plm",
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "MeanGroup", "inv ~ value + capital", nobs = g$N,
  covariances = list(mean_group_entry(g, terms, p, "plm pmg(cmg)")),
  options = list(unit = "firm", time = "year", common_effects = TRUE))
