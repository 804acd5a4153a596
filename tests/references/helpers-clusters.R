# Shared by the cases of few clusters: CR2, CR3 and Wald tests, each by a program and by
# plain algebra or refits. Loads helpers.R.
source("../helpers.R")
suppressPackageStartupMessages(library(clubSandwich))

# Bell and McCaffrey's CR2 by plain algebra, the second program next to clubSandwich. Rows
# are scaled by the root of the (working) weights w, so that the working model is the
# identity; M is what the hat matrix leaves of it. The adjustment of a cluster is
# (M_gg / (a_i a_j))^(-1/2) / a_j with a the inverse variances, the choice of Pustejovsky and
# Tipton (2018) among those that make the working covariance unbiased. For glm, a is the
# inverse variance of the response. Without weights, or with `rooted`, it is M_gg^(-1/2).
# Powers are of the Moore-Penrose inverse.
cr2_by_hand <- function(m, cluster, rooted = FALSE) {
  w <- if (inherits(m, "glm")) weights(m, "working") else weights(m)
  if (is.null(w)) w <- rep(1, nobs(m))
  e <- if (inherits(m, "glm")) residuals(m, "working") else residuals(m)
  a <- if (rooted) rep(1, nobs(m)) else if (inherits(m, "glm")) 1 / family(m)$variance(fitted(m)) else w / mean(w)
  X <- model.matrix(m) * sqrt(w)
  e <- e * sqrt(w)
  bread <- chol2inv(chol(crossprod(X)))
  M <- diag(nrow(X)) - X %*% bread %*% t(X)
  rows <- split(seq_len(nrow(X)), cluster)
  half <- lapply(rows, function(g) {
    s <- eigen(M[g, g] / outer(a[g], a[g]), symmetric = TRUE)
    size <- s$values / max(s$values)
    keep <- size > 1e-9
    # clubSandwich sets eigenvalues below 1e-12 to zero, whatever the others are
    stopifnot(all(size > 1e-7 | size < 1e-11), identical(keep, s$values > 1e-12))
    U <- s$vectors[, keep, drop = FALSE]
    bread %*% t(X[g, , drop = FALSE]) %*% U %*% (t(U) / sqrt(s$values[keep])) %*% diag(1 / a[g], length(g))
  })
  sums <- mapply(function(B, g) B %*% e[g], half, rows)
  dimnames(sums) <- list(colnames(X), names(rows))
  list(V = tcrossprod(sums), half = half, rows = rows, M = M, names = colnames(X), b = coef(m))
}

# Covariances of the clusters' sums C B_g e_g under the working model: [g, h] is q x q.
working_covariances <- function(h, C) {
  B <- lapply(h$half, function(b) C %*% b)
  lapply(seq_along(B), function(g) lapply(seq_along(B), function(k) {
    B[[g]] %*% h$M[h$rows[[g]], h$rows[[k]], drop = FALSE] %*% t(B[[k]])
  }))
}

selection <- function(h, terms) {
  C <- matrix(0, length(terms), length(h$names))
  C[cbind(seq_along(terms), match(terms, h$names))] <- 1
  C
}

satterthwaite_by_hand <- function(h, term) {
  P <- working_covariances(h, selection(h, term))
  P <- sapply(P, unlist)
  sum(diag(P))^2 / sum(P^2)
}

# Hotelling's T2 with the degrees of freedom of Pustejovsky and Tipton (2018).
htz_by_hand <- function(h, terms) {
  C <- selection(h, terms)
  q <- nrow(C)
  P <- working_covariances(h, C)
  Omega <- Reduce(`+`, lapply(seq_along(P), function(g) P[[g]][[g]]))
  s <- eigen(Omega, symmetric = TRUE)
  root <- s$vectors %*% (t(s$vectors) / sqrt(s$values))
  total <- 0
  for (row in P) for (block in row) {
    T <- root %*% block %*% root
    total <- total + sum(diag(T))^2 + sum(T * t(T))
  }
  nu <- q * (q + 1) / total
  b <- (C %*% h$b)
  Q <- drop(t(b) %*% solve(C %*% h$V %*% t(C), b))
  df <- nu - q + 1
  statistic <- df / nu * Q / q
  list(statistic = statistic, df_num = q, df = df,
       p_value = pf(statistic, q, df, lower.tail = FALSE))
}

# Clustered(by, correction = "CR2"): clubSandwich, checked against the algebra. `terms`
# maps our names to R's.
cr2_entry <- function(m, data, by, terms, note = NULL) {
  V <- clubSandwich::vcovCR(m, cluster = data[[by]], type = "CR2", inverse_var = TRUE)
  rows <- clubSandwich::coef_test(m, vcov = V, test = "Satterthwaite")
  rows <- as.data.frame(rows)
  at <- match(terms, names(coef(m)))
  se <- setNames(rows$SE[at], names(terms))
  df <- setNames(rows$df_Satt[at], names(terms))
  h <- cr2_by_hand(m, data[[by]])
  check_close(sqrt(diag(h$V))[terms], se, 1e-7)
  check_close(vapply(terms, function(t) satterthwaite_by_hand(h, t), 0), df, 1e-6)
  if (inherits(m, "glm") || !is.null(weights(m))) {
    r <- cr2_by_hand(m, data[[by]], rooted = TRUE)
    note <- paste0(note, "; the adjustment M_gg^(-1/2) of rows scaled by the roots of the weights, ",
      "which clubSandwich does not use, would give standard errors ",
      paste(signif(sqrt(diag(r$V))[terms], 7), collapse = " "), " and df ",
      paste(signif(vapply(terms, function(t) satterthwaite_by_hand(r, t), 0), 7), collapse = " "))
  }
  covariance("Clustered", by, estimates(m, terms), se, correction = "CR2", df_terms = df,
             note = paste0("clubSandwich vcovCR(CR2, inverse_var = TRUE), coef_test(Satterthwaite)", note))
}

