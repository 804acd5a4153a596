# Deaths in motor vehicle accidents, state and year effects, weighted by the root of population: CR2
# with weights that are inverse variances. clubSandwich takes them so with
# inverse_var = TRUE; its own choice for a weighted lm is the identity as working model.
source("../helpers-clusters.R")

data("MortalityRates", package = "clubSandwich")
cars <- subset(MortalityRates, cause == "Motor Vehicle" & year < 1978 & !is.na(beertaxa))
cars$size <- round(sqrt(cars$pop / 1e6), 5)
cars$region <- c("w", "x", "y", "z")[1 + (cars$state * 7) %% 11 %/% 3]  # made up: states nested
write_data(cars[c("state", "year", "region", "size", "mrate", "legal", "beertaxa")])
d <- read.csv("data.csv")

fit <- function(data) {
  lm(mrate ~ legal + beertaxa + factor(state) + factor(year), data = data, weights = size)
}
m <- fit(d)
n <- nobs(m)
levels <- levels_of(d$state, d$year)
terms <- c(legal = "legal", beertaxa = "beertaxa")
K <- function(nested) count_K_nested(2, levels, nested)

covs <- list(
  clustered_entry(cr0(m, d["state"]), d, "state", K(c(TRUE, FALSE)), estimates(m, terms), terms),
  cr2_entry(m, d, "state", terms),
  cr3_entry(fit, d, "state", terms, algebra = FALSE),
  cr2_entry(m, d, "region", terms),
  cr3_entry(fit, d, "region", terms, algebra = FALSE)
)
tests <- list(
  wald_cr1(m, d, "state", K(c(TRUE, FALSE)), terms),
  wald_cr2(m, d, "state", terms)
)

# The other working model gives other numbers.
other <- coef_test(m, vcov = vcovCR(m, cluster = d$state, type = "CR2"), test = "Satterthwaite")
print(other[terms, ])

write_values(c("clubSandwich", "sandwich"),
  "MortalityRates of R package clubSandwich (motor vehicle accidents, 1970-1977): C. Carpenter and C. Dobkin (2011), 'The minimum legal drinking age and public health', Journal of Economic Perspectives 25(2), 133-156; J. D. Angrist and J.-S. Pischke (2014), Mastering 'Metrics; the regions are made up",
  "OLS", "mrate ~ legal + beertaxa | state + year", nobs = n, weights = "size",
  covariances = covs, tests = tests)
