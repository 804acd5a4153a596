# Production function with state effects, state trends and year effects, lm on dummies. The
# trends' sum is in the year effects: the rank is one below K.
source("../helpers-slopes.R")

data("Produc", package = "plm")
with(Produc, write_data(data.frame(state, year, region, lgsp = log(gsp), pcap, pc, emp, unemp)))
d <- read.csv("data.csv")

m <- lm(lgsp ~ log(pc) + log(emp) + unemp + factor(state) + factor(year) + factor(state):I(year - 1978), data = d)
K <- function(...) count_K_slopes(3, levels_of(d$state, d$year), c(1, 0), nested = c(...))
stopifnot(m$rank == K(FALSE, FALSE) - 1)
terms <- c("np.log(pc)" = "log(pc)", "np.log(emp)" = "log(emp)", unemp = "unemp")
ways <- list("state", "region", "year", c("state", "year"))
covs <- dummy_entries(m, d, terms, K(FALSE, FALSE), ways,
                      c(K(TRUE, FALSE), K(TRUE, FALSE), K(FALSE, TRUE), K(TRUE, TRUE)))

write_values(c("plm", "sandwich"),
  "Produc of R package plm: A. H. Munnell (1990), 'Why has productivity growth declined? Productivity and public investment', New England Economic Review, 3-22",
  "OLS", "lgsp ~ np.log(pc) + np.log(emp) + unemp | state[year] + year", nobs = nrow(d), covariances = covs)
