# Shared by the make.R of the unit-root-* folders: the numbers of urca and tseries. Each case
# is a list of test, series, options, statistic and so on; make.py adds those of Python's programs.
source("../helpers.R")
suppressPackageStartupMessages({
  library(urca)
  library(tseries)
})

program <- function(name, package = "urca") paste(package, name, packageVersion(package))

case <- function(test, series, options, statistic, program, lags = NULL, critical = NULL,
                 extra = named_empty, note = NULL, p_value = NULL) {
  list(test = test, series = series, options = options, statistic = statistic,
       p_value = p_value, lags = lags, critical = critical, extra = extra, program = program,
       rtol = 1e-8, note = note)
}

levels3 <- function(cval, names = c("0.01", "0.05", "0.1")) as.list(setNames(as.numeric(cval), names))

adf_type <- c(none = "none", constant = "drift", trend = "trend")
mackinnon_type <- c(none = "nc", constant = "c", trend = "ct")

adf_cases <- function(y, series, lags = c(0, 1, 4), max_lags = 6) {
  out <- list()
  for (terms in names(adf_type)) {
    for (k in lags) {
      fit <- ur.df(y, type = adf_type[[terms]], lags = k)
      tau <- fit@teststat[1]
      nobs <- length(y) - k - 1
      extra <- list(
        nobs = nobs, coefficient = fit@testreg$coefficients["z.lag.1", 1],
        error = fit@testreg$coefficients["z.lag.1", 2],
        critical_urca = levels3(fit@cval[1, ]),
        p_value_1996_asymptotic = punitroot(tau, N = Inf, trend = mackinnon_type[[terms]]),
        p_value_1996_nobs = punitroot(tau, N = nobs, trend = mackinnon_type[[terms]])
      )
      if (terms == "constant") extra$phi1 <- fit@teststat[2]
      if (terms == "trend") extra[c("phi2", "phi3")] <- as.list(fit@teststat[2:3])
      out[[length(out) + 1]] <- case("adf", series, list(terms = terms, lags = k), tau,
                                     program("ur.df"), lags = k, extra = extra)
    }
    for (rule in c("AIC", "BIC")) {
      fit <- ur.df(y, type = adf_type[[terms]], lags = max_lags, selectlags = rule)
      chosen <- sum(grepl("^z.diff.lag", rownames(fit@testreg$coefficients)))
      out[[length(out) + 1]] <- case(
        "adf", series, list(terms = terms, rule = rule, max_lags = max_lags, variant = "urca"),
        fit@teststat[1], program("ur.df"), lags = chosen,
        extra = list(nobs = length(y) - max_lags - 1),
        note = paste("urca never tries 0 lags, penalises with 2 or log(n) per coefficient and the variance,",
                     "n being that of the largest number of lags, and keeps the rows of the largest",
                     "number of lags for the chosen regression too"))
    }
  }
  out
}

kpss_cases <- function(y, series, lags = c(0, 4, 8)) {
  out <- list()
  for (terms in c("constant", "trend")) for (k in lags) {
    fit <- ur.kpss(y, type = c(constant = "mu", trend = "tau")[[terms]], use.lag = k)
    out[[length(out) + 1]] <- case(
      "kpss", series, list(terms = terms, lags = k), fit@teststat, program("ur.kpss"), lags = k,
      critical = levels3(fit@cval, c("0.1", "0.05", "0.025", "0.01")))
  }
  out
}

dfgls_cases <- function(y, series, lags = c(0, 1, 4)) {
  out <- list()
  for (terms in c("constant", "trend")) for (k in lags) {
    fit <- ur.ers(y, type = "DF-GLS", model = terms, lag.max = k)
    out[[length(out) + 1]] <- case(
      "df-gls", series, list(terms = terms, lags = k), fit@teststat, program("ur.ers"), lags = k,
      extra = list(critical_urca = levels3(fit@cval), nobs = length(y) - k - 1))
  }
  out
}

