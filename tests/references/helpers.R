# Shared by the make.R scripts: writes data.csv and values.json, and holds the
# small-sample factors that turn another program's covariance into ours.
suppressPackageStartupMessages({
  library(jsonlite)
  library(sandwich)
})

# ---- writing -------------------------------------------------------------

# Shortest of 15 or 17 significant digits that gives the same double back.
digits17 <- function(x) {
  short <- sprintf("%.15g", x)
  ifelse(as.numeric(short) == x, short, sprintf("%.17g", x))
}

write_data <- function(data, file = "data.csv") {
  text <- as.data.frame(lapply(data, function(col) {
    if (is.numeric(col)) digits17(col) else as.character(col)
  }), check.names = FALSE)
  con <- file(file, "wb", encoding = "UTF-8")
  on.exit(close(con))
  write.table(text, con, sep = ",", quote = FALSE, row.names = FALSE, eol = "\n")
}

json_number <- function(x) structure(sprintf("%.17g", x), class = "json")

# The same for every number of a list; an infinite one becomes null.
json_numbers <- function(x) {
  if (is.list(x)) return(lapply(x, json_numbers))
  if (!is.numeric(x)) return(x)
  if (length(x) > 1) return(lapply(x, json_numbers))
  if (is.finite(x)) json_number(x) else NULL
}

named_empty <- structure(list(), names = character(0))

# One covariance of a case. `estimate` and `se` carry the names of the terms; so does
# `df_terms`, for degrees of freedom that differ by term. `kwargs`: further options.
covariance <- function(name, args = character(0), estimate, se, df = NULL,
                       correction = NULL, note = NULL, df_terms = NULL, kwargs = list()) {
  stopifnot(!is.null(names(estimate)), all(is.finite(se)),
            identical(names(estimate), names(se)))
  if (!is.null(df_terms)) stopifnot(identical(names(estimate), names(df_terms)))
  if (!is.null(correction)) kwargs$correction <- correction
  list(
    covariance = list(
      name = name,
      args = if (length(args)) I(args) else list(),
      kwargs = if (length(kwargs)) kwargs else named_empty
    ),
    terms = setNames(lapply(names(estimate), function(term) {
      numbers <- list(estimate = json_number(estimate[[term]]), se = json_number(se[[term]]))
      if (!is.null(df_terms)) numbers$df <- json_number(df_terms[[term]])
      numbers
    }), names(estimate)),
    scale_note = note,
    df = df
  )
}

# Another function's result. A covariance among the kwargs is written by choice().
test_entry <- function(name, kwargs = named_empty, expected, note = NULL) {
  if (!length(kwargs)) kwargs <- named_empty
  list(`function` = name, kwargs = json_numbers(kwargs), expected = json_numbers(expected),
       note = note)
}

choice <- function(name, ..., correction = NULL) {
  list(name = name, args = list(...),
       kwargs = if (is.null(correction)) named_empty else list(correction = correction))
}

write_values <- function(packages, data_source, estimator, formula, nobs, covariances,
                         weights = NULL, rtol_estimate = 1e-8, rtol_se = 1e-6,
                         why_looser = NULL, drops = NULL, options = NULL,
                         statistics = NULL, tests = NULL) {
  versions <- vapply(packages, function(p) paste(p, packageVersion(p)), "")
  values <- list(
    source = paste(c(paste0("R ", getRversion()), versions), collapse = ", "),
    data_source = data_source,
    spec = c(list(estimator = estimator, formula = formula, weights = weights), options),
    nobs = nobs,
    rtol_estimate = rtol_estimate, rtol_se = rtol_se, why_looser = why_looser
  )
  # list(why_looser = NULL) keeps the key, assigning NULL would not
  if (!is.null(drops)) values$drops <- drops
  values$covariances <- covariances
  if (!is.null(statistics)) values$statistics <- json_numbers(statistics)
  if (!is.null(tests)) values$tests <- tests
  text <- toJSON(values, auto_unbox = TRUE, null = "null", digits = NA,
                 json_verbatim = TRUE, pretty = 1)
  text <- gsub("\\[\\s+\\]", "[]", gsub("\\{\\s+\\}", "{}", text, perl = TRUE), perl = TRUE)
  con <- file("values.json", "wb", encoding = "UTF-8")
  on.exit(close(con))
  writeLines(text, con)
  cat(values$source, "\n")
}

# ---- small-sample factors ------------------------------------------------

levels_of <- function(...) vapply(list(...), function(v) length(unique(v)), 0L)

# Parameters of a fit: slopes (with the intercept if nothing is absorbed) plus
# absorbed levels, one redundancy for each effect after the first.
count_K <- function(slopes, levels = integer(0)) {
  slopes + sum(levels) - max(length(levels) - 1, 0)
}

# The same when the effects flagged in `nested` lie inside a cluster variable.
count_K_nested <- function(slopes, levels, nested) {
  count_K(slopes, levels) - sum(levels[nested]) + sum(nested)
}

# Factor of Clustered("a", ...): the smallest dimension, for every term.
cr1_factor <- function(clusters, n, K) {
  G <- smallest_G(clusters)
  G / (G - 1) * (n - 1) / (n - K)
}

