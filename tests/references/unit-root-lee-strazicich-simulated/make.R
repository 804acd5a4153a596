# The data: walks of 60, 80 and 50 observations, stationary about lines that break twice, once and never.
source("../helpers.R")
set.seed(19990712)
fill <- function(x, n = 80) c(x, rep(NA, n - length(x)))
t <- 1:60
two <- 0.2 * t + 3 * (t > 20) + 0.4 * pmax(t - 20, 0) - 5 * (t > 42) - 0.5 * pmax(t - 42, 0) +
  as.numeric(arima.sim(list(ar = 0.3), 60))
walk_break <- cumsum(0.1 + rnorm(80)) + 8 * (1:80 > 33)
walk <- cumsum(rnorm(50))
write_data(data.frame(two = fill(two), walk_break, walk = fill(walk)))
