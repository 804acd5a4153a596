# Firms nested in regions, years not, weights, singletons and two blocks of firms and years
# that share no row, by every program in R; run make.py first with the argument `data`, then
# this, then make.py.
source("../helpers_reconcile.R")

d <- read.csv("data.csv")
model <- list(y = "y", x = c("x1", "x2"), unit = "firm", time = "visit")
both <- c(model, list(effects = c("firm", "year"), weights = "weight",
                      covariances = list(clustered("region"), clustered("region", "year"), clustered("year"), white, classical)))
firms <- c(model, list(effects = "firm", covariances = list(clustered("region"), clustered("firm"), white)))
years <- c(model, list(effects = "year", weights = "weight", covariances = list(clustered("region"))))
write_programs(d, list(both, firms, years))
