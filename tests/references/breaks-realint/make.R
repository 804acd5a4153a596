# The US real interest rate of Garcia and Perron (1996), 1961Q1 to 1986Q3. Published (Bai and Perron
# 2003): breaks 1972Q3 and 1980Q3 (47, 79), and 1966Q4 (24) as a third. After it, run make.py.
source("../breaks-shared/helpers_breaks.R")
data(RealInt)
write_data(data.frame(year = floor(time(RealInt) + 1e-9), quarter = as.integer(cycle(RealInt)),
                      y = as.numeric(RealInt)))
data <- read.csv("data.csv")
cases <- all_cases(y ~ 1, data, h = 0.15, ms = 1:3, points = c(47, 79),
                   fine = c(0.05, 0.10, 0.20, 0.25), robust = c("HC0", "HC1", "Bartlett, 4 lags",
                                                                 "QS, prewhitened"))
stopifnot(cases[[1]]$h == 15, cases[[1]]$models[[3]]$breaks == "[47, 79]",
          cases[[1]]$models[[4]]$breaks == "[24, 47, 79]")
write_breaks("RealInt of R's strucchange", "y ~ 1", cases, nrow(data))
