# Shared by the make.R of the cointegration-* folders: urca's ca.jo.
source("../unit-root-helpers/univariate.R")

deterministic <- c(none = "unrestricted constant", const = "restricted constant", trend = "restricted trend")

johansen_cases <- function(x, K = c(2, 3), seasons = list(NULL)) {
  out <- list()
  for (ecdet in names(deterministic)) for (k in K) for (season in seasons) for (type in c("trace", "eigen")) {
    fit <- ca.jo(x, type = type, ecdet = ecdet, K = k, spec = "transitory", season = season)
    long <- ca.jo(x, type = type, ecdet = ecdet, K = k, spec = "longrun", season = season)
    check_close(fit@teststat, long@teststat, 1e-6)
    n <- ncol(x)
    for (r in 0:(n - 1)) {  # urca has the largest rank first
      row <- n - r
      options <- list(terms = deterministic[[ecdet]], lags_levels = k, rank = r)
      if (!is.null(season)) options$season <- season
      extra <- list(eigenvalues = fit@lambda[1:n], nobs = nrow(x) - k)
      if (r == 0) {
        extra$first_vector <- fit@V[, 1]
        extra$first_loading <- fit@W[, 1]
      }
      out[[length(out) + 1]] <- case(
        if (type == "trace") "johansen-trace" else "johansen-max", names(x), options, fit@teststat[row],
        program("ca.jo"), lags = k - 1, extra = c(extra, list(critical_urca = as.list(setNames(fit@cval[row, ], c("0.1", "0.05", "0.01"))))),
        note = paste("rank: H0 of the trace test at most, of the max test exactly that many relations;",
                     "lags: differences in the VECM; critical_urca: Osterwald-Lenum (1992)"))
    }
  }
  out
}
