# Ozone with month and day effects, two days with one row each, by every program in R; then
# run make.py.
source("../helpers_reconcile.R")

data("airquality")
complete <- na.omit(airquality)
write_data(with(complete, data.frame(ozone = Ozone, solar = Solar.R, temp = Temp, month = Month, day = Day)))
d <- read.csv("data.csv")

case <- list(y = "ozone", x = c("solar", "temp"), effects = c("month", "day"), unit = "month", time = "day",
             covariances = list(classical, clustered("month"), clustered("day"), white))
pooled <- list(y = "ozone", x = c("solar", "temp"), unit = "month", time = "day",
               covariances = list(classical, clustered("month")))
write_programs(d, list(case, pooled))
