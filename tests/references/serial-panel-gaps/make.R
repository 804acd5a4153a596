# Panel with gaps: units miss years, and one year is missing for everybody. Lags count the
# years that occur in the table, so that 1995 and 1997 are one apart where nobody is seen
# in 1996; a year that only the unit misses counts.
source("../helpers-serial.R")
suppressPackageStartupMessages(library(plm))

set.seed(22)
units <- 20
years <- 1990:2002
g <- expand.grid(year = years, unit = seq_len(units))
common <- cumsum(rnorm(length(years)))
n <- nrow(g)
x1 <- rnorm(n) + 0.5 * common[g$year - 1989]
x2 <- as.vector(replicate(units, arima.sim(list(ar = 0.7), length(years))))
e <- as.vector(replicate(units, arima.sim(list(ar = 0.6), length(years)))) + 0.6 * common[g$year - 1989]
y <- 0.5 * x1 - 0.2 * x2 + rnorm(units)[g$unit] + e
table <- data.frame(unit = paste0("u", g$unit), year = g$year, y = round(y, 5), x1 = round(x1, 5), x2 = round(x2, 5))
table <- table[runif(n) > 0.3 & table$year != 1996, ]
write_data(table[sample(nrow(table)), ])
d <- read.csv("data.csv")
n <- nrow(d)
T <- length(unique(d$year))

m <- plm(y ~ x1 + x2, data = d, index = c("unit", "year"), model = "within")
l <- lm(y ~ x1 + x2 + unit, data = d)
terms <- c(x1 = "x1", x2 = "x2")
est <- estimates(m, terms)
levels <- levels_of(d$unit)

driscoll_kraay <- function(L) {
  V0 <- vcovSCC(m, type = "HC0", maxlag = L)
  check_close(diag(dk_by_hand(influences(l), d$year, L))[terms], diag(V0)[terms])
  serial_entry("DriscollKraay", "year", list(lags = L), V0, n, count_K(2, levels), T, est, terms,
               df = T - 1, program = "plm vcovSCC(HC0)")
}
newey_west <- function(L) {
  V0 <- vcovNW(m, type = "HC0", maxlag = L)
  check_close(diag(nw_by_hand(influences(l), d$unit, d$year, L))[terms], diag(V0)[terms])
  # unit effects are nested in the unit
  serial_entry("NeweyWest", "year", list(unit = "unit", lags = L), V0, n, count_K_nested(2, levels, TRUE),
               T, est, terms, df = T - 1, program = "plm vcovNW(HC0)")
}
covs <- c(lapply(c(0L, 1L, 3L), driscoll_kraay), lapply(c(1L, 3L), newey_west))

write_values(c("plm", "sandwich"), "simulated in make.R, seed 22",
  "OLS", "y ~ x1 + x2 | unit", nobs = n, covariances = covs)
