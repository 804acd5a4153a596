# Shared by the cases of likelihoods: glm at its maximum, and the entries of covariances
# from scores. Loads helpers.R.
source("../helpers.R")

# A glm started again at its solution until the score equations hold to rounding: glm
# stops by the deviance, and scoring converges slowly where the link is not canonical.
converged_glm <- function(formula, data, family, ..., tol = 1e-11) {
  control <- glm.control(epsilon = 1e-14, maxit = 100)
  environment(formula) <- environment()
  m <- glm(formula, data = data, family = family, control = control, ...)
  for (restart in 1:100) {
    score <- abs(colSums(estfun(m))) * sqrt(diag(summary(m)$cov.unscaled))
    if (max(score) < tol) return(m)
    etastart <- m$linear.predictor
    m <- glm(formula, data = data, family = family, control = control, etastart = etastart, ...)
  }
  stop("glm did not converge")
}

# White and clustered entries of a fit with the given influences; `ways` is a list of
# one or more cluster columns each. The columns of psi are named by our terms.
robust_entries <- function(est, psi, data, ways, K, program, white = c("HC0", "HC1")) {
  stopifnot(identical(names(est), colnames(psi)), nrow(psi) == nrow(data))
  terms <- setNames(names(est), names(est))
  n <- nrow(data)
  V0 <- influence_cov(psi)
  out <- list()
  if ("HC0" %in% white) {
    out <- list(covariance("White", "HC0", est, std_errors(V0, terms), note = program))
  }
  if ("HC1" %in% white) {
    out <- c(out, list(covariance("White", "HC1", est, std_errors(V0 * n / (n - K), terms),
                                  note = sprintf("HC0 times n/(n-K), with K = %d", as.integer(K)))))
  }
  entry <- function(by, correction) {
    clustered_entry(influence_cov(psi, data[by]), data, by, K, est, terms, correction, program)
  }
  c(out, lapply(ways, entry, correction = NULL),
    if (length(ways)) list(entry(ways[[1]], "CR0")))
}

# Scores by group (groups by terms) of the conditional logit, exact with any number of
# successes: the chance of row j given k successes is e_j f_k-1(others) / f_k(all), with
# f_k the sum over all sets of k rows of the products of their e.
conditional_scores <- function(b, y, X, group) {
  symmetric <- function(e, k) {  # f_0 ... f_k
    f <- c(1, numeric(k))
    for (v in e) f[-1] <- f[-1] + v * f[-(k + 1)]
    f
  }
  t(sapply(split(seq_along(y), group), function(rows) {
    x <- X[rows, , drop = FALSE]
    eta <- drop(x %*% b)
    e <- exp(eta - max(eta))
    k <- sum(y[rows])
    chance <- vapply(seq_along(e), function(j) e[j] * symmetric(e[-j], k - 1)[k], 0) / symmetric(e, k)[k + 1]
    stopifnot(abs(sum(chance) - k) < 1e-10 * k)
    colSums(x * (y[rows] - chance))
  }))
}

# Entries of a conditional logit: clusters hold whole groups, so the effects count one.
# `data` are the rows of groups with variation.
conditional_entries <- function(m, y, X, group, data, ways, terms) {
  scores <- conditional_scores(coef(m), y, X, group)
  stopifnot(max(abs(colSums(scores)) * sqrt(diag(vcov(m)))) < 1e-9)
  jacobian <- numDeriv::jacobian(function(b) colSums(conditional_scores(b, y, X, group)), coef(m))
  check_close(solve(-jacobian), vcov(m), 1e-7)
  est <- estimates(m, terms)
  psi <- scores %*% vcov(m)
  first <- match(rownames(scores), group)
  K <- length(est) + 1
  clustered <- function(by, correction = NULL) {
    clustered_entry(influence_cov(psi, data[first, by, drop = FALSE]), data, by, K, est, terms, correction,
                    "scores of the groups by hand, inverse information of clogit")
  }
  c(list(covariance("Classical", character(0), est, std_errors(vcov(m), terms), note = "vcov(clogit)")),
    lapply(ways, clustered), lapply(ways, clustered, correction = "CR0"))
}

# Log-likelihood and scores (rows by terms) of a Tobit at c(coefficients, log(sigma)).
tobit_rows <- function(theta, y, X, lower = -Inf, upper = Inf) {
  k <- ncol(X)
  sigma <- exp(theta[[k + 1]])
  eta <- drop(X %*% theta[seq_len(k)])
  low <- y <= lower
  high <- y >= upper
  z <- (ifelse(low, lower, ifelse(high, upper, y)) - eta) / sigma
  side <- ifelse(low, 1, -1)
  tail <- pnorm(side * z, log.p = TRUE)
  mills <- side * exp(dnorm(z, log = TRUE) - tail)
  inside <- !low & !high
  list(loglik = sum(ifelse(inside, dnorm(z, log = TRUE) - log(sigma), tail)),
       scores = cbind(X * ifelse(inside, z, -mills) / sigma, ifelse(inside, z^2 - 1, -mills * z)))
}

