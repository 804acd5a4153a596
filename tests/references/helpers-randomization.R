# Shared by the cases of randomization tests: all assignments, the model estimated again
# with each. p = #(|T*| >= |T|) / assignments, the observed one among them; ties within
# 1e-10 count. Loads helpers.R.
source("../helpers.R")

# All distinct rearrangements of 0/1 within strata, one column each.
assignments <- function(d, strata = rep(1, length(d))) {
  all <- matrix(0, length(d), 1)
  for (rows in split(seq_along(d), strata)) {
    chosen <- if (sum(d[rows]) > 0) combn(length(rows), sum(d[rows]), simplify = FALSE) else list(integer(0))
    all <- do.call(cbind, lapply(chosen, function(at) {
      all[rows[at], ] <- 1
      all
    }))
  }
  all
}

# All n! permutations as columns of positions.
permutations <- function(n) {
  if (n == 1) return(matrix(1))
  shorter <- permutations(n - 1)
  do.call(cbind, lapply(seq_len(n), function(k) rbind(k, ifelse(shorter >= k, shorter + 1, shorter))))
}

counts <- function(observed, all) {
  ratio <- abs(all) / abs(observed)
  stopifnot(all(abs(ratio - 1) < 1e-11 | abs(ratio - 1) > 1e-7))  # a tie or not near one
  sum(ratio >= 1 - 1e-10)
}

# `fit` estimates on a data frame and gives c(coefficient, t). One entry for each statistic.
randomization_entries <- function(fit, data, treatment, all, kwargs, note = NULL) {
  observed <- fit(data)
  drawn <- apply(all, 2, function(column) {
    data[[treatment]] <- column
    fit(data)
  })
  stopifnot(ncol(unique(all, MARGIN = 2)) == ncol(all))
  lapply(c("coefficient", "t"), function(which) {
    n <- counts(observed[[which]], drawn[which, ])
    test_entry("randomization_test", c(list(treatment = treatment, statistic = which), kwargs),
      list(statistic = observed[[which]], p_value = n / ncol(all), count = as.integer(n), draws = ncol(all)),
      note = paste0("all distinct assignments, each estimated again; p = #(|T*| >= |T|) / draws, the observed ",
                    "one counted, ties within 1e-10", note))
  })
}

# Coefficient and t with HC1 or clustered errors (CR1), by lm and sandwich.
by_lm <- function(formula, term, clusters = NULL) function(data) {
  environment(formula) <- environment()
  m <- lm(formula, data = data)
  V <- if (is.null(clusters)) vcovHC(m, "HC1") else vcovCL(m, cluster = data[clusters], type = "HC1")
  c(coefficient = coef(m)[[term]], t = coef(m)[[term]] / sqrt(V[term, term]))
}
