# Shared by the cases of simultaneous bands: the c with P(max |Z_j| <= c) = level for normal
# Z of a given correlation, and for t of df degrees of freedom with one common scale, by
# deterministic integration. Loads helpers.R.
source("../helpers.R")
suppressPackageStartupMessages(library(mvtnorm))

# Nodes and weights of Gauss and Legendre on (0, 1).
gauss <- function(n) {
  k <- seq_len(n - 1)
  J <- matrix(0, n, n)
  J[cbind(k, k + 1)] <- J[cbind(k + 1, k)] <- k / sqrt(4 * k^2 - 1)
  s <- eigen(J, symmetric = TRUE)
  list(x = (s$values + 1) / 2, w = s$vectors[1, ]^2)
}

# P(|Z_j| <= c for all j): one coordinate after the other given those before, product
# quadrature over all but the last. The integrand is smooth, so few nodes do.
box <- function(R, c, n = 30) {
  k <- nrow(R)
  L <- t(chol(R))
  nodes <- gauss(n)
  grid <- if (k > 1) as.matrix(expand.grid(rep(list(seq_len(n)), k - 1))) else matrix(0, 1, 0)
  z <- matrix(0, nrow(grid), k)
  weight <- rep(1, nrow(grid))
  for (j in seq_len(k)) {
    before <- drop(z[, seq_len(j - 1), drop = FALSE] %*% L[j, seq_len(j - 1)])
    low <- (-c - before) / L[j, j]
    if (j < k) {
      z[, j] <- low + nodes$x[grid[, j]] * 2 * c / L[j, j]
      weight <- weight * nodes$w[grid[, j]] * 2 * c / L[j, j] * dnorm(z[, j])
    } else {
      weight <- weight * (pnorm((c - before) / L[j, j]) - pnorm(low))
    }
  }
  sum(weight)
}

# The same for t: c times s, the root of chi-square over df, integrated over s.
box_t <- function(R, c, df, n = 30, outer = 50) {
  nodes <- gauss(outer)
  range <- sqrt(qchisq(c(1e-15, 1), df) / df)
  range[2] <- sqrt(qchisq(1e-15, df, lower.tail = FALSE) / df)
  s <- range[1] + nodes$x * diff(range)
  sum(nodes$w * diff(range) * 2 * df * s * dchisq(df * s^2, df) * vapply(s, function(scale) box(R, c * scale, n), 0))
}

critical <- function(probability, level = 0.95) {
  uniroot(function(c) probability(c) - level, c(1, 8), tol = 1e-13)$root
}

# One entry; R the correlation of the terms' estimates, df null for the normal one only.
band_entry <- function(R, terms, choice, df, level = 0.95, n = 30, note = NULL) {
  c_normal <- critical(function(c) box(R, c, n), level)
  c_t <- critical(function(c) box_t(R, c, df, n), level)
  # more nodes change nothing, and mvtnorm agrees
  stopifnot(abs(box(R, c_normal, n + 6) - level) < 1e-11, abs(box_t(R, c_t, df, n + 6, 70) - level) < 1e-10)
  if (nrow(R) > 1) {
    miwa <- pmvnorm(rep(-c_normal, nrow(R)), rep(c_normal, nrow(R)), corr = R, algorithm = Miwa(steps = 2048))
    stopifnot(abs(miwa - level) < 1e-6)
    set.seed(1)
    genz <- pmvt(rep(-c_t, nrow(R)), rep(c_t, nrow(R)), corr = R, df = df,
                 algorithm = GenzBretz(maxpts = 2e6, abseps = 1e-7))
    stopifnot(abs(genz - level) < 5e-6)
  }
  test_entry("simultaneous_bands", list(terms = I(names(terms)), level = level, covariance = choice),
    list(critical_normal = c_normal, critical_t = c_t, df = df),
    note = paste0("P(max |Z_j| <= critical) = level for the correlation of the terms' estimates, by product ",
      "quadrature (mvtnorm agrees); critical_t is that of the multivariate t with df and one common scale", note))
}
