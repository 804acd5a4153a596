# Drivers killed or seriously injured in Great Britain, 1970 to 1984, in logs to base 10 on their first and
# twelfth lag, as in ?breakpoints. Published (Zeileis, Kleiber, Kraemer and Hornik 2003): with h = 0.1
# breaks in October 1973 (46) and January 1983 (157). After it, run make.py.
source("../breaks-shared/helpers_breaks.R")
s <- log10(UKDriverDeaths)
s <- cbind(s, lag(s, k = -1), lag(s, k = -12))
s <- window(s, start = c(1970, 1), end = c(1984, 12))
write_data(data.frame(year = floor(time(s) + 1e-9), month = as.integer(cycle(s)),
                      y = as.numeric(s[, 1]), lag1 = as.numeric(s[, 2]),
                      lag12 = as.numeric(s[, 3])))
data <- read.csv("data.csv")
cases <- all_cases(y ~ lag1 + lag12, data, h = 0.10, ms = 1:3, points = c(46, 157),
                   fine = c(0.15, 0.20, 12))
stopifnot(cases[[1]]$models[[3]]$breaks == "[46, 157]")
write_breaks("datasets::UKDriverDeaths of R", "y ~ lag1 + lag12", cases, nrow(data))
