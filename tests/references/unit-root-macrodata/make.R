# R's numbers for the data that make.py writes from statsmodels.
source("../unit-root-helpers/univariate.R")
data <- read.csv("data.csv")
cases <- list()
for (s in c("real_gdp", "unemployment", "inflation", "tbill")) cases <- c(cases, univariate(data[[s]], s))
write_cases(cases, "macrodata of Python's statsmodels, US quarters 1959-2009 (GDP in logs)")
