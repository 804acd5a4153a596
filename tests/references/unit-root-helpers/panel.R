# Shared by the make.R of the panel-unit-root-* folders: plm's purtest and cipstest on wide data.
source("../unit-root-helpers/univariate.R")
suppressPackageStartupMessages(library(plm))

exo <- c(none = "none", constant = "intercept", trend = "trend")

individual <- function(fit, what) vapply(fit$idres, function(r) as.numeric(r[[what]]), 0)

purtest_cases <- function(wide, lags, max_lags = 3) {
  out <- list()
  add <- function(...) out[[length(out) + 1]] <<- case(...)
  names_of <- names(wide)
  run <- function(...) suppressWarnings(purtest(wide, ...))
  for (terms in c("constant", "trend")) {
    for (k in lags) for (dfcor in c(TRUE, FALSE)) {
      options <- list(terms = terms, lags = k)
      if (!dfcor) options$variant <- "sigma2 = rss/n"
      for (stat in c("Wtbar", "Ztbar", if (k == 0) "tbar")) {
        fit <- run(test = "ips", exo = exo[[terms]], lags = k, ips.stat = stat, dfcor = dfcor)
        extra <- list(individual = individual(fit, "trho"), individual_p_values = individual(fit, "p.trho"),
                      tbar = mean(individual(fit, "trho")))
        if (stat == "Wtbar") extra[c("moments_mean", "moments_variance")] <- as.list(rowMeans(fit$adjval))
        if (stat == "Ztbar") extra[c("moments_mean", "moments_variance")] <- as.list(rowMeans(fit$adjval))
        critical <- if (stat == "tbar") levels3(fit$statistic$ips.tbar.crit) else NULL
        p <- fit$statistic$p.value
        add(paste0("ips-", tolower(stat)), names_of, options, fit$statistic$statistic[[1]],
            program("purtest", "plm"), lags = k, critical = critical, extra = extra,
            p_value = if (stat == "tbar") NULL else as.numeric(p),
            note = switch(stat,
              Wtbar = paste("moments: plm's adj.ips.wtbar (IPS 2003, table 3) by lags and terms, linear in the",
                            "length T - lags - 1, below the table's first length that one's, above its last that one's"),
              Ztbar = paste("moments: plm's adj.ips.zbar.means and .vars (no lags, constant), linear in the length",
                            "T - lags - 1; plm takes them with lags and with a trend too, where they do not apply"),
              tbar = paste("critical values: IPS (2003) table 2 at N units and the length T - 1, between entries",
                           "weighted by inverse distance")))
      }
      for (test in c("madwu", "Pm", "invnormal", "logit")) {
        fit <- run(test = test, exo = exo[[terms]], lags = k, dfcor = dfcor)
        extra <- list(individual = individual(fit, "trho"), individual_p_values = individual(fit, "p.trho"))
        if (!is.null(fit$statistic$parameter)) extra$df <- fit$statistic$parameter[[1]]
        add(paste0("fisher-", tolower(test)), names_of, options, fit$statistic$statistic[[1]],
            program("purtest", "plm"), lags = k, extra = extra, p_value = as.numeric(fit$statistic$p.value),
            note = "individual p values: MacKinnon 1996, asymptotic (urca punitroot with N = Inf)")
        if (dfcor && test == "madwu") {
          fit <- run(test = test, exo = exo[[terms]], lags = k, dfcor = dfcor, p.approx = "MacKinnon1994")
          add("fisher-madwu", names_of, c(options, p_values = "MacKinnon 1994"), fit$statistic$statistic[[1]],
              program("purtest", "plm"), lags = k, p_value = as.numeric(fit$statistic$p.value),
              extra = list(individual_p_values = individual(fit, "p.trho"), df = 2 * ncol(wide)),
              note = "individual p values: MacKinnon 1994, asymptotic, plm's rounded coefficients")
        }
      }
    }
    for (rule in c("AIC", "SIC", "Hall")) for (test in c("ips", "madwu")) {
      fit <- run(test = test, exo = exo[[terms]], lags = rule, pmax = max_lags, dfcor = TRUE)
      extra <- list(individual = individual(fit, "trho"), individual_p_values = individual(fit, "p.trho"),
                    individual_lags = individual(fit, "lags"), tbar = mean(individual(fit, "trho")))
      if (test == "ips") extra[c("moments_mean", "moments_variance")] <- as.list(rowMeans(fit$adjval))
      else extra$df <- 2 * ncol(wide)
      name <- c(AIC = "AIC", SIC = "BIC", Hall = "t-stat")[[rule]]
      add(c(ips = "ips-wtbar", madwu = "fisher-madwu")[[test]], names_of,
          list(terms = terms, rule = name, max_lags = max_lags), fit$statistic$statistic[[1]],
          program("purtest", "plm"), extra = extra, p_value = as.numeric(fit$statistic$p.value),
          note = paste("each unit's lags: log(rss/n) + 2 K/n or K log(n)/n on the rows of max_lags; t-stat (Hall)",
                       "drops last lags with |t| < 1.96 on those rows; then all rows that the lags leave. W takes",
                       "means over units of each unit's moments; p values MacKinnon 1996, asymptotic"))
    }
    for (hetero in c(TRUE, FALSE)) for (dfcor in c(FALSE, TRUE)) {
      fit <- run(test = "hadri", exo = exo[[terms]], Hcons = hetero, dfcor = dfcor)
      options <- list(terms = terms, heteroskedastic = hetero)
      if (dfcor) options$variant <- "sigma2 = rss/(T - terms)"
      add("hadri", names_of, options, fit$statistic$statistic[[1]], program("purtest", "plm"),
          p_value = as.numeric(fit$statistic$p.value),
          extra = list(individual = individual(fit, "LM"), individual_sigma2 = individual(fit, "sigma2")),
          note = paste("no correction for serial correlation; heteroskedastic: mean of LM_i with each unit's",
                       "variance, otherwise the mean of the numerators over the pooled variance; right tail"))
    }
  }
  out
}

cips_cases <- function(wide, lags, models = "cmg") {
  long <- data.frame(unit = rep(factor(names(wide), levels = names(wide)), each = nrow(wide)),
                     time = rep(seq_len(nrow(wide)), ncol(wide)), y = unlist(wide, use.names = FALSE))
  panel <- pdata.frame(long, index = c("unit", "time"))
  type <- c(none = "none", constant = "drift", trend = "trend")
  out <- list()
  for (terms in names(type)) for (k in lags) for (truncated in c(FALSE, TRUE)) {
    fit <- suppressWarnings(cipstest(panel$y, lags = k, type = type[[terms]], model = "cmg", truncated = truncated))
    t_values <- vapply(fit$tmods, function(m) coef(summary(m))["le", 3], 0)
    out[[length(out) + 1]] <- case(
      "cips", names(wide), list(terms = terms, lags = k, truncated = truncated), fit$statistic[[1]],
      program("cipstest", "plm"), lags = k,
      extra = list(individual = unname(t_values), p_value_plm = as.numeric(fit$p.value)),
      note = paste("individual: before truncation; p_value_plm: interpolated between 1, 5 and 10 % of Pesaran's",
                   "tables at N and T - lags - 1, never outside [0.01, 0.1]"))
  }
  out
}
