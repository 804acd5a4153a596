# Twenty simulated rows with two effects, clustered two ways, by every program in R; then run
# make.py. The rows are those of the vignette of fixest (January 2021).
source("../helpers_reconcile.R")

set.seed(0)
write_data(data.frame(y = rnorm(20), x = rnorm(20), id = rep(1:4, 5), time = rep(1:5, each = 4)))
d <- read.csv("data.csv")

case <- list(y = "y", x = "x", effects = c("id", "time"), unit = "id", time = "time",
             covariances = list(clustered("id", "time"), clustered("id")))
pooled <- list(y = "y", x = "x", unit = "id", time = "time", covariances = list(white, classical))
write_programs(d, list(case, pooled))
