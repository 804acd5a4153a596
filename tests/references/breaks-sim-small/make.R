# Simulated, n = 42: small enough for every partition to be tried, for every number of breaks that fits.
# After it, run make.py.
source("../breaks-shared/helpers_breaks.R")
set.seed(20243)
n <- 42
x <- round(rnorm(n), 3)
seg <- rep(1:4, c(10, 12, 9, 11))
write_data(data.frame(y = round(c(0, 2, 1, 3)[seg] + c(1, 1, -0.5, 0)[seg] * x + rnorm(n) * 0.6, 3), x = x))
data <- read.csv("data.csv")
cases <- all_cases(y ~ x, data, h = 6, ms = 1:3, points = c(10, 22), fine = c(0.10, 0.20, 5, 10))
write_breaks("simulated (breaks after 10, 22 and 31)", "y ~ x", cases, n)
