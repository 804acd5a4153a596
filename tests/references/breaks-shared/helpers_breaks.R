# Shared by the make.R scripts of the breaks-* folders: the cases of breaks.json by strucchange.
# A break is the last observation of a segment, counted from 1: [28] is 1..28 and 29..n.
source("../helpers.R")
suppressPackageStartupMessages(library(strucchange))

# ---- writing -------------------------------------------------------------

# A vector on one line; what is not finite becomes null.
json_vector <- function(x) {
  text <- ifelse(is.finite(x), sprintf("%.17g", as.numeric(x)), "null")
  structure(paste0("[", paste(text, collapse = ", "), "]"), class = "json")
}
json_rows <- function(x) {
  rows <- apply(x, 1, function(r) unclass(json_vector(r)))
  structure(paste0("[", paste(rows, collapse = ", "), "]"), class = "json")
}
number <- function(x) if (is.finite(x)) json_number(as.numeric(x)) else NULL

write_breaks <- function(data_source, formula, cases, nobs, note = NULL) {
  versions <- vapply(c("strucchange", "sandwich"), function(p) paste(p, packageVersion(p)), "")
  values <- list(
    source = paste(c(paste0("R ", getRversion()), versions), collapse = ", "),
    data_source = data_source, formula = formula, nobs = nobs,
    breaks_are = "last observation of each segment but the last, counted from 1",
    note = note, cases = cases
  )
  text <- toJSON(values, auto_unbox = TRUE, null = "null", digits = NA,
                 json_verbatim = TRUE, pretty = 1)
  # vectors of numbers on one line
  at <- gregexpr("\\[[-0-9.eE+,\\s]*(?:null[-0-9.eE+,\\s]*)*\\]", text, perl = TRUE)
  regmatches(text, at) <- list(gsub("\\s+", " ", gsub("\\[\\s+", "[", gsub("\\s+\\]", "]",
    regmatches(text, at)[[1]], perl = TRUE), perl = TRUE), perl = TRUE))
  con <- file("breaks.json", "wb", encoding = "UTF-8")
  on.exit(close(con))
  writeLines(text, con)
  cat(basename(getwd()), length(cases), "cases\n")
}

# ---- covariances ---------------------------------------------------------

# Given to strucchange as vcov.; NULL is its own, RSS over n (or over n - 2k in Fstats).
covariances <- list(
  const = NULL,
  HC0 = function(x, ...) vcovHC(x, type = "HC0"),
  HC1 = function(x, ...) vcovHC(x, type = "HC1"),
  `Bartlett, 4 lags` = function(x, ...) NeweyWest(x, lag = 4, prewhite = FALSE, adjust = FALSE),
  `QS, prewhitened` = function(x, ...)
    kernHAC(x, kernel = "Quadratic Spectral", prewhite = 1, approx = "AR(1)")
)

# ---- cases ---------------------------------------------------------------

# Liu, Wu and Zidek (1997), with p* = (m+1)k + m, as in Bai and Perron (2006), and as in
# Perron's programs: there m(k+1) parameters in the penalty.
lwz <- function(rss, n, k, m) {
  log(rss / (n - (m + 1) * k - m)) + ((m + 1) * k + m) / n * 0.299 * log(n)^2.1
}
lwz_perron <- function(rss, n, k, m) {
  log(rss / (n - (m + 1) * k - m)) + m * (k + 1) / n * 0.299 * log(n)^2.1
}

partition_case <- function(bp, h, share = NULL, most = NULL) {
  n <- bp$nobs
  k <- bp$nreg
  if (is.null(most)) most <- ncol(bp$RSS.table) / 2
  models <- lapply(0:most, function(m) {
    part <- breakpoints(bp, breaks = m)
    rss <- part$RSS
    ll <- logLik(part)
    stopifnot(attr(ll, "df") == (k + 1) * (m + 1))
    list(m = m, breaks = if (m) json_vector(part$breakpoints) else list(),
         rss = number(rss), loglik = number(ll), bic = number(AIC(part, k = log(n))),
         aic = number(AIC(part)), lwz = number(lwz(rss, n, k, m)),
         lwz_perron = number(lwz_perron(rss, n, k, m)))
  })
  # of the values themselves
  bics <- vapply(0:most, function(m) AIC(breakpoints(bp, breaks = m), k = log(n)), 0)
  rss <- vapply(0:most, function(m) breakpoints(bp, breaks = m)$RSS, 0)
  lwzs <- vapply(0:most, function(m) lwz(rss[m + 1], n, k, m), 0)
  lwzp <- vapply(0:most, function(m) lwz_perron(rss[m + 1], n, k, m), 0)
  list(kind = "partition", h = h, h_share = share, max_breaks = most, models = models,
       bic_choice = which.min(bics) - 1, lwz_choice = which.min(lwzs) - 1,
       lwz_perron_choice = which.min(lwzp) - 1)
}

