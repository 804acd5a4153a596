# Cigarette sales on the price with state effects, by every program in R; then run make.py.
source("../helpers_reconcile.R")

data("Cigar", package = "plm")
write_data(Cigar[c("sales", "price", "state", "year")])
d <- read.csv("data.csv")

within <- list(y = "sales", x = "price", effects = "state", unit = "state", time = "year",
               covariances = list(clustered("year"), clustered("state"), clustered("state", "year"), white, classical))
pooled <- list(y = "sales", x = "price", unit = "state", time = "year",
               covariances = list(clustered("state"), clustered("state", "year"), white))
write_programs(d, list(within, pooled))
