# Shared by the cases of panels: variance components, quasi-demeaning and Hausman tests by
# plain algebra, the second program next to plm. Loads helpers.R and plm.
source("../helpers.R")
suppressPackageStartupMessages(library(plm))

# Each row's mean of its unit.
unit_means <- function(A, unit) {
  A <- as.matrix(A)
  rows <- match(unit, unique(unit))
  (rowsum(A, rows) / tabulate(rows))[rows, , drop = FALSE]
}

# Variance components of Swamy and Arora, with Baltagi and Chang's (1994) form for
# unbalanced panels (plm's; the same number when balanced). `harmonic`: the other form,
# from the unweighted regression of means and the harmonic mean of the observations per
# unit (Stata's xtreg, re and linearmodels' default). X with the intercept; k_within and
# k_between are ranks, so that what is constant or collinear does not count.
swamy_arora <- function(y, X, unit, harmonic = FALSE) {
  n <- length(y)
  rows <- match(unit, unique(unit))
  N <- max(rows)
  periods <- tabulate(rows)
  means <- unit_means(cbind(y, X), unit)
  within <- cbind(y, X) - means
  moving <- apply(within[, -1, drop = FALSE], 2, function(x) max(abs(x))) > 1e-9 * apply(abs(X), 2, max)
  Xw <- full_rank(within[, -1][, moving, drop = FALSE])
  s2e <- sum(qr.resid(qr(Xw), within[, 1])^2) / (n - N - ncol(Xw))
  first <- match(seq_len(N), rows)
  Xb <- full_rank(means[, -1, drop = FALSE])
  k <- ncol(Xb)
  if (harmonic) {
    rss <- sum(qr.resid(qr(Xb[first, , drop = FALSE]), means[first, 1])^2)
    s2u <- rss / (N - k) - s2e * mean(1 / periods)
  } else {
    rss <- sum(qr.resid(qr(Xb), means[, 1])^2)
    sums <- Xb[first, , drop = FALSE] * periods
    trace <- sum(diag(solve(crossprod(Xb), crossprod(sums))))
    s2u <- (rss - (N - k) * s2e) / (n - trace)
  }
  s2u <- max(s2u, 0)
  list(s2e = s2e, s2u = s2u, k_within = ncol(Xw), k_between = k,
       theta = (1 - sqrt(s2e / (periods * s2u + s2e)))[rows], periods = periods[rows])
}

quasi_demeaned <- function(A, unit, theta) as.matrix(A) - theta * unit_means(A, unit)

# Least squares on quasi-demeaned data.
random_effects_fit <- function(y, X, unit, theta) {
  frame <- list(y = drop(quasi_demeaned(y, unit, theta)), X = quasi_demeaned(X, unit, theta))
  m <- lm(y ~ X - 1, data = frame)
  names(m$coefficients) <- colnames(X)
  m
}

re_statistics <- function(v) {
  periods <- sort(unique(v$periods))
  list(sigma2_idiosyncratic = v$s2e, sigma2_unit = v$s2u,
       theta_by_observations = as.list(setNames(v$theta[match(periods, v$periods)], periods)))
}

# A table of covariances with our names for an lm whose columns lm calls otherwise.
named <- function(V, m) {
  dimnames(V) <- list(names(coef(m)), names(coef(m)))
  V
}

# Entries of a least-squares fit on transformed data: K is the columns, nothing is absorbed.
# z or t differ among programs of random effects, so df is compared for clusters only unless
# it is given.
transformed_entries <- function(m, data, terms, ways, program, white = c("HC0", "HC1"), df = NULL) {
  n <- nobs(m)
  K <- length(coef(m))
  stopifnot(nrow(data) == n, !anyNA(coef(m)))
  est <- estimates(m, terms)
  se <- function(V) std_errors(named(V, m), terms)
  c(list(covariance("Classical", character(0), est, se(vcov(m)), df = df,
                    note = paste0(program, ": RSS/(n-K) of the transformed regression, K = ", K))),
    lapply(white, function(type) {
      covariance("White", type, est, se(sandwich::vcovHC(m, type)), df = df,
                 note = paste("sandwich of", program))
    }),
    lapply(ways, function(by) {
      clustered_entry(named(cr0(m, data[by]), m), data, by, K, est, terms,
                      program = paste("sandwich of", program))
    }),
    list(clustered_entry(named(cr0(m, data[ways[[1]]]), m), data, ways[[1]], K, est, terms, "CR0",
                         program = paste("sandwich of", program))))
}

# plm's fit against ours: estimates, classical, White and clustered covariances.
check_plm <- function(p, m, terms, unit, data, time = NULL, tol = 1e-7) {
  check_close(coef(p)[terms], coef(m)[terms])
  diagonal <- function(V) diag(named(V, m))[terms]
  check_close(diag(vcov(p))[terms], diagonal(vcov(m)), tol)
  arellano <- function(...) diag(plm::vcovHC(p, method = "arellano", type = "HC0", ...))[terms]
  check_close(diag(plm::vcovHC(p, method = "white1", type = "HC0"))[terms],
              diagonal(sandwich::vcovHC(m, "HC0")), tol)
  check_close(arellano(cluster = "group"), diagonal(cr0(m, data[unit])), tol)
  if (!is.null(time)) {
    check_close(arellano(cluster = "time"), diagonal(cr0(m, data[time])), tol)
    check_close(diag(plm::vcovDC(p, type = "HC0"))[terms], diagonal(cr0(m, data[c(unit, time)])), tol)
  }
}

