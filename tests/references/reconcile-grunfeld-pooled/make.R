# Investment equation without effects, by every program in R; then run make.py.
source("../helpers_reconcile.R")

data("Grunfeld", package = "plm")
Grunfeld$weight <- 1 / Grunfeld$value
write_data(Grunfeld)
d <- read.csv("data.csv")

plain <- list(y = "inv", x = c("value", "capital"), unit = "firm", time = "year",
              covariances = list(clustered("firm"), clustered("firm", "year"), white, classical))
weighted <- list(y = "inv", x = c("value", "capital"), weights = "weight",
                 covariances = list(clustered("firm"), white))
write_programs(d, list(plain, weighted))
