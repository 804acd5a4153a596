# Production function with state effects and effects of each region and year, lm on dummies.
# The states of a region sum to its years: the rank is eight below K.
source("../helpers-slopes.R")

data("Produc", package = "plm")
with(Produc, write_data(data.frame(state, year, region, lgsp = log(gsp), pcap, pc, emp, unemp)))
d <- read.csv("data.csv")

m <- lm(lgsp ~ log(pcap) + log(pc) + log(emp) + unemp + factor(state) + factor(paste(region, year)), data = d)
K <- function(...) count_K_nested(4, levels_of(d$state, paste(d$region, d$year)), c(...))
stopifnot(m$rank == K(FALSE, FALSE) - 8)
terms <- c("np.log(pcap)" = "log(pcap)", "np.log(pc)" = "log(pc)", "np.log(emp)" = "log(emp)", unemp = "unemp")
ways <- list("state", "region", "year", c("state", "year"))
covs <- dummy_entries(m, d, terms, K(FALSE, FALSE), ways,
                      c(K(TRUE, FALSE), K(TRUE, TRUE), K(FALSE, TRUE), K(TRUE, TRUE)))

write_values(c("plm", "sandwich"),
  "Produc of R package plm: A. H. Munnell (1990), 'Why has productivity growth declined? Productivity and public investment', New England Economic Review, 3-22",
  "OLS", "lgsp ~ np.log(pcap) + np.log(pc) + np.log(emp) + unemp | state + region^year", nobs = nrow(d),
  covariances = covs)