# The ends before rounding, to 1e-10 (confint's own uniroot stops at 1e-4 of its scale).
exact_ends <- function(bp, m, level, het_reg, het_err, vc) {
  X <- bp$X
  y <- bp$y
  n <- bp$nobs
  cuts <- c(0, breakpoints(bp, breaks = m)$breakpoints, n)
  a2 <- (1 - level) / 2
  Qall <- crossprod(X) / n
  res <- residuals(bp, breaks = m)
  pooled <- lm(rowSums(X) + res ~ 0 + X)
  part <- lapply(seq_len(m + 1), function(j) {
    i <- (cuts[j] + 1):cuts[j + 1]
    fm <- lm(y[i] ~ 0 + X[i, , drop = FALSE])
    Q <- if (het_reg) crossprod(X[i, , drop = FALSE]) / length(i) else Qall
    s2 <- if (het_err) sum(residuals(fm)^2) / length(i) else sum(res^2) / n
    Omega <- if (is.null(vc)) NULL
             else if (het_err) length(i) * Q %*% vc(fm) %*% Q
             else n * Qall %*% vc(pooled) %*% Qall
    list(beta = coef(fm), Q = Q, s2 = s2, Omega = Omega)
  })
  quad <- function(d, M) as.numeric(t(d) %*% M %*% d)
  out <- vapply(seq_len(m), function(j) {
    a <- part[[j]]
    b <- part[[j + 1]]
    d <- b$beta - a$beta
    xi <- if (het_reg) quad(d, b$Q) / quad(d, a$Q) else 1
    phi1 <- sqrt(if (is.null(vc)) a$s2 else quad(d, a$Omega) / quad(d, a$Q))
    phi2 <- sqrt(if (is.null(vc)) b$s2 else quad(d, b$Omega) / quad(d, b$Q))
    G <- function(x) strucchange:::pargmaxV(x, xi = xi, phi1 = phi1, phi2 = phi2)
    p0 <- G(0)
    if (is.nan(p0) || p0 < a2 || p0 > 1 - a2) return(c(NA, NA, xi, phi1, phi2, quad(d, a$Q)))
    ub <- lb <- 0
    while (G(ub) < 1 - a2) ub <- ub + 1000
    while (G(lb) > a2) lb <- lb - 1000
    top <- uniroot(function(x) G(x) - (1 - a2), c(0, ub), tol = 1e-11)$root
    low <- uniroot(function(x) G(x) - a2, c(lb, 0), tol = 1e-11)$root
    c(cuts[j + 1] - top * phi1^2 / quad(d, a$Q), cuts[j + 1] - low * phi1^2 / quad(d, a$Q),
      xi, phi1, phi2, quad(d, a$Q))
  }, numeric(6))
  list(lower = out[1, ], upper = out[2, ], xi = out[3, ], phi1 = out[4, ], phi2 = out[5, ],
       scale = out[6, ])
}

interval_case <- function(bp, h, m, level = 0.95, het_reg = TRUE, het_err = TRUE,
                          covariance = "const") {
  vc <- covariances[[covariance]]
  warned <- NULL
  ci <- withCallingHandlers(
    confint(bp, breaks = m, level = level, het.reg = het_reg, het.err = het_err, vcov. = vc),
    warning = function(w) {
      warned <<- c(warned, conditionMessage(w))
      invokeRestart("muffleWarning")
    })$confint
  ends <- exact_ends(bp, m, level, het_reg, het_err, vc)
  # confint: breakpoint - ceiling(upper quantile), breakpoint - floor(lower quantile)
  rounded <- cbind(ci[, 2] - ceiling(ci[, 2] - ends$lower), ci[, 2] - floor(ci[, 2] - ends$upper))
  same <- all(rounded == ci[, c(1, 3)] | is.na(rounded))
  if (!same) cat("  rounding differs:", basename(getwd()), m, covariance, "\n")
  list(kind = "interval", h = h, m = m, level = level, het_reg = het_reg, het_err = het_err,
       covariance = covariance, breaks = json_vector(ci[, 2]), lower = json_vector(ci[, 1]),
       upper = json_vector(ci[, 3]), lower_exact = json_vector(ends$lower),
       upper_exact = json_vector(ends$upper), xi = json_vector(ends$xi),
       phi1 = json_vector(ends$phi1), phi2 = json_vector(ends$phi2),
       scale = json_vector(ends$scale), warnings = warned,
       rounding_agrees = same)
}

