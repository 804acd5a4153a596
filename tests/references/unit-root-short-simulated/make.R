# Thirty observations: a random walk with drift, a stationary series about a trend, and a break.
source("../unit-root-helpers/univariate.R")
set.seed(20240611)
n <- 30
walk <- cumsum(0.2 + rnorm(n))
stationary <- 0.3 * (1:n) + as.numeric(arima.sim(list(ar = 0.4), n))
broken <- c(rep(0, 17), rep(4, n - 17)) + as.numeric(arima.sim(list(ar = 0.3), n))
data <- data.frame(walk, stationary, broken)
write_data(data)
data <- read.csv("data.csv")
cases <- list()
for (s in names(data)) cases <- c(cases, univariate(data[[s]], s, za_lags = c(0, 1), lags = c(0, 1, 3), max_lags = 3))
write_cases(cases, "simulated by make.R (set.seed(20240611))")
