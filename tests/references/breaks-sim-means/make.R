# Simulated: five breaks in the mean and one in the variance, n = 500. After it, run make.py.
source("../breaks-shared/helpers_breaks.R")
set.seed(20241)
at <- c(80, 170, 240, 330, 420)
means <- c(0, 1.2, -0.4, 0.9, 2.3, 0.6)
sizes <- diff(c(0, at, 500))
write_data(data.frame(y = rep(means, sizes) + rnorm(500) * rep(c(0.7, 1.1), c(250, 250))))
data <- read.csv("data.csv")
cases <- all_cases(y ~ 1, data, h = 0.10, ms = c(3, 5), points = c(170, 330), fine = c(0.05, 0.15),
                   most = 8)
write_breaks("simulated (means 0, 1.2, -0.4, 0.9, 2.3, 0.6 with breaks at 80, 170, 240, 330, 420)",
             "y ~ 1", cases, nrow(data))
