# Shared by the cases of instrumental variables: entries of AER's ivreg and the tests, by
# plain algebra next to the programs that have them. Loads helpers.R and AER.
source("../helpers.R")
suppressPackageStartupMessages(library(AER))

# Response, endogenous variables and instruments without the exogenous columns X (the
# dummies of absorbed effects among them), rows scaled by the roots of the weights.
iv_parts <- function(y, D, X, Z, w = rep(1, length(y))) {
  exogenous <- qr(X * sqrt(w))
  rest <- function(A) qr.resid(exogenous, as.matrix(A) * sqrt(w))
  list(y = drop(rest(y)), D = rest(D), Z = rest(Z), n = length(y))
}

# How regressions on the instruments are judged: K counts the first stage (exogenous
# columns, instruments, absorbed levels), df is that of the denominator of F.
iv_way <- function(name, K, data, by = NULL) {
  df <- if (is.null(by)) nrow(data) - K else smallest_G(data[by]) - 1
  list(choice = if (name == "Clustered") do.call(choice, c(list(name), as.list(by))) else
         if (name == "White") choice(name, "HC1") else choice(name),
       name = name, K = K, df = df, clusters = if (!is.null(by)) data[by])
}

# Coefficients of the instruments, their covariance and the F statistic that all are zero.
on_instruments <- function(y, parts, way) {
  Z <- parts$Z
  bread <- solve(crossprod(Z))
  b <- drop(bread %*% crossprod(Z, y))
  e <- y - drop(Z %*% b)
  n <- parts$n
  V <- switch(way$name,
    Classical = bread * sum(e^2) / (n - way$K),
    White = influence_cov((Z * e) %*% bread) * n / (n - way$K),
    Clustered = influence_cov((Z * e) %*% bread, way$clusters) * cr1_factor(way$clusters, n, way$K))
  list(b = b, V = V, F = drop(b %*% solve(V, b)) / length(b))
}

first_stage_entry <- function(parts, way, name, column = 1, check = NULL) {
  f <- on_instruments(parts$D[, column], parts, way)
  L <- ncol(parts$Z)
  if (!is.null(check)) check_close(check, f$F, 1e-7)
  test_entry("first_stage", list(endogenous = name, covariance = way$choice),
    list(statistic = f$F, df_num = L, df = way$df,
         p_value = pf(f$F, L, way$df, lower.tail = FALSE)),
    note = paste0("F that the excluded instruments are zero in the first stage, with K = ", way$K,
                  if (ncol(parts$D) == 1) "; the Kleibergen-Paap rk Wald F equals it"))
}

# Montiel Olea and Pflueger (2013): b'Z'Z b / tr(V Z'Z), Z without the exogenous columns.
effective_F_entry <- function(parts, way, name) {
  f <- on_instruments(parts$D[, 1], parts, way)
  ZZ <- crossprod(parts$Z)
  effective <- drop(f$b %*% ZZ %*% f$b) / sum(diag(f$V %*% ZZ))
  if (way$name == "Classical" || length(f$b) == 1) check_close(effective, f$F)
  test_entry("effective_f", list(endogenous = name, covariance = way$choice),
    list(statistic = effective),
    note = paste0("b'Z'Z b / tr(V Z'Z): b first-stage coefficients of the instruments, V their covariance ",
                  "with its small-sample factor (K = ", way$K, "), Z the instruments without the exogenous ",
                  "columns and effects"))
}

anderson_rubin_F <- function(parts, way, value) on_instruments(parts$y - parts$D[, 1] * value, parts, way)$F

anderson_rubin_entry <- function(parts, way, value, check = NULL) {
  statistic <- anderson_rubin_F(parts, way, value)
  if (!is.null(check)) check_close(check, statistic, 1e-7)
  L <- ncol(parts$Z)
  test_entry("anderson_rubin", list(value = value, covariance = way$choice),
    list(statistic = statistic, df_num = L, df = way$df,
         p_value = pf(statistic, L, way$df, lower.tail = FALSE)),
    note = "F that the instruments are zero in the regression of y - value * endogenous on them and the exogenous")
}

