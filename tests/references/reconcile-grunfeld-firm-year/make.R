# Investment on capital with firm and year effects, by every program in R; then run make.py.
source("../helpers_reconcile.R")

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")

case <- list(y = "inv", x = "capital", effects = c("firm", "year"), unit = "firm", time = "year",
             covariances = list(clustered("firm"), clustered("firm", "year"), white, classical))
write_programs(d, list(case))
