# Employment with a slope on capital but no effect of each firm, and year effects, weighted
# by output, lm on dummies.
source("../helpers-slopes.R")

data("EmplUK", package = "plm")
EmplUK$lemp <- log(EmplUK$emp)
write_data(EmplUK[c("firm", "year", "sector", "lemp", "wage", "capital", "output")])
d <- read.csv("data.csv")

m <- lm(lemp ~ log(wage) + factor(year) + factor(firm):capital, data = d, weights = output)
K <- function(...) count_K_slopes(1, levels_of(d$firm, d$year), c(1, 0), c(FALSE, TRUE), nested = c(...))
stopifnot(m$rank == K(FALSE, FALSE))
ways <- list("firm", "sector", "year", c("firm", "year"))
covs <- dummy_entries(m, d, c("np.log(wage)" = "log(wage)"), K(FALSE, FALSE), ways,
                      c(K(TRUE, FALSE), K(TRUE, FALSE), K(FALSE, TRUE), K(TRUE, TRUE)),
                      white = c("HC0", "HC1", "HC3"))

write_values(c("plm", "sandwich"),
  "EmplUK of R package plm: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "OLS", "lemp ~ np.log(wage) | firm[[capital]] + year", nobs = nrow(d), covariances = covs, weights = "output")
