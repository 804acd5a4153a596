# Investment equation with firm effects: all effects nested in the ten clusters (firm), or
# none (year).
source("../helpers-clusters.R")
suppressPackageStartupMessages({
  library(plm)
  library(estimatr)
})

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")

fit <- function(data) lm(inv ~ value + capital + factor(firm), data = data)
m <- fit(d)
n <- nobs(m)
terms <- c(value = "value", capital = "capital")
K <- function(nested) count_K_nested(2, levels_of(d$firm), nested)

covs <- list(
  clustered_entry(cr0(m, d["firm"]), d, "firm", K(TRUE), estimates(m, terms), terms),
  cr2_entry(m, d, "firm", terms),
  cr3_entry(fit, d, "firm", terms, algebra = FALSE),
  cr2_entry(m, d, "year", terms),
  cr3_entry(fit, d, "year", terms)
)
tests <- list(
  wald_cr1(m, d, "firm", K(TRUE), terms),
  wald_cr1(m, d, "year", K(FALSE), terms),
  wald_cr1(m, d, c("firm", "year"), K(TRUE), terms),
  wald_cr2(m, d, "firm", terms),
  wald_cr2(m, d, "year", terms)
)

# More programs: clubSandwich on the within transformation, which gives the same where the
# effects are nested and there are no weights; estimatr.
within <- plm(inv ~ value + capital, data = d, index = c("firm", "year"), model = "within")
rows <- coef_test(within, vcov = vcovCR(within, cluster = d$firm, type = "CR2"), test = "Satterthwaite")
check_close(rows$SE, as.numeric(sapply(covs[[2]]$terms, `[[`, "se")))
check_close(rows$df_Satt, as.numeric(sapply(covs[[2]]$terms, `[[`, "df")), 1e-6)
r <- lm_robust(inv ~ value + capital, data = d, clusters = year, fixed_effects = ~firm, se_type = "CR2")
check_close(r$std.error, as.numeric(sapply(covs[[4]]$terms, `[[`, "se")))
check_close(r$df, as.numeric(sapply(covs[[4]]$terms, `[[`, "df")), 1e-6)
G <- length(unique(d$firm))
cr3 <- (G - 1) / G * diag(as.matrix(vcovCR(within, cluster = d$firm, type = "CR3")))
check_close(sqrt(cr3), as.numeric(sapply(covs[[3]]$terms, `[[`, "se")))

write_values(c("plm", "clubSandwich", "estimatr", "sandwich"),
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "OLS", "inv ~ value + capital | firm", nobs = n, covariances = covs, tests = tests)
