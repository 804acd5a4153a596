# US income and expenditure, the error correction model of ?USIncExp and strucchange's vignette, 1985(12) to
# 2001(2). After it, run make.py.
source("../breaks-shared/helpers_breaks.R")
data(USIncExp)
u <- window(USIncExp, start = c(1985, 12))
res <- residuals(lm(expenditure ~ income, data = u))
d <- diff(u)
n <- nrow(d)
write_data(data.frame(year = floor(time(d) + 1e-9), month = as.integer(cycle(d)),
                      y = as.numeric(d[, "expenditure"]), coint_res = as.numeric(res[1:n]),
                      diff_income = as.numeric(d[, "income"])))
data <- read.csv("data.csv")
cases <- all_cases(y ~ coint_res + diff_income, data, h = 0.15, ms = 1:2, points = c(60, 91),
                   fine = c(0.05, 0.10, 0.20), robust = c("HC0", "HC1", "Bartlett, 4 lags"))
write_breaks("USIncExp of R's strucchange", "y ~ coint_res + diff_income", cases, nrow(data))
