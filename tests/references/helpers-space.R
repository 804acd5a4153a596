# Shared by the cases of spatial and dyadic dependence: plain loops over pairs of rows.
# Loads helpers.R.
source("../helpers.R")

influences <- function(m) estfun(m) %*% bread(m) / nobs(m)

# Great-circle distance in km on a sphere of radius 6371 (haversine).
km <- function(lat1, lon1, lat2, lon2) {
  r <- pi / 180
  a <- sin((lat2 - lat1) * r / 2)^2 + cos(lat1 * r) * cos(lat2 * r) * sin((lon2 - lon1) * r / 2)^2
  2 * 6371 * asin(min(1, sqrt(a)))
}

# Sum of psi_i psi_j' over all pairs of rows (i, j), i = j among them, weighted by weight(i, j).
pair_sum <- function(psi, weight) {
  total <- matrix(0, ncol(psi), ncol(psi), dimnames = list(colnames(psi), colnames(psi)))
  for (i in seq_len(nrow(psi))) for (j in seq_len(nrow(psi))) {
    total <- total + weight(i, j) * outer(psi[i, ], psi[j, ])
  }
  total
}

# Conley(lat, lon, cutoff_km): pairs nearer than the cutoff count fully.
conley_entry <- function(m, data, cutoff, terms, program = "") {
  d <- outer(seq_len(nrow(data)), seq_len(nrow(data)),
             Vectorize(function(i, j) km(data$lat[i], data$lon[i], data$lat[j], data$lon[j])))
  stopifnot(min(abs(d - cutoff)) > 1e-4)  # no pair so near the cutoff that rounding decides
  # the same distances by the angle between the points as vectors in space
  r <- pi / 180
  p <- cbind(cos(data$lat * r) * cos(data$lon * r), cos(data$lat * r) * sin(data$lon * r), sin(data$lat * r))
  chord <- as.matrix(dist(p))
  stopifnot(max(abs(2 * 6371 * asin(pmin(1, chord / 2)) - d)) < 1e-4)
  psi <- influences(m)
  uniform <- pair_sum(psi, function(i, j) d[i, j] < cutoff)
  stopifnot(max(abs(uniform - t(psi) %*% (d < cutoff) %*% psi)) < 1e-9 * max(abs(uniform)))
  bartlett <- pair_sum(psi, function(i, j) max(0, 1 - d[i, j] / cutoff))
  covariance("Conley", c("lat", "lon"), estimates(m, terms), std_errors(uniform, terms),
    kwargs = list(cutoff_km = cutoff, correction = "CR0"),
    note = paste0("loop over all pairs of rows, 1 if nearer than the cutoff (haversine, radius 6371 km), ",
      "without any factor", program, "; with weights 1 - d/cutoff the standard errors would be ",
      paste(sprintf("%.10g", std_errors(bartlett, terms)), collapse = " ")))
}

# Dyadic(a, b): pairs of rows that share a member in whatever role count fully.
dyadic_sum <- function(psi, a, b) {
  pair_sum(psi, function(i, j) a[i] %in% c(a[j], b[j]) || b[i] %in% c(a[j], b[j]))
}

dyadic_entry <- function(m, data, by, terms, program = "") {
  psi <- influences(m)
  V <- dyadic_sum(psi, data[[by[1]]], data[[by[2]]])
  covariance("Dyadic", by, estimates(m, terms), std_errors(V, terms), kwargs = list(correction = "CR0"),
    note = paste0("loop over all pairs of rows, 1 if they share a member in whatever role, without any factor",
                  program))
}
