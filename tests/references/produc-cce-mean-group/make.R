# Production function: the mean of the states' own regressions with the years' means of
# all variables among the regressors (Pesaran 2006), plm.
source("../helpers-panels.R")

data("Produc", package = "plm")
with(Produc, write_data(data.frame(state, year, region, lgsp = log(gsp), pcap, pc, emp, unemp)))
d <- read.csv("data.csv")

p <- pmg(lgsp ~ log(pcap) + log(pc) + log(emp) + unemp, data = d, index = c("state", "year"), model = "cmg")
# second program: lm by state
g <- mean_group(lgsp ~ log(pcap) + log(pc) + log(emp) + unemp, d, "state", "year", common = TRUE)
terms <- c("np.log(pcap)" = "log(pcap)", "np.log(pc)" = "log(pc)", "np.log(emp)" = "log(emp)", unemp = "unemp")

write_values("plm",
  "Produc of R package plm: A. H. Munnell (1990), 'Why has productivity growth declined? Productivity and public investment', New England Economic Review, 3-22",
  "MeanGroup", "lgsp ~ np.log(pcap) + np.log(pc) + np.log(emp) + unemp", nobs = g$N,
  covariances = list(mean_group_entry(g, terms, p, "plm pmg(cmg)")),
  options = list(unit = "state", time = "year", common_effects = TRUE))