# Coefficients without each cluster in turn; `fit` estimates on a data frame.
leave_out <- function(fit, data, by, terms) {
  kept <- lapply(split(seq_len(nrow(data)), data[[by]]), function(g) {
    estimates(fit(data[-g, ]), terms)
  })
  out <- do.call(rbind, kept)
  stopifnot(all(is.finite(out)))
  out
}

# Clustered(by, correction = "CR3"): refits without each cluster. `algebra` says whether
# clubSandwich's CR3 exists, too: it inverts I - H of a cluster, which is singular where an
# effect is nested in the clusters.
cr3_entry <- function(fit, data, by, terms, algebra = TRUE, note = NULL) {
  m <- fit(data)
  est <- estimates(m, terms)
  out <- leave_out(fit, data, by, terms)
  G <- nrow(out)
  se <- sqrt((G - 1) / G * colSums(sweep(out, 2, est)^2))
  text <- "refits without each cluster, (G-1)/G times the sum of squares around the estimate"
  if (algebra) {
    V <- clubSandwich::vcovCR(m, cluster = data[[by]], type = "CR3", inverse_var = TRUE)
    check_close(sqrt((G - 1) / G * diag(as.matrix(V))[terms]), se, 1e-7)
    text <- paste0(text, "; equal to clubSandwich's CR3, which has no (G-1)/G, times (G-1)/G")
  }
  covariance("Clustered", by, est, se, df = G - 1, correction = "CR3", note = paste0(text, note))
}

# wald_test that the terms are jointly zero, F(q, G - 1) with CR1. `all`: every term of the
# fit, over which a two-way covariance has to be positive definite as it is.
wald_cr1 <- function(m, data, by, K, terms, all = terms) {
  V <- cr1_factor(data[by], nrow(data), K) * cr0(m, data[by])
  stopifnot(min(eigen(cov2cor(V[all, all]), symmetric = TRUE)$values) > 1e-6)
  b <- coef(m)[terms]
  q <- length(b)
  statistic <- drop(b %*% solve(V[terms, terms], b)) / q
  df <- smallest_G(data[by]) - 1
  if (length(by) == 1) {  # the second program, with its own factor undone
    club <- clubSandwich::Wald_test(m, clubSandwich::constrain_zero(match(terms, names(coef(m)))),
      vcov = clubSandwich::vcovCR(m, cluster = data[[by]], type = "CR1"), test = "Naive-F")
    K1 <- (nrow(data) - 1) / (nrow(data) - K)  # CR1 of clubSandwich is G/(G-1)
    check_close(club$Fstat / K1, statistic, 1e-7)
    stopifnot(club$df_denom == df)
  }
  test_entry("wald_test", list(terms = I(names(terms)), covariance = do.call(choice, as.list(c("Clustered", by)))),
    list(statistic = statistic, df_num = q, df = df,
         p_value = pf(statistic, q, df, lower.tail = FALSE)),
    note = sprintf("Wald statistic over q = %d with CR1 (K = %d), against F(q, G - 1)", q, as.integer(K)))
}

# The same with CR2: clubSandwich's HTZ, checked against the algebra.
wald_cr2 <- function(m, data, by, terms) {
  V <- clubSandwich::vcovCR(m, cluster = data[[by]], type = "CR2", inverse_var = TRUE)
  at <- match(terms, names(coef(m)))
  club <- clubSandwich::Wald_test(m, clubSandwich::constrain_zero(at), vcov = V, test = "HTZ")
  hand <- htz_by_hand(cr2_by_hand(m, data[[by]]), terms)
  expected <- list(statistic = club$Fstat, df_num = as.numeric(club$df_num), df = club$df_denom,
                   p_value = club$p_val)
  check_close(unlist(hand), unlist(expected), 1e-6)
  test_entry("wald_test", list(terms = I(names(terms)), covariance = choice("Clustered", by, correction = "CR2")),
    expected,
    note = paste("clubSandwich Wald_test(HTZ): with eta its degrees of freedom, statistic =",
                 "(eta - q + 1)/eta Q/q against F(q, eta - q + 1); Q the Wald statistic with CR2"))
}

# jackknife over clusters, from the estimates without each.
jackknife_entry <- function(est, out, by, note = NULL) {
  G <- nrow(out)
  middle <- colMeans(out)
  rows <- function(m) lapply(setNames(rownames(m), rownames(m)), function(g) as.list(m[g, ]))
  test_entry("jackknife", list(cluster = by),
    list(estimates = rows(out), bias = as.list((G - 1) * (middle - est)),
         se = as.list(sqrt((G - 1) / G * colSums(sweep(out, 2, est)^2))),
         se_around_mean = as.list(sqrt((G - 1) / G * colSums(sweep(out, 2, middle)^2)))),
    note = paste0("estimates without each cluster; bias = (G-1) (mean of them - estimate); se: root of (G-1)/G times ",
                  "the sum of squares around the estimate (CR3), se_around_mean: around their mean", note))
}
