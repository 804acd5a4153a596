# Deaths in motor vehicle accidents, state and year effects: CR2 and CR3 by state (state
# effects nested, year effects crossing the clusters) and by year (the other way round).
source("../helpers-clusters.R")

data("MortalityRates", package = "clubSandwich")
cars <- subset(MortalityRates, cause == "Motor Vehicle" & year < 1978 & !is.na(beertaxa))
write_data(with(cars, data.frame(state, year, pop, mrate, legal, beertaxa, beerpercap, winepercap)))
d <- read.csv("data.csv")

fit <- function(data) {
  lm(mrate ~ legal + beertaxa + beerpercap + winepercap + factor(state) + factor(year), data = data)
}
m <- fit(d)
n <- nobs(m)
levels <- levels_of(d$state, d$year)
slopes <- c("legal", "beertaxa", "beerpercap", "winepercap")
terms <- setNames(slopes, slopes)
K <- function(nested) count_K_nested(4, levels, nested)

covs <- list(
  clustered_entry(cr0(m, d["state"]), d, "state", K(c(TRUE, FALSE)), estimates(m, terms), terms),
  cr2_entry(m, d, "state", terms),
  cr3_entry(fit, d, "state", terms, algebra = FALSE),
  cr2_entry(m, d, "year", terms),
  cr3_entry(fit, d, "year", terms, algebra = FALSE)
)
pair <- terms[c("beerpercap", "winepercap")]
tests <- list(
  wald_cr1(m, d, "state", K(c(TRUE, FALSE)), terms),
  wald_cr1(m, d, c("state", "year"), K(c(TRUE, TRUE)), pair, all = terms),
  wald_cr2(m, d, "state", terms),
  wald_cr2(m, d, "state", pair),
  wald_cr2(m, d, "state", terms["legal"]),
  wald_cr2(m, d, "year", pair)
)
# one restriction: the square of the t statistic
stopifnot(abs(as.numeric(tests[[5]]$expected$statistic) /
  (coef(m)[["legal"]] / as.numeric(covs[[2]]$terms$legal$se))^2 - 1) < 1e-8)

write_values(c("clubSandwich", "sandwich"),
  "MortalityRates of R package clubSandwich (motor vehicle accidents, 1970-1977): C. Carpenter and C. Dobkin (2011), 'The minimum legal drinking age and public health', Journal of Economic Perspectives 25(2), 133-156; J. D. Angrist and J.-S. Pischke (2014), Mastering 'Metrics",
  "OLS", "mrate ~ legal + beertaxa + beerpercap + winepercap | state + year", nobs = n,
  covariances = covs, tests = tests)