# Where c2 x^2 + c1 x + c0 <= 0: a list of intervals.
quadratic_set <- function(c2, c1, c0) {
  disc <- c1^2 - 4 * c2 * c0
  if (disc < 0) return(if (c2 > 0) list() else list(c(-Inf, Inf)))
  r <- sort((-c1 + c(-1, 1) * sqrt(disc)) / (2 * c2))
  if (c2 > 0) list(r) else list(c(-Inf, r[1]), c(r[2], Inf))
}

# Where F(value) is not above the critical value, by roots of F on a grid of the whole
# line: value = centre + scale tan(angle).
grid_set <- function(F, critical, centre, scale, points = 8001) {
  g <- function(angle) vapply(angle, function(a) F(centre + scale * tan(a)) - critical, 0)
  angles <- seq(-pi / 2, pi / 2, length.out = points + 2)[-c(1, points + 2)]
  values <- g(angles)
  at <- which(diff(sign(values)) != 0)
  roots <- vapply(at, function(i) {
    # from the angle to the value itself, for the last digits
    ends <- centre + scale * tan(angles[i + 0:1])
    uniroot(function(v) F(v) - critical, ends, tol = .Machine$double.eps * max(abs(ends), 1),
            maxiter = 10000)$root
  }, 0)
  edges <- c(-Inf, roots, Inf)
  inside <- c(values[1] <= 0, values[at + 1] <= 0)
  lapply(which(inside), function(i) c(edges[i], edges[i + 1]))
}

anderson_rubin_set <- function(parts, way, level) {
  L <- ncol(parts$Z)
  critical <- qf(level, L, way$df)
  d <- parts$D[, 1]
  y <- parts$y
  set <- NULL
  if (way$name == "Classical") {
    H <- qr(parts$Z)
    k <- L * critical / (parts$n - way$K)
    form <- function(u, v) sum(qr.fitted(H, u) * v) - k * sum(qr.resid(H, u) * v)
    set <- quadratic_set(form(d, d), -2 * form(d, y), form(y, y))
  } else if (L == 1) {
    # (b_y - v b_d)^2 against critical times the variance, quadratic in v as well
    V <- function(a) on_instruments(a, parts, way)
    yy <- V(y); dd <- V(d); yd <- V(y + d)
    cross <- (yd$V - yy$V - dd$V) / 2
    set <- quadratic_set(dd$b^2 - critical * dd$V[1], -2 * (dd$b * yy$b - critical * cross[1]),
                         yy$b^2 - critical * yy$V[1])
  }
  centre <- sum(qr.fitted(qr(parts$Z), d) * y) / sum(qr.fitted(qr(parts$Z), d) * d)
  grid <- grid_set(function(v) anderson_rubin_F(parts, way, v), critical, centre,
                   sqrt(sum((y - centre * d)^2) / sum(d^2)))
  if (is.null(set)) return(grid)
  stopifnot(length(grid) == length(set))
  # the endpoints of the grid are those of the quadratic
  if (length(set)) {
    finite <- is.finite(unlist(set))
    stopifnot(identical(finite, is.finite(unlist(grid))))
    if (any(finite)) check_close(unlist(grid)[finite], unlist(set)[finite], 1e-7)
  }
  set
}

anderson_rubin_set_entry <- function(parts, way, level = 0.95) {
  set <- anderson_rubin_set(parts, way, level)
  test_entry("anderson_rubin_set", list(level = level, covariance = way$choice),
    list(intervals = lapply(set, as.list)),
    note = sprintf("values whose F is at most the %.0f%% quantile of F(%d, %d); null: unbounded",
                   100 * level, ncol(parts$Z), as.integer(way$df)))
}

two_stages <- function(parts) {
  Dhat <- qr.fitted(qr(parts$Z), parts$D)
  drop(solve(crossprod(Dhat, parts$D), crossprod(Dhat, parts$y)))
}

