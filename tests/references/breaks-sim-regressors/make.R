# Simulated: two breaks in three coefficients, regressors whose moments change with them, errors that are
# autocorrelated and heteroskedastic, n = 240. After it, run make.py.
source("../breaks-shared/helpers_breaks.R")
set.seed(20242)
n <- 240
seg <- rep(1:3, c(90, 80, 70))
x1 <- as.numeric(arima.sim(list(ar = 0.5), n)) * c(1, 1.6, 0.8)[seg] + c(0, 0.5, -0.3)[seg]
x2 <- rnorm(n)
e <- as.numeric(arima.sim(list(ar = 0.3), n)) * (0.6 + 0.4 * abs(x2)) * c(1, 1.4, 0.9)[seg]
b <- rbind(c(1, 0.5, 1), c(0.4, 1.2, 1), c(1.1, 0.3, 0.2))
write_data(data.frame(y = rowSums(b[seg, ] * cbind(1, x1, x2)) + e, x1 = x1, x2 = x2))
data <- read.csv("data.csv")
cases <- all_cases(y ~ x1 + x2, data, h = 0.15, ms = 1:3, points = c(90, 170), fine = c(0.05, 0.10, 0.20),
                   robust = c("HC0", "HC1", "Bartlett, 4 lags"))
write_breaks("simulated (breaks after 90 and 170)", "y ~ x1 + x2", cases, n)
