# Wages with person effects, clustered by the person, by every program in R; then run make.py.
source("../helpers_reconcile.R")

data("PSID7682", package = "AER")
write_data(with(PSID7682, data.frame(
  lwage = log(wage), experience = experience, experience2 = experience^2, weeks = weeks,
  id = as.integer(id), year = as.integer(as.character(year)))))
d <- read.csv("data.csv")

case <- list(y = "lwage", x = c("experience", "experience2", "weeks"), effects = "id", unit = "id", time = "year",
             covariances = list(clustered("id"), classical))
write_programs(d, list(case), dummies = FALSE)
