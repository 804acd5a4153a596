# Employment of UK firms, pooled: nine sectors of unequal size as clusters, and firms.
source("../helpers-clusters.R")
suppressPackageStartupMessages(library(estimatr))

data("EmplUK", package = "plm")
write_data(transform(EmplUK[c("firm", "year", "sector", "wage", "capital", "output")],
                     lemp = round(log(EmplUK$emp), 8)))
d <- read.csv("data.csv")

fit <- function(data) lm(lemp ~ log(wage) + log(capital) + log(output), data = data)
m <- fit(d)
n <- nobs(m)
terms <- c(Intercept = "(Intercept)", "np.log(wage)" = "log(wage)",
           "np.log(capital)" = "log(capital)", "np.log(output)" = "log(output)")

covs <- list(
  clustered_entry(cr0(m, d["sector"]), d, "sector", 4, estimates(m, terms), terms),
  cr2_entry(m, d, "sector", terms, note = "; estimatr lm_robust(CR2)"),
  cr3_entry(fit, d, "sector", terms),
  cr2_entry(m, d, "firm", terms, note = "; estimatr lm_robust(CR2)"),
  cr3_entry(fit, d, "firm", terms)
)
for (i in c(2, 4)) {
  by <- covs[[i]]$covariance$args
  r <- lm_robust(lemp ~ log(wage) + log(capital) + log(output), data = d, clusters = d[[by]],
                 se_type = "CR2")
  check_close(r$std.error, as.numeric(sapply(covs[[i]]$terms, `[[`, "se")))
  check_close(r$df, as.numeric(sapply(covs[[i]]$terms, `[[`, "df")), 1e-6)
}
slopes <- terms[-1]
pair <- terms[c(2, 4)]
tests <- list(
  wald_cr1(m, d, "sector", 4, slopes),
  wald_cr1(m, d, "firm", 4, pair),
  wald_cr2(m, d, "sector", slopes),
  wald_cr2(m, d, "sector", pair),
  wald_cr2(m, d, "firm", slopes)
)

write_values(c("plm", "clubSandwich", "estimatr", "sandwich"),
  "EmplUK of R package plm: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "OLS", "lemp ~ np.log(wage) + np.log(capital) + np.log(output)", nobs = n,
  covariances = covs, tests = tests)
