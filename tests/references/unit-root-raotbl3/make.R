# British consumption, income and wealth, quarters of 1966-1991, logs.
source("../unit-root-helpers/univariate.R")
data(Raotbl3)
data <- data.frame(quarter = rownames(Raotbl3), Raotbl3[c("lc", "li", "lw")])
write_data(data)
data <- read.csv("data.csv")
cases <- list()
for (s in c("lc", "li", "lw")) cases <- c(cases, univariate(data[[s]], s))
write_cases(cases, "Raotbl3 of R's urca (Holden and Perman in Rao 1994)")
