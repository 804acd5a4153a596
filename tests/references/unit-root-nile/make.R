# Flow of the Nile 1871-1970, whose mean falls in 1899: a break for Zivot and Andrews.
source("../unit-root-helpers/univariate.R")
data <- data.frame(year = as.numeric(time(Nile)), flow = as.numeric(Nile))
write_data(data)
data <- read.csv("data.csv")
write_cases(univariate(data$flow, "flow"), "Nile of R's datasets")
