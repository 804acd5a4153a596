# Eight units, eighty periods, as logs: two clubs of four with a common walk each; gaps within a club are stationary.
source("../helpers.R")
set.seed(20070301)
club <- cbind(cumsum(0.02 + 0.05 * rnorm(80)), cumsum(0.01 + 0.05 * rnorm(80)))
wide <- as.data.frame(sapply(1:8, function(i) {
  8 + i / 10 + club[, 1 + (i > 4)] + 0.03 * as.numeric(arima.sim(list(ar = 0.4), 80))
}))
names(wide) <- paste0("u", 1:8)
write_data(cbind(period = 1:80, wide))
