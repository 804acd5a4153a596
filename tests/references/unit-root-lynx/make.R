# Two series that look stationary: lynx trapped (logs), level of Lake Huron.
source("../unit-root-helpers/univariate.R")
data <- data.frame(lynx = log(as.numeric(lynx)), huron = c(as.numeric(LakeHuron), rep(NA, length(lynx) - length(LakeHuron))))
write_data(data)
data <- read.csv("data.csv")
cases <- c(univariate(data$lynx, "lynx"), univariate(na.omit(data$huron), "huron"))
write_cases(cases, "lynx (log) and LakeHuron of R's datasets; NA after the shorter series")
