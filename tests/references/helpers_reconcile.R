# Shared by the make.R scripts of the reconcile-* folders: writes data.csv and
# programs-R.json, what the programs in R print for one regression and covariance.
source("../helpers.R")
suppressPackageStartupMessages({
  library(plm)
  library(lmtest)
  library(clubSandwich)
  library(estimatr)
})

as_formula <- function(y, x, effects = character(0)) {
  as.formula(paste(y, "~", paste(c(x, sprintf("factor(%s)", effects)), collapse = " + ")))
}

# One program's numbers. `rule` says which factor it uses (see helpers_reconcile.py).
r_entry <- function(program, package, call, se, x, df, rule = NULL) {
  terms <- setNames(lapply(x, function(t) {
    one <- list(se = json_number(se[[t]]))
    if (length(df) > 1) one$df <- json_number(df[[t]])
    one
  }), sub("(Intercept)", "Intercept", x, fixed = TRUE))
  list(program = program, call = call,
       source = sprintf("R %s, %s %s", getRversion(), package, packageVersion(package)),
       terms = terms, df = if (length(df) > 1) NULL else df, rule = rule)
}

rule <- function(K = NULL, multiplier = "1", clusters = "1", rows = "all", exponent = NULL) {
  c(list(rows = rows, K = K, multiplier = multiplier, clusters = clusters),
    if (!is.null(exponent)) list(exponent = exponent))
}

se_of <- function(V) suppressWarnings(sqrt(diag(as.matrix(V))))  # NaN for dummies

# `case`: y, x, effects, weights (a column or NULL), unit and time (columns of plm).
dummy_regressions <- function(d, case, cov, clubs) {
  f <- as_formula(case$y, case$x, case$effects)
  text <- deparse1(f)
  d$.w <- if (is.null(case$weights)) 1 else d[[case$weights]]
  m <- if (is.null(case$weights)) lm(f, d) else lm(f, d, weights = .w)
  x <- c(case$x, if (!length(case$effects)) "(Intercept)")
  n <- nrow(d)
  p <- m$rank
  fit <- sprintf("lm(%s%s)", text, if (is.null(case$weights)) "" else sprintf(", weights = %s", case$weights))
  add <- list()
  put <- function(...) add[[length(add) + 1]] <<- r_entry(...)
  groups <- d[unlist(cov$args)]
  if (cov$name == "Classical") {
    put("R lm", "stats", fit, se_of(vcov(m)), x, n - p, rule("rank", "n/(n-K)"))
  } else if (cov$name == "White") {
    put("sandwich vcovHC", "sandwich", sprintf("coeftest(%s, vcovHC(m, type = \"HC0\"))", fit),
        se_of(sandwich::vcovHC(m, "HC0")), x, n - p, rule())
    put("sandwich vcovHC", "sandwich", sprintf("coeftest(%s, vcovHC(m, type = \"HC1\"))", fit),
        se_of(sandwich::vcovHC(m, "HC1")), x, n - p, rule("rank", "n/(n-K)"))
    if (max(hatvalues(m)) < 1 - 1e-8) {
      put("sandwich vcovHC", "sandwich", sprintf("coeftest(%s, vcovHC(m, type = \"HC3\"))", fit),
          se_of(sandwich::vcovHC(m, "HC3")), x, n - p, rule(exponent = 2))
    }
  } else {
    put("sandwich vcovCL", "sandwich", sprintf("coeftest(%s, vcovCL(m, cluster))", fit),
        se_of(vcovCL(m, groups)), x, n - p, rule("rank", "(n-1)/(n-K)", "each"))
    put("sandwich vcovCL", "sandwich", sprintf("coeftest(%s, vcovCL(m, cluster, type = \"HC0\"))", fit),
        se_of(vcovCL(m, groups, type = "HC0")), x, n - p, rule(clusters = "each"))
    if (length(groups) == 1 && clubs) {
      add <- c(add, club(m, groups[[1]], fit, x, "rank", p))
    }
  }
  add
}

club <- function(m, cluster, fit, x, K, p, G = length(unique(cluster))) {
  add <- list()
  rules <- list(CR0 = rule(), CR1 = rule(clusters = "each"), CR1S = rule(K, "(n-1)/(n-K)", "each"),
                CR1p = rule(K, clusters = "G/(G-K)"), CR2 = NULL)
  for (type in names(rules)) {
    if (type == "CR1p" && G <= p) next
    V <- if (inherits(m, "plm")) vcovCR(m, cluster = cluster, type = type) else vcovCR(m, cluster, type)
    test <- if (type == "CR2") "Satterthwaite" else "naive-t"
    tests <- coef_test(m, vcov = V, test = test, coefs = intersect(x, names(coef(m))))
    df <- if (type == "CR2") setNames(tests$df_Satt, tests$Coef) else G - 1
    if (type == "CR2" && length(df) == 1) df <- unname(df)
    add[[length(add) + 1]] <- r_entry("clubSandwich vcovCR", "clubSandwich",
      sprintf("coef_test(%s, vcov = vcovCR(m, cluster, \"%s\"), test = \"%s\")", fit, type, test),
      se_of(V), x, df, rules[[type]])
  }
  add
}

