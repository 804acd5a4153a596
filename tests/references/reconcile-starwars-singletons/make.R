# Mass on height with species effects, most species with one row, by every program in R; then
# run make.py.
source("../helpers_reconcile.R")

stars <- as.data.frame(dplyr::starwars)[c("name", "mass", "height", "species")]
write_data(na.omit(stars)[c("mass", "height", "species")])
d <- read.csv("data.csv")
d$species <- as.integer(factor(d$species))

case <- list(y = "mass", x = "height", effects = "species", covariances = list(clustered("species"), classical))
write_programs(d, list(case))
