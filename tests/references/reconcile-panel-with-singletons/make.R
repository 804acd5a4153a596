# An unbalanced panel, most firms with one row, by every program in R; run make.py first
# with the argument `data` (it takes the rows from linearmodels), then this, then make.py.
source("../helpers_reconcile.R")

d <- read.csv("data.csv")
model <- list(y = "y", x = paste0("x", 1:5), effects = "firm", unit = "firm", time = "year")
plain <- c(model, list(covariances = list(clustered("firm"), classical)))
weighted <- c(model, list(weights = "w", covariances = list(clustered("firm"), classical)))
write_programs(d, list(plain, weighted), clubs = FALSE)