# Cluster sandwich without any factor (one or more dimensions, summed with signs).
cr0 <- function(model, clusters) {
  vcovCL(model, cluster = as.data.frame(clusters), type = "HC0", cadj = FALSE,
         multi0 = FALSE)
}

# `terms` maps our term names to the other program's: c("np.log(x)" = "log(x)").
estimates <- function(model, terms) setNames(coef(model)[terms], names(terms))
std_errors <- function(V, terms) setNames(sqrt(diag(V)[terms]), names(terms))

smallest_G <- function(clusters) {
  min(vapply(as.list(clusters), function(v) length(unique(v)), 0L))
}

# Entry for Clustered(by...), from a covariance V0 without any factor.
clustered_entry <- function(V0, data, by, K, estimate, terms, correction = NULL,
                            program = "vcovCL(HC0, cadj = FALSE)", df = TRUE) {
  factor <- if (is.null(correction)) cr1_factor(data[by], nrow(data), K) else 1
  note <- if (is.null(correction)) {
    sprintf("%s times G/(G-1) (n-1)/(n-K) = %.17g, with G = %d, K = %d",
            program, factor, smallest_G(data[by]), as.integer(K))
  } else program
  covariance("Clustered", by, estimate, std_errors(factor * V0, terms),
             df = if (df) smallest_G(data[by]) - 1, correction = correction, note = note)
}

check_close <- function(a, b, tol = 1e-8) {
  worst <- max(abs(unname(a) / unname(b) - 1))
  if (!(worst < tol)) stop("two programs disagree by ", format(worst), " in relative terms")
  invisible(worst)
}

# The columns of X without those that depend linearly on columns before them.
full_rank <- function(X) {
  q <- qr(X, tol = 1e-9)
  X[, sort(q$pivot[seq_len(q$rank)]), drop = FALSE]
}

# Poisson maximum likelihood by glm, started again at the solution so that the
# weights behind the covariance belong to the final coefficients. The columns have
# to be of full rank: glm's tolerance for aliased ones shrinks with epsilon.
poisson_fit <- function(formula, data) {
  control <- glm.control(epsilon = 1e-14, maxit = 200)
  environment(formula) <- environment()
  suppressWarnings({
    first <- glm(formula, data = data, family = poisson(), control = control)
    etastart <- first$linear.predictor
    m <- glm(formula, data = data, family = poisson(), control = control, etastart = etastart)
  })
  stopifnot(m$converged)
  # score equations hold to rounding
  score <- crossprod(model.matrix(m), m$y - fitted(m))
  scale <- crossprod(abs(model.matrix(m)), m$y + fitted(m))
  stopifnot(max(abs(score / scale)) < 1e-11)
  m
}

# A glm started again at its solution until the score equations hold to rounding: glm
# stops by the deviance, and scoring converges slowly where the link is not canonical.
converged_glm <- function(formula, data, family, ...) {
  control <- glm.control(epsilon = 1e-14, maxit = 100)
  environment(formula) <- environment()
  m <- glm(formula, data = data, family = family, control = control, ...)
  for (restart in 1:100) {
    score <- abs(colSums(estfun(m))) * sqrt(diag(summary(m)$cov.unscaled))
    if (max(score) < 1e-11) return(m)
    etastart <- m$linear.predictor
    m <- glm(formula, data = data, family = family, control = control, etastart = etastart, ...)
  }
  stop("glm did not converge")
}

# ---- likelihoods -----------------------------------------------------------

# Covariance of influences (rows by terms), by row or by clusters, without any factor;
# several ways are summed with signs.
influence_cov <- function(psi, clusters = NULL) {
  if (is.null(clusters)) return(crossprod(psi))
  total <- 0
  for (size in seq_along(clusters)) {
    for (chosen in combn(names(clusters), size, simplify = FALSE)) {
      cells <- do.call(paste, c(unname(as.list(clusters[chosen])), sep = "|"))
      total <- total - (-1)^size * crossprod(rowsum(psi, cells))
    }
  }
  total
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

# Newton's method on a log-likelihood, from its scores (rows by terms) and information.
# After a step this small the next one is below rounding.
newton <- function(start, derivatives, steps = 100) {
  theta <- start
  for (step in seq_len(steps)) {
    d <- derivatives(theta)
    move <- solve(d$information, colSums(d$scores))
    theta <- theta + move
    if (max(abs(move) / sqrt(diag(solve(d$information)))) < 1e-10) return(theta)
  }
  stop("Newton's method did not converge")
}

# ---- instrumental variables --------------------------------------------------

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

# ---- panels -------------------------------------------------------------------

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
# z or t differ among programs, so df is compared for clusters only.
transformed_entries <- function(m, data, terms, ways, program, white = c("HC0", "HC1")) {
  n <- nobs(m)
  K <- length(coef(m))
  stopifnot(nrow(data) == n, !anyNA(coef(m)))
  est <- estimates(m, terms)
  se <- function(V) std_errors(named(V, m), terms)
  c(list(covariance("Classical", character(0), est, se(vcov(m)),
                    note = paste0(program, ": RSS/(n-K) of the transformed regression, K = ", K))),
    lapply(white, function(type) {
      covariance("White", type, est, se(sandwich::vcovHC(m, type)),
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