panel_regressions <- function(d, case, cov) {
  E <- length(case$effects)
  if (!is.null(case$weights) || is.null(case$unit) || E > 2) return(list())
  effect <- if (E == 2) "twoways" else if (identical(case$effects, case$time)) "time" else "individual"
  model <- if (E) "within" else "pooling"
  p <- pdata.frame(d, index = c(case$unit, case$time))
  f <- as_formula(case$y, case$x)
  m <- do.call(plm, list(f, data = p, model = model, effect = effect))
  x <- c(case$x, if (!E) "(Intercept)")
  fit <- sprintf("plm(%s, index = c(\"%s\", \"%s\"), model = \"%s\"%s)", deparse1(f), case$unit,
                 case$time, model, if (E) sprintf(", effect = \"%s\"", effect) else "")
  df <- m$df.residual
  K <- if (E) "slopes" else "columns"
  add <- list()
  put <- function(...) add[[length(add) + 1]] <<- r_entry(...)
  if (cov$name == "Classical") {
    put("plm", "plm", sprintf("summary(%s)", fit), se_of(vcov(m)), x, df, rule("columns", "n/(n-K)"))
  } else if (cov$name == "White") {
    for (type in c("HC0", "HC1")) {
      put("plm vcovHC", "plm", sprintf("coeftest(%s, vcovHC(m, method = \"white1\", type = \"%s\"))", fit, type),
          se_of(plm::vcovHC(m, method = "white1", type = type)), x, df,
          if (type == "HC0") rule() else rule(K, "n/(n-K)"))
    }
  } else {
    by <- unlist(cov$args)
    rules <- list(HC0 = rule(), HC1 = rule(K, "n/(n-K)"), sss = rule(K, "(n-1)/(n-K)", "each"))
    for (type in names(rules)) {
      if (length(by) == 1 && by %in% c(case$unit, case$time)) {
        side <- if (by == case$unit) "group" else "time"
        put("plm vcovHC", "plm",
            sprintf("coeftest(%s, vcovHC(m, method = \"arellano\", type = \"%s\", cluster = \"%s\"))", fit, type, side),
            se_of(plm::vcovHC(m, method = "arellano", type = type, cluster = side)), x, df, rules[[type]])
      } else if (setequal(by, c(case$unit, case$time)) && !isTRUE(case$repeated)) {
        if (type == "sss") rules[[type]] <- rule(K, "(n-1)/(n-K)", "each")
        put("plm vcovDC", "plm", sprintf("coeftest(%s, vcovDC(m, type = \"%s\"))", fit, type),
            se_of(vcovDC(m, type = type)), x, df, rules[[type]])
      }
    }
    if (E && length(by) == 1 && by %in% c(case$unit, case$time)) {
      add <- c(add, club(m, if (by == case$unit) "individual" else "time", fit, x, "slopes", length(case$x),
                         length(unique(d[[by]]))))
    }
  }
  add
}

estimatr_regressions <- function(d, case, cov) {
  if (length(unlist(cov$args)) > 1) return(list())
  f <- as_formula(case$y, case$x)
  x <- c(case$x, if (!length(case$effects)) "(Intercept)")
  args <- list(f, d)
  text <- deparse1(f)
  if (!is.null(case$weights)) {
    args$weights <- d[[case$weights]]
    text <- sprintf("%s, weights = %s", text, case$weights)
  }
  if (length(case$effects)) {
    absorbed <- paste(case$effects, collapse = " + ")
    args$fixed_effects <- as.formula(paste("~", absorbed))
    text <- sprintf("%s, fixed_effects = ~ %s", text, absorbed)
  }
  K <- "columns"
  kinds <- switch(cov$name,
    Classical = list(classical = rule(K, "n/(n-K)")),
    White = list(HC0 = rule(), stata = rule(K, "n/(n-K)")),
    Clustered = list(CR0 = rule(), stata = rule(K, "(n-1)/(n-K)", "each")))
  if (cov$name == "Clustered") {
    args$clusters <- d[[cov$args[[1]]]]
    text <- sprintf("%s, clusters = %s", text, cov$args[[1]])
  }
  lapply(names(kinds), function(type) {
    m <- do.call(lm_robust, c(args, se_type = type))
    r_entry("estimatr lm_robust", "estimatr", sprintf("lm_robust(%s, se_type = \"%s\")", text, type),
            m$std.error, x, unname(m$df[[case$x[1]]]), kinds[[type]])
  })
}

# Everything for a list of covariances; written for make.py to take up.
write_programs <- function(d, cases, file = "programs-R.json", dummies = TRUE, clubs = TRUE) {
  all <- lapply(cases, function(case) lapply(case$covariances, function(cov) {
    c(if (dummies) dummy_regressions(d, case, cov, clubs) else list(),
      panel_regressions(d, case, cov), estimatr_regressions(d, case, cov))
  }))
  text <- toJSON(all, auto_unbox = TRUE, null = "null", digits = NA, json_verbatim = TRUE, pretty = 1)
  con <- file(file, "wb", encoding = "UTF-8")
  on.exit(close(con))
  writeLines(text, con)
}

classical <- list(name = "Classical")
white <- list(name = "White")
clustered <- function(...) list(name = "Clustered", args = list(...))