# Entries of a Tobit by AER::tobit (survreg), checked against the likelihood by hand.
tobit_entries <- function(m, y, X, data, ways, terms, ...) {
  theta <- c(coef(m), "Log(scale)" = log(m$scale))
  rows <- tobit_rows(theta, y, X, ...)
  stopifnot(max(abs(colSums(rows$scores)) * sqrt(diag(vcov(m)))) < 1e-9,
            max(abs(estfun(m) - rows$scores) * rep(sqrt(diag(vcov(m))), each = length(y))) < 1e-8,
            abs(rows$loglik / as.numeric(logLik(m)) - 1) < 1e-12)
  information <- -numDeriv::jacobian(function(b) colSums(tobit_rows(b, y, X, ...)$scores), theta)
  check_close(diag(solve(information)), diag(vcov(m)), 1e-7)
  est <- setNames(theta[terms], names(terms))
  psi <- estfun(m) %*% vcov(m)
  stopifnot(identical(colnames(vcov(m)), unname(terms)))
  colnames(psi) <- names(terms)
  c(list(covariance("Classical", character(0), est, std_errors(vcov(m), terms),
                    note = "vcov(survreg): inverse observed information")),
    robust_entries(est, psi, data, ways, length(terms), "sandwich::estfun(survreg) times vcov"))
}

# Entries of the two-part model from its two glm fits, `amount` on the rows with y > 0:
# influences of both parts side by side, zero for `amount` on the other rows.
two_part <- function(any, amount, y, terms) {
  part <- function(m, name) {
    psi <- estfun(m) %*% vcov(m)
    colnames(psi) <- paste0(name, ": ", names(terms)[match(colnames(psi), terms)])
    psi
  }
  first <- part(any, "any")
  second <- part(amount, "amount")
  padded <- matrix(0, length(y), ncol(second), dimnames = list(NULL, colnames(second)))
  padded[y > 0, ] <- second
  stopifnot(nobs(any) == length(y), nobs(amount) == sum(y > 0))
  psi <- cbind(first, padded)
  est <- c(coef(any)[terms], coef(amount)[terms])
  names(est) <- c(paste0("any: ", names(terms)), paste0("amount: ", names(terms)))
  list(est = est, psi = psi[, names(est)])
}

# Wald test that terms are zero, against F(q, G - 1), with the CR1 covariance of influences.
influence_wald <- function(est, psi, data, by, K, terms) {
  V <- cr1_factor(data[by], nrow(data), K) * influence_cov(psi, data[by])
  F <- drop(est[terms] %*% solve(V[terms, terms], est[terms])) / length(terms)
  df <- smallest_G(data[by]) - 1
  test_entry("wald_test", list(terms = as.list(terms), covariance = do.call(choice, c(list("Clustered"), as.list(by)))),
    list(statistic = F, df_num = length(terms), df = df, p_value = pf(F, length(terms), df, lower.tail = FALSE)),
    note = sprintf("Wald statistic over q = %d with CR1 (K = %d), against F(q, G - 1)", length(terms), as.integer(K)))
}

# Scores (rows by terms) and information of the fractional conditional logit, where
# P = exp(x b) over its sum in the group and the shares y of a group sum to one.
share_rows <- function(b, y, X, group) {
  e <- exp(drop(X %*% b))
  P <- e / ave(e, group, FUN = sum)
  centred <- X - apply(X * P, 2, function(v) ave(v, group, FUN = sum))
  list(loglik = sum(y * log(P)), scores = (y - P) * centred, information = crossprod(centred * sqrt(P)))
}

# Entries of burden shares from a Poisson regression on dummies of the groups, which has
# the same slopes; optim on the likelihood itself is the second program. Clusters that do
# not hold whole groups are given without a factor.
share_entries <- function(m, y, X, group, data, ways, terms) {
  stopifnot(max(abs(rowsum(y, group) - 1)) < 1e-12)
  est <- estimates(m, terms)
  psi <- (estfun(m) %*% vcov(m))[, terms, drop = FALSE]
  rows <- share_rows(est, y, X, group)
  o <- optim(est * 0, function(b) -share_rows(b, y, X, group)$loglik,
             function(b) -colSums(share_rows(b, y, X, group)$scores), method = "BFGS",
             control = list(reltol = 1e-16, maxit = 500))
  check_close(o$par, est, 1e-5)
  stopifnot(max(abs(colSums(rows$scores) / sqrt(diag(rows$information)))) < 1e-10,
            max(abs(psi - rows$scores %*% solve(rows$information))) < 1e-10 * max(abs(psi)))
  check_close(diag(vcov(m))[terms], diag(solve(rows$information)))
  K <- length(est) + 1
  program <- "influences of glm on dummies of the groups, estfun times vcov"
  clustered <- function(by, correction = NULL) {
    clustered_entry(influence_cov(psi, data[by]), data, by, K, est, terms, correction, program)
  }
  holds <- function(v) all(tapply(data[[v]], group, function(x) length(unique(x))) == 1)
  nested <- vapply(ways, function(by) any(vapply(by, holds, TRUE)), TRUE)
  c(lapply(ways[nested], clustered), lapply(ways, clustered, correction = "CR0"))
}

# A Poisson regression with an offset is one of y / exp(offset) with weights exp(offset):
# the second program for those cases. `formula` has y / exp(offset) on the left.
check_offset <- function(m, formula, data, exposure, clusters) {
  data$exposure <- exposure
  w <- suppressWarnings(converged_glm(formula, data, poisson(), weights = exposure, tol = 1e-8))
  check_close(coef(w), coef(m), 1e-7)
  check_close(vcov(w), vcov(m), 1e-6)
  check_close(diag(vcovHC(w, "HC0")), diag(vcovHC(m, "HC0")), 1e-6)
  check_close(diag(cr0(w, clusters)), diag(cr0(m, clusters)), 1e-6)
}
