# Consumption, income and wealth, quarters of 1966-1991.
source("../unit-root-helpers/johansen.R")
data(Raotbl3)
write_data(data.frame(quarter = rownames(Raotbl3), Raotbl3[c("lc", "li", "lw")]))
x <- read.csv("data.csv")[c("lc", "li", "lw")]
write_cases(johansen_cases(x), "Raotbl3 of R's urca", "urca")
