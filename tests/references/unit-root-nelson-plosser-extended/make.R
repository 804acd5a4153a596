# Schotman and van Dijk's extension to 1988, which is in logs but for the interest rate.
source("../unit-root-helpers/univariate.R")
data(npext)
data <- npext[c("year", "realgnp", "unemploy", "interest", "sp500")]
write_data(data)
data <- read.csv("data.csv")
cases <- list()
for (s in c("realgnp", "unemploy", "interest", "sp500")) cases <- c(cases, univariate(na.omit(data[[s]]), s))
write_cases(cases, "npext of R's urca (Schotman and van Dijk 1991); NA before a series starts")
