# Employment in an unbalanced panel: the mean of the firms' own regressions with the years' means of
# all variables among the regressors (Pesaran 2006), plm.
source("../helpers-panels.R")

data("EmplUK", package = "plm")
EmplUK$lemp <- log(EmplUK$emp)
write_data(EmplUK[c("firm", "year", "sector", "lemp", "wage", "capital")])
d <- read.csv("data.csv")

p <- pmg(lemp ~ log(wage) + log(capital), data = d, index = c("firm", "year"), model = "cmg")
# second program: lm by firm
g <- mean_group(lemp ~ log(wage) + log(capital), d, "firm", "year", common = TRUE)
terms <- c("np.log(wage)" = "log(wage)", "np.log(capital)" = "log(capital)")

write_values("plm",
  "EmplUK of R package plm: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "MeanGroup", "lemp ~ np.log(wage) + np.log(capital)", nobs = g$N,
  covariances = list(mean_group_entry(g, terms, p, "plm pmg(cmg)")),
  options = list(unit = "firm", time = "year", common_effects = TRUE))
