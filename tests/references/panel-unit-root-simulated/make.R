# Twelve units, sixty periods: a common walk with loadings, half of the own parts stationary.
source("../unit-root-helpers/panel.R")
set.seed(4711)
common <- cumsum(rnorm(60))
wide <- as.data.frame(sapply(1:12, function(i) {
  own <- if (i <= 6) cumsum(rnorm(60)) else as.numeric(arima.sim(list(ar = 0.5), 60))
  i + runif(1, 0.2, 1.5) * common + own
}))
names(wide) <- sprintf("u%02d", 1:12)
write_data(cbind(period = 1:60, wide))
wide <- read.csv("data.csv")[-1]
write_cases(c(purtest_cases(wide, c(0, 1, 4)), cips_cases(wide, c(1, 2, 4))), "simulated by make.R (set.seed(4711))", c("plm", "urca"))