interval_cases <- function(bp, h, m) {
  c(lapply(c(0.90, 0.95), function(l) interval_case(bp, h, m, l)),
    list(interval_case(bp, h, m, het_reg = FALSE, het_err = FALSE),
         interval_case(bp, h, m, het_reg = TRUE, het_err = FALSE),
         interval_case(bp, h, m, het_reg = FALSE, het_err = TRUE)),
    lapply(c("HC0", "Bartlett, 4 lags", "QS, prewhitened"),
           function(v) interval_case(bp, h, m, covariance = v)),
    list(interval_case(bp, h, m, covariance = "Bartlett, 4 lags", het_reg = FALSE,
                       het_err = FALSE)))
}

segments_case <- function(bp, h, m, covariance = "const") {
  coefs <- coef(bp, breaks = m)
  V <- vcov(bp, breaks = m, vcov. = covariances[[covariance]])
  se <- t(vapply(V, function(v) sqrt(diag(v)), numeric(ncol(coefs))))
  if (ncol(coefs) == 1) se <- t(se)
  list(kind = "segments", h = h, m = m, covariance = covariance,
       divisor = if (covariance == "const") "RSS of the segment over its n" else NULL,
       breaks = json_vector(breakpoints(bp, breaks = m)$breakpoints),
       terms = as.list(colnames(bp$X)), coef = json_rows(coefs), se = json_rows(se))
}

F_cases <- function(formula, data, covariance = "const",
                    shares = c(0.05, 0.10, 0.15, 0.20, 0.25)) {
  vc <- covariances[[covariance]]
  n <- nrow(data)
  k <- ncol(model.matrix(formula, data))
  lapply(shares, function(from) {
    if (floor(from * n) < k + 1) return(NULL)
    fs <- Fstats(formula, from = from, data = data, vcov. = vc)
    tests <- lapply(c("supF", "aveF", "expF"), function(type) {
      t <- sctest(fs, type = type)
      list(statistic = number(t$statistic), p = number(t$p.value))
    })
    first <- floor(from * n)
    stopifnot(length(fs$Fstats) == n - 2 * first + 1)
    list(kind = "F", covariance = covariance, from = from, first = first, last = n - first,
         lambda = number(fs$par), supF = tests[[1]], aveF = tests[[2]], expF = tests[[3]],
         position = first + which.max(fs$Fstats) - 1,
         series = json_vector(as.numeric(fs$Fstats)))
  })
}

chow_case <- function(formula, data, point) {
  t <- sctest(formula, type = "Chow", point = point, data = data)
  a <- sctest(formula, type = "Chow", point = point, data = data, asymptotic = TRUE)
  k <- ncol(model.matrix(formula, data))
  n <- nrow(data)
  list(kind = "chow", point = point, F = number(t$statistic), df1 = k, df2 = n - 2 * k,
       p = number(t$p.value), chi2 = number(a$statistic), p_chi2 = number(a$p.value))
}

cusum_cases <- function(formula, data) {
  w <- recresid(formula, data = data)
  c(lapply(c("Rec-CUSUM", "OLS-CUSUM"), function(type) {
    process <- efp(formula, data = data, type = type)
    t <- sctest(process)
    alt <- sctest(process, alt.boundary = TRUE)
    list(kind = "cusum", type = type, statistic = number(t$statistic), p = number(t$p.value),
         process = json_vector(as.numeric(process$process)),
         alternative_boundary = list(statistic = number(alt$statistic), p = number(alt$p.value)))
  }), list(list(kind = "recursive residuals", first = nrow(data) - length(w) + 1,
                values = json_vector(as.numeric(w)))))
}

# Everything for one formula. `fine`: further minimal segments, given as shares.
all_cases <- function(formula, data, h, ms, points, fine = numeric(0), most = NULL,
                      robust = c("HC0", "HC1"), shares = c(0.05, 0.10, 0.15, 0.20, 0.25)) {
  n <- nrow(data)
  bp <- breakpoints(formula, h = h, data = data)
  share <- if (h < 1) h else NULL
  H <- if (h < 1) floor(n * h) else h
  cases <- list(partition_case(bp, H, share, most))
  for (f in fine) {
    b <- breakpoints(formula, h = f, data = data)
    cases <- c(cases, list(partition_case(b, if (f < 1) floor(n * f) else f,
                                          if (f < 1) f else NULL)))
  }
  for (m in ms) {
    cases <- c(cases, interval_cases(bp, H, m),
               lapply(names(covariances), function(v) segments_case(bp, H, m, v)))
  }
  cases <- c(cases, F_cases(formula, data, "const", shares))
  for (v in robust) cases <- c(cases, F_cases(formula, data, v, 0.15))
  cases <- c(cases, lapply(points, function(p) chow_case(formula, data, p)),
             cusum_cases(formula, data))
  Filter(Negate(is.null), cases)
}
