# Money, income, bond and deposit rate, quarters 1974-1987; also with seasons.
source("../unit-root-helpers/johansen.R")
data(denmark)
write_data(denmark[c("ENTRY", "LRM", "LRY", "IBO", "IDE")])
x <- read.csv("data.csv")[c("LRM", "LRY", "IBO", "IDE")]
write_cases(johansen_cases(x, seasons = list(NULL, 4)), "denmark of R's urca (Johansen and Juselius 1990)", "urca")