htest_entry <- function(name, test, kwargs = named_empty, note = NULL) {
  test_entry(name, kwargs, list(statistic = unname(test$statistic), df = unname(test$parameter),
                                p_value = unname(test$p.value)), note)
}

# Hausman by the auxiliary regression: the within parts of X are added to the quasi-demeaned
# regression (intercept quasi-demeaned, too) and tested, chi-squared.
hausman_auxiliary <- function(y, X, unit, theta, data, by = NULL, check = NULL) {
  within <- X - unit_means(X, unit)
  moving <- apply(within, 2, function(x) max(abs(x))) > 1e-9 * apply(abs(X), 2, max)
  Q <- cbind(quasi_demeaned(X, unit, theta), within[, moving, drop = FALSE])
  m <- lm(drop(quasi_demeaned(y, unit, theta)) ~ Q - 1)
  V <- if (is.null(by)) vcov(m) else cr0(m, data[by]) * cr1_factor(data[by], nobs(m), ncol(Q))
  at <- ncol(X) + seq_len(sum(moving))
  b <- coef(m)[at]
  statistic <- drop(b %*% solve(V[at, at], b))
  if (!is.null(check)) check_close(check, statistic, 1e-7)
  how <- if (is.null(by)) choice("Classical") else do.call(choice, c(list("Clustered"), as.list(by)))
  test_entry("hausman", list(method = "auxiliary", covariance = how),
    list(statistic = statistic, df = length(b), p_value = pchisq(statistic, length(b), lower.tail = FALSE)),
    note = sprintf("within parts added to the quasi-demeaned regression, Wald chi2; K = %d there", ncol(Q)))
}

# The estimate and classical errors with the harmonic-mean variance components instead.
harmonic_statistics <- function(y, X, unit, terms) {
  v <- swamy_arora(y, X, unit, harmonic = TRUE)
  m <- random_effects_fit(y, X, unit, v$theta)
  c(re_statistics(v), list(
    estimates = as.list(estimates(m, terms)),
    classical_se = as.list(std_errors(named(vcov(m), m), terms)),
    note = paste("NOT the values of this case: sigma2_unit from the unweighted regression of the unit means,",
                 "RSS/(N-k) - sigma2_idiosyncratic / harmonic mean of the observations per unit, as Stata's",
                 "xtreg, re and linearmodels' default")))
}

# Wald test that terms are zero, F(q, G - 1), with CR1 by `by`.
wald_entry <- function(m, data, by, terms, note = NULL) {
  V <- named(cr0(m, data[by]), m)[terms, terms] * cr1_factor(data[by], nobs(m), length(coef(m)))
  b <- coef(m)[terms]
  statistic <- drop(b %*% solve(V, b)) / length(b)
  df <- smallest_G(data[by]) - 1
  test_entry("wald_test",
    list(terms = I(names(terms)), covariance = do.call(choice, c(list("Clustered"), as.list(by)))),
    list(statistic = statistic, df_num = length(b), df = df,
         p_value = pf(statistic, length(b), df, lower.tail = FALSE)), note)
}

# Differences of columns between consecutive periods, with the other columns of the later row.
differences <- function(data, unit, time, columns) {
  before <- match(paste(data[[unit]], data[[time]] - 1), paste(data[[unit]], data[[time]]))
  out <- data
  out[columns] <- data[columns] - data[before, columns]
  out[!is.na(before), ]
}

# Mean group: one regression a unit (lm), then the mean; errors from the spread of the
# units' coefficients. `common`: the periods' means of the response and of the regressors
# are added to each regression (CCE), and their coefficients are not among the terms.
mean_group <- function(formula, data, unit, time = NULL, common = FALSE) {
  X <- model.matrix(formula, data)
  y <- model.response(model.frame(formula, data))
  full <- X
  if (common) {
    bars <- unit_means(cbind(y, X[, -1, drop = FALSE]), data[[time]])
    colnames(bars) <- paste0("bar_", colnames(bars))
    full <- cbind(X, bars)
  }
  units <- split(seq_along(y), data[[unit]])
  coefs <- t(sapply(units, function(rows) coef(lm(y[rows] ~ full[rows, , drop = FALSE] - 1))))
  colnames(coefs) <- colnames(full)
  stopifnot(!anyNA(coefs))
  N <- nrow(coefs)
  b <- colMeans(coefs)
  list(b = b, V = crossprod(sweep(coefs, 2, b)) / (N * (N - 1)), N = N)
}

mean_group_entry <- function(g, terms, p, program) {
  check_close(g$b[terms], coef(p)[terms])
  check_close(diag(g$V)[terms], diag(vcov(p))[terms], 1e-7)
  covariance("White", "HC1", setNames(g$b[terms], names(terms)), std_errors(g$V, terms),
             note = paste0(program, ": sqrt(sum (b_i - b)^2 / (N (N - 1))) over N = ", g$N, " units"))
}