sargan_entry <- function(parts, check = NULL) {
  e <- parts$y - drop(parts$D %*% two_stages(parts))
  statistic <- parts$n * sum(qr.fitted(qr(parts$Z), e)^2) / sum(e^2)
  df <- ncol(parts$Z) - ncol(parts$D)
  if (!is.null(check)) check_close(check, statistic)
  test_entry("sargan", list(), list(statistic = statistic, df = df,
    p_value = pchisq(statistic, df, lower.tail = FALSE)), note = "n times R2 of the residuals on the instruments")
}

# Hansen's J: two-step GMM with the moments' covariance at the 2SLS residuals, no factor.
hansen_entry <- function(parts, clusters = NULL) {
  e <- parts$y - drop(parts$D %*% two_stages(parts))
  S <- influence_cov(parts$Z * e, clusters)
  ZD <- crossprod(parts$Z, parts$D)
  b <- solve(crossprod(ZD, solve(S, ZD)), crossprod(ZD, solve(S, crossprod(parts$Z, parts$y))))
  g <- crossprod(parts$Z, parts$y - parts$D %*% b)
  statistic <- drop(crossprod(g, solve(S, g)))
  df <- ncol(parts$Z) - ncol(parts$D)
  how <- if (is.null(clusters)) choice("White", "HC0") else
    do.call(choice, c(list("Clustered"), as.list(names(clusters)), correction = "CR0"))
  test_entry("hansen_j", list(covariance = how),
    list(statistic = statistic, df = df, p_value = pchisq(statistic, df, lower.tail = FALSE)),
    note = paste("two-step GMM: the moments' covariance (not centred, no small-sample factor) at the 2SLS",
                 "residuals, J at the GMM estimate"))
}

# Sandwich of an ivreg without any factor.
iv_hc0 <- function(m) sandwich(m, adjust = FALSE)

# F of the full against the reduced regression with a covariance V, by lmtest.
wald_F <- function(full, reduced, V) lmtest::waldtest(reduced, full, vcov = V, test = "F")$F[2]

# Entries of an ivreg: classical, White and one for each of `ways` (columns to cluster
# by), with `K_ways` parameters each; the first also without factor.
iv_entries <- function(m, data, terms, K, ways, K_ways = rep(K, length(ways))) {
  n <- nrow(data)
  stopifnot(nobs(m) == n)
  est <- estimates(m, terms)
  se <- function(V) std_errors(V, terms)
  by <- lapply(seq_along(ways), function(i) {
    clustered_entry(cr0(m, data[ways[[i]]]), data, ways[[i]], K_ways[i], est, terms)
  })
  c(list(
    covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
    covariance("White", "HC0", est, se(iv_hc0(m)), df = n - K, note = "sandwich of ivreg"),
    covariance("White", "HC1", est, se(iv_hc0(m) * n / (n - K)), df = n - K,
               note = "sandwich of ivreg times n/(n-K)")
  ), by, list(clustered_entry(cr0(m, data[ways[[1]]]), data, ways[[1]], K, est, terms, "CR0")))
}

# The second program: two stages without the exogenous columns, for the endogenous terms.
check_iv_algebra <- function(m, parts, data, endogenous, K, ways) {
  b <- two_stages(parts)
  check_close(b, coef(m)[endogenous])
  Dhat <- qr.fitted(qr(parts$Z), parts$D)
  bread <- solve(crossprod(Dhat))
  e <- parts$y - drop(parts$D %*% b)
  psi <- (Dhat * e) %*% bread
  check_close(diag(bread) * sum(e^2) / (parts$n - K), diag(vcov(m))[endogenous])
  check_close(diag(influence_cov(psi)), diag(iv_hc0(m))[endogenous], 1e-7)
  for (by in ways) {
    check_close(diag(influence_cov(psi, data[by])), diag(cr0(m, data[by]))[endogenous], 1e-7)
  }
}
