# Investment equation with firm effects: equivalence with t(G - 1) and, for CR2, t with
# Satterthwaite's degrees of freedom.
source("../helpers-clusters.R")

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")

m <- lm(inv ~ value + capital + factor(firm), data = d)
n <- nobs(m)
terms <- c(value = "value", capital = "capital")
K <- count_K_nested(2, levels_of(d$firm), TRUE)
covs <- list(
  clustered_entry(cr0(m, d["firm"]), d, "firm", K, estimates(m, terms), terms),
  cr2_entry(m, d, "firm", terms)
)
test <- function(term, lower, upper, entry) {
  numbers <- lapply(entry$terms[[term]], as.numeric)
  df <- if (is.null(entry$df)) numbers$df else entry$df
  t <- (numbers$estimate - c(lower, upper)) / numbers$se
  p <- c(pt(t[1], df, lower.tail = FALSE), pt(t[2], df))
  interval <- numbers$estimate + c(-1, 1) * qt(0.95, df) * numbers$se
  stopifnot((max(p) < 0.05) == (lower < interval[1] && interval[2] < upper))
  test_entry("equivalence_test",
    list(term = term, lower = lower, upper = upper, level = 0.95, covariance = entry$covariance),
    list(statistic_lower = t[1], statistic_upper = t[2], p_lower = p[1], p_upper = p[2], p_value = max(p),
         df = df, interval = as.list(interval)),
    note = paste("t against each bound; p_lower = P(T >= t of the lower bound), p_upper = P(T <= t of the upper",
                 "bound), p_value the larger; the interval has level 1 - 2 alpha = 0.90"))
}
tests <- list(
  test("value", 0.05, 0.15, covs[[1]]),
  test("value", 0.05, 0.15, covs[[2]]),
  test("capital", 0.2, 0.4, covs[[1]]),
  test("capital", 0, 1, covs[[2]])
)
write_values(c("plm", "clubSandwich", "sandwich"),
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "OLS", "inv ~ value + capital | firm", nobs = n, covariances = covs, tests = tests)
