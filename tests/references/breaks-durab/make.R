# US labour productivity in durables, monthly 1947(3) to 2001(4), an AR(1) as in Hansen (2001).
# After it, run make.py.
source("../breaks-shared/helpers_breaks.R")
data(durab)
write_data(data.frame(year = floor(time(durab) + 1e-9), month = as.integer(cycle(durab)),
                      y = as.numeric(durab[, "y"]), lag = as.numeric(durab[, "lag"])))
data <- read.csv("data.csv")
cases <- all_cases(y ~ lag, data, h = 0.15, ms = 1:2, points = c(200, 418), fine = c(0.20))
write_breaks("durab of R's strucchange", "y ~ lag", cases, nrow(data))
