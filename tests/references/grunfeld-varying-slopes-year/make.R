# Investment equation with an effect and a slope on capital of each firm and year effects,
# lm on dummies.
source("../helpers-slopes.R")

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")

m <- lm(inv ~ value + factor(firm) + factor(firm):capital + factor(year), data = d)
K <- function(...) count_K_slopes(1, levels_of(d$firm, d$year), c(1, 0), nested = c(...))
stopifnot(m$rank == K(FALSE, FALSE))
ways <- list("firm", "year", c("firm", "year"))
covs <- dummy_entries(m, d, c(value = "value"), K(FALSE, FALSE), ways,
                      c(K(TRUE, FALSE), K(FALSE, TRUE), K(TRUE, TRUE)), white = c("HC0", "HC1", "HC3"))

write_values(c("plm", "sandwich"),
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "OLS", "inv ~ value | firm[capital] + year", nobs = nrow(d), covariances = covs)
