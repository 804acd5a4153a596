# Counts on a map, Poisson with region effects absorbed, places with several rows: Conley.
source("../helpers-space.R")

set.seed(10)
places <- data.frame(lat = round(runif(60, 40, 52), 3), lon = round(runif(60, -5, 15), 3))
at <- c(seq_len(60), sample(60, 140, replace = TRUE))
n <- length(at)
region <- paste0("r", 1 + (places$lon[at] > 2) + 2 * (places$lat[at] > 46))
field <- sin(places$lat) + cos(places$lon / 2)
x1 <- round(field[at] + rnorm(n), 4)
x2 <- round(rexp(n), 4)
y <- rpois(n, exp(0.4 * field[at] + 0.3 * x1 - 0.2 * x2 + 0.2 * (region == "r2")))
write_data(data.frame(y, x1, x2, region, places[at, ]))
d <- read.csv("data.csv")

m <- poisson_fit(y ~ x1 + x2 + region, d)
terms <- c(x1 = "x1", x2 = "x2")
covs <- lapply(c(1, 120, 450), function(cutoff) conley_entry(m, d, cutoff, terms))
# nearer than 1 km is the same place
place <- data.frame(place = paste(d$lat, d$lon))
check_close(as.numeric(covs[[1]]$terms$x1$se), sqrt(cr0(m, place)["x1", "x1"]))

write_values(c("sandwich"), "simulated in make.R, seed 10",
  "PPML", "y ~ x1 + x2 | region", nobs = n, covariances = covs)
