# Shared by the cases of serial correlation: Bartlett sums by plain loops, the second
# program next to plm and sandwich. Loads helpers.R.
source("../helpers.R")

bartlett <- function(l, L) 1 - l / (L + 1)

# Influences of a fit: each row's score times the bread.
influences <- function(m) estfun(m) %*% bread(m) / nobs(m)

# Driscoll and Kraay: sums over the rows of a period, then Bartlett over periods, whose
# distance counts the periods there are.
dk_by_hand <- function(psi, time, L) {
  sums <- rowsum(psi, time)
  total <- crossprod(sums)
  for (t in seq_len(nrow(sums))) for (l in seq_len(L)) {
    if (t - l < 1) next
    cross <- outer(sums[t, ], sums[t - l, ])
    total <- total + bartlett(l, L) * (cross + t(cross))
  }
  total
}

# Newey and West within units: pairs of rows of one unit, as many periods apart as there
# are distinct values of time between them in the table.
nw_by_hand <- function(psi, unit, time, L) {
  period <- match(time, sort(unique(time)))
  total <- crossprod(psi)
  for (i in seq_len(nrow(psi))) for (j in seq_len(nrow(psi))) {
    l <- period[i] - period[j]
    if (unit[i] == unit[j] && l >= 1 && l <= L) {
      cross <- outer(psi[i, ], psi[j, ])
      total <- total + bartlett(l, L) * (cross + t(cross))
    }
  }
  total
}

# A covariance V0 without any factor as an entry with (n-1)/(n-K) T/(T-1).
serial_entry <- function(name, args, kwargs, V0, n, K, T, est, terms, df, program) {
  factor <- (n - 1) / (n - K) * T / (T - 1)
  covariance(name, args, est, std_errors(factor * V0, terms), df = df, kwargs = kwargs,
    note = sprintf("%s times (n-1)/(n-K) T/(T-1) = %.17g, with T = %d, K = %d", program, factor,
                   as.integer(T), as.integer(K)))
}
