# Stations that report an earthquake near Fiji, east and west of the 180th meridian: Conley.
# fixest rounds the earth to a radius of 6376 km and leaves out pairs by a box around each
# point first, so its numbers differ.
source("../helpers-space.R")

set.seed(9)
q <- quakes[sort(sample(nrow(quakes), 300)), ]
# longitudes run to 188 in the data; the usual ones here, so that the points lie at both ends
q$long <- round(ifelse(q$long > 180, q$long - 360, q$long), 2)
write_data(data.frame(stations = q$stations, mag = q$mag, depth = q$depth, lat = q$lat, lon = q$long))
d <- read.csv("data.csv")
stopifnot(any(d$lon > 179), any(d$lon < -179))

m <- lm(stations ~ mag + depth, data = d)
terms <- c(Intercept = "(Intercept)", mag = "mag", depth = "depth")
covs <- lapply(c(55, 210, 900), function(cutoff) conley_entry(m, d, cutoff, terms))

write_values(c("sandwich"),
  "a sample of 300 rows of quakes of R: locations of earthquakes near Fiji since 1964, obtained by J. Woodhouse, Harvard University",
  "OLS", "stations ~ mag + depth", nobs = nrow(d), covariances = covs)
