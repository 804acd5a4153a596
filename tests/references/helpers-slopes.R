# Shared by the cases with varying slopes and interacted effects: covariances of lm on the
# full set of dummies, whose rank may be below K. Loads helpers.R.
source("../helpers.R")

# Parameters as fixest counts them. `effects`: the levels of each effect, `slopes`: how many
# slopes vary by it, `intercept`: FALSE for unit[[x]]. One redundancy for each effect with
# intercepts after the first. Nested effects count 1 instead of their levels; their slopes
# count fully.
count_K_slopes <- function(terms, effects, slopes, intercept = rep(TRUE, length(effects)),
                           nested = rep(FALSE, length(effects))) {
  K <- terms + sum(effects * slopes) + sum(effects[intercept]) - max(sum(intercept) - 1, 0)
  K - sum(effects[nested & intercept]) + sum(nested & intercept)
}

# Entries of `m`, an lm of everything, for the terms; K without nesting and K_ways with.
dummy_entries <- function(m, data, terms, K, ways, K_ways, white = c("HC0", "HC1")) {
  n <- nobs(m)
  rank <- m$rank
  est <- estimates(m, terms)
  se <- function(V) std_errors(V, terms)
  psi <- score_influences(m, terms)
  # second program: the terms without the dummies, by algebra
  check_close(psi$b, est)
  check_close(diag(psi$bread) * psi$rss / (n - rank), diag(vcov(m))[terms], 1e-7)
  one <- function(by, K, correction = NULL) {
    check_close(diag(influence_cov(psi$psi, data[by])), diag(cr0(m, data[by]))[terms], 1e-7)
    clustered_entry(cr0(m, data[by]), data, by, K, est, terms, correction)
  }
  plain <- vcovHC(m, "HC0")
  check_close(diag(influence_cov(psi$psi)), diag(plain)[terms], 1e-7)
  note <- if (rank < K) sprintf("vcov times (n-rank)/(n-K), rank %d, K = %d", rank, as.integer(K))
  c(list(covariance("Classical", character(0), est, se(vcov(m) * (n - rank) / (n - K)), df = n - K, note = note)),
    lapply(white, function(type) {
      if (type == "HC1") {
        return(covariance("White", type, est, se(plain * n / (n - K)), df = n - K,
                          note = sprintf("vcovHC(HC0) times n/(n-K), K = %d", as.integer(K))))
      }
      covariance("White", type, est, se(vcovHC(m, type)), df = n - K)
    }),
    Map(one, ways, K_ways), list(one(ways[[1]], K_ways[[1]], "CR0")))
}

score_influences <- function(m, terms) {
  w <- weights(m)
  if (is.null(w)) w <- rep(1, nobs(m))
  X <- model.matrix(m)[, !is.na(coef(m)), drop = FALSE]
  others <- qr(X[, !colnames(X) %in% terms, drop = FALSE] * sqrt(w))
  x <- qr.resid(others, X[, terms, drop = FALSE] * sqrt(w))
  y <- qr.resid(others, model.response(model.frame(m)) * sqrt(w))
  bread <- solve(crossprod(x))
  b <- drop(bread %*% crossprod(x, y))
  e <- drop(y - x %*% b)
  list(b = b, bread = bread, rss = sum(e^2), psi = (x * e) %*% bread)
}
