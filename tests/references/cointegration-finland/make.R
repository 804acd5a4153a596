# Money, income, interest and inflation, quarters 1958-1984.
source("../unit-root-helpers/johansen.R")
data(finland)
write_data(finland)
x <- read.csv("data.csv")
write_cases(johansen_cases(x, seasons = list(NULL, 4)), "finland of R's urca (Johansen and Juselius 1990)", "urca")
