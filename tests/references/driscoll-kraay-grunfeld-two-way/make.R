# Investment equation with firm and year effects: Driscoll and Kraay's covariance by plm. The
# year effects are nested in the years and not counted in K (pyfixest counts them).
source("../helpers-serial.R")
suppressPackageStartupMessages(library(plm))

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")

m <- plm(inv ~ value + capital, data = d, index = c("firm", "year"), model = "within", effect = "twoways")
l <- lm(inv ~ value + capital + factor(firm) + factor(year), data = d)
n <- nrow(d)
T <- length(unique(d$year))
K <- count_K_nested(2, levels_of(d$firm, d$year), c(FALSE, TRUE))
terms <- c(value = "value", capital = "capital")
est <- estimates(m, terms)

entry <- function(L) {
  V0 <- vcovSCC(m, type = "HC0", maxlag = L)
  # second and third program: sandwich on dummies, plain loops
  check_close(diag(vcovPL(l, cluster = ~ firm + year, lag = L, aggregate = TRUE, adjust = FALSE))[terms],
              diag(V0)[terms])
  check_close(diag(dk_by_hand(influences(l), d$year, L))[terms], diag(V0)[terms])
  serial_entry("DriscollKraay", "year", list(lags = L), V0, n, K, T, est, terms, df = T - 1,
               program = "plm vcovSCC(HC0)")
}
covs <- lapply(c(0L, 1L, 2L, 4L, 12L), entry)

write_values(c("plm", "sandwich"),
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "OLS", "inv ~ value + capital | firm + year", nobs = n, covariances = covs)
