# The same in R, with lm and S as the sum of the residuals of the differences: checks what slow.py wrote.
suppressPackageStartupMessages(library(jsonlite))
ls_fit <- function(y, breaks, model, p) {
  n <- length(y)
  t <- 2:n
  X <- rep(1, n - 1)
  for (b in breaks) {
    X <- cbind(X, as.numeric(t == b + 1))
    if (model == "C") X <- cbind(X, as.numeric(t > b))
  }
  dy <- diff(y)
  S <- c(0, cumsum(lm.fit(as.matrix(X), dy)$residuals))
  D <- cbind(S[-n], X)
  if (p > 0) for (j in 1:p) D <- cbind(D, c(rep(NA, j), diff(S)[1:(n - 1 - j)]))
  summary(lm(dy ~ 0 + D))$coefficients[, 3]
}
ls_statistic <- function(y, breaks, model, lags, rule = NULL) {
  if (is.null(rule)) return(c(ls_fit(y, breaks, model, lags)[1], lags))
  for (p in lags:0) {
    t <- ls_fit(y, breaks, model, p)
    if (p == 0 || abs(t[length(t)]) > 1.645) return(c(t[1], p))
  }
}
cases <- fromJSON("unit_root.json", simplifyVector = FALSE)$cases
data <- read.csv("data.csv")
worst <- 0
for (case in cases) {
  y <- as.numeric(na.omit(data[[case$series]]))
  o <- case$options
  lags <- if (is.null(o$rule)) o$lags else o$max_lags
  if (o$breaks == 0) {
    r <- ls_statistic(y, NULL, "A", lags)
    stopifnot(abs(r[1] / case$statistic - 1) < 1e-7)
    next
  }
  grid <- case$extra$dates[[1]]:case$extra$dates[[2]]
  n <- length(y)
  stopifnot(min(grid) == max(ceiling(n / 10), lags + 2), max(grid) == floor(n * 9 / 10))
  if (o$breaks == 1) {
    r <- vapply(grid, function(b) ls_statistic(y, b, o$model, lags, o$rule), c(0, 0))
    worst <- max(worst, abs(r[1, ] / unlist(case$extra$path) - 1))
    stopifnot(r[2, ] == unlist(case$extra$path_lags),
              grid[which.min(r[1, ])] == unlist(case$extra$break_positions))
  } else if (n < 70 && is.null(o$rule)) {  # the whole grid
    best <- Inf
    for (a in grid) for (b in grid[grid >= a + if (o$model == "A") 2 else 3]) {
      r <- ls_statistic(y, c(a, b), o$model, lags)
      if (r[1] < best) {
        best <- r[1]
        where <- c(a, b)
      }
    }
    stopifnot(where == unlist(case$extra$break_positions))
    worst <- max(worst, abs(best / case$statistic - 1))
  } else {
    r <- ls_statistic(y, unlist(case$extra$break_positions), o$model, lags, o$rule)
    stopifnot(r[2] == case$lags)
    worst <- max(worst, abs(r[1] / case$statistic - 1))
  }
}
stopifnot(worst < 1e-6)
cat("R agrees to", format(worst), "\n")