pp_cases <- function(y, series, lags = c(1, 4)) {
  out <- list()
  for (terms in c("constant", "trend")) for (k in lags) for (type in c("tau", "alpha")) {
    fit <- ur.pp(y, type = paste0("Z-", type), model = terms, use.lag = k)
    test <- if (type == "tau") "phillips-perron-tau" else "phillips-perron-rho"
    out[[length(out) + 1]] <- case(
      test, series, list(terms = terms, lags = k, variant = "urca"), fit@teststat,
      program("ur.pp"), lags = k,
      critical = if (type == "tau") levels3(fit@cval) else NULL,
      note = paste("variant: urca takes the moments of y from the current level y_2..y_T, not from the",
                   "lagged level that is the regressor, and with a trend that sum times 1 - 1/n^2"))
  }
  n <- length(y) - 1
  for (short in c(TRUE, FALSE)) for (type in c("tau", "rho")) {
    k <- trunc((if (short) 4 else 12) * (n / 100)^0.25)
    fit <- suppressWarnings(pp.test(y, lshort = short, type = if (type == "tau") "Z(t_alpha)" else "Z(alpha)"))
    stopifnot(fit$parameter == k)
    out[[length(out) + 1]] <- case(
      paste0("phillips-perron-", type), series, list(terms = "trend", lags = k, variant = "determinant"),
      fit$statistic[[1]], program("pp.test", "tseries"), lags = k,
      extra = list(p_value_tseries = fit$p.value),
      note = paste("variant: n^6/(24 det X'X) as printed by Phillips and Perron (1988), that is the lagged",
                   "level's sum of squares within constant and trend times 1 - 1/n^2; p value interpolated in",
                   "a table, never outside [0.01, 0.99]"))
  }
  out
}

za_model <- c(constant = "intercept", trend = "trend", both = "both")

# Every date's statistic; dates are the numbers TB of the last observation before the break.
za_cases <- function(y, series, lags = c(0, 1, 4), trim = 0.15) {
  out <- list()
  n <- length(y)
  for (breaks in names(za_model)) for (k in lags) {
    fit <- suppressWarnings(ur.za(y, model = za_model[[breaks]], lag = k))
    critical <- levels3(fit@cval)
    stats <- fit@tstats
    out[[length(out) + 1]] <- case(
      "zivot-andrews", series, list(breaks = breaks, lags = k, trim = 0), fit@teststat,
      program("ur.za"), lags = k, critical = critical,
      extra = list(break_position = fit@bpoint, dates = range(seq_along(stats)), path = stats),
      note = paste("dates 1..T-1 without trimming; break_position is the 1-based number TB of the last",
                   "observation before the break: DU_t = 1 and DT_t = t - TB for t > TB; where the dummies are",
                   "collinear on the rows that the lags leave (TB <= lags + 1, say), lm drops one"))
    # statsmodels' dates; for a break of the trend its dummies are those of the date before
    first <- floor(n * trim) + 1 - (breaks == "trend")
    last <- n - floor(n * trim) - (breaks == "trend")
    inside <- first:last
    best <- inside[which.min(stats[inside])]
    out[[length(out) + 1]] <- case(
      "zivot-andrews", series, list(breaks = breaks, lags = k, trim = trim), stats[best],
      program("ur.za"), lags = k, critical = critical,
      extra = list(break_position = best, dates = c(first, last)),
      note = paste("the smallest of urca's statistics over TB in the interval dates, which are those of",
                   "statsmodels"))
  }
  out
}

univariate <- function(y, series, za_lags = c(0, 1, 4), ...) {
  y <- as.numeric(y)
  stopifnot(!anyNA(y))
  c(adf_cases(y, series, ...), kpss_cases(y, series), dfgls_cases(y, series), pp_cases(y, series),
    za_cases(y, series, za_lags))
}

to_json <- function(x) {
  if (is.null(x)) return(structure("null", class = "json"))
  if (is.list(x)) return(lapply(x, to_json))
  if (is.character(x) || is.logical(x)) return(x)
  if (length(x) > 1) return(lapply(unname(x), to_json))
  if (is.finite(x)) json_number(unname(x)) else structure("null", class = "json")
}

write_cases <- function(cases, data_source, packages = c("urca", "tseries"), file = "unit_root.json") {
  versions <- vapply(packages, function(p) paste(p, packageVersion(p)), "")
  out <- list(source = paste(c(paste0("R ", getRversion()), versions), collapse = ", "),
              data_source = data_source, cases = lapply(cases, to_json))
  con <- file(file, "wb", encoding = "UTF-8")
  on.exit(close(con))
  writeLines(toJSON(out, auto_unbox = TRUE, null = "null", digits = NA, json_verbatim = TRUE,
                    pretty = 1), con)
}
