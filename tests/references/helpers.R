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

# ---- influences ----------------------------------------------------------

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
