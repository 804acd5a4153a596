# Investment equation with an effect and a slope on capital of each firm, lm on dummies.
source("../helpers-slopes.R")

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")

m <- lm(inv ~ value + factor(firm) + factor(firm):capital, data = d)
K <- function(nested = FALSE) count_K_slopes(1, levels_of(d$firm), 1, nested = nested)
stopifnot(m$rank == K())
ways <- list("firm", "year", c("firm", "year"))
covs <- dummy_entries(m, d, c(value = "value"), K(), ways, c(K(TRUE), K(FALSE), K(TRUE)),
                      white = c("HC0", "HC1", "HC2", "HC3"))

write_values(c("plm", "sandwich"),
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "OLS", "inv ~ value | firm[capital]", nobs = nrow(d), covariances = covs)
