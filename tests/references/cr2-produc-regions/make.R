# Production of US states with state and year effects, clustered by region: nine unequal
# clusters, states nested in them, years crossing them.
source("../helpers-clusters.R")

data("Produc", package = "plm")
write_data(transform(Produc[c("state", "year", "region", "pcap", "pc", "emp", "unemp")],
                     lgsp = round(log(Produc$gsp), 8)))
d <- read.csv("data.csv")

fit <- function(data) {
  lm(lgsp ~ log(pcap) + log(pc) + log(emp) + unemp + factor(state) + factor(year), data = data)
}
m <- fit(d)
n <- nobs(m)
levels <- levels_of(d$state, d$year)
terms <- c("np.log(pcap)" = "log(pcap)", "np.log(pc)" = "log(pc)", "np.log(emp)" = "log(emp)", unemp = "unemp")
K <- function(nested) count_K_nested(4, levels, nested)

covs <- list(
  clustered_entry(cr0(m, d["region"]), d, "region", K(c(TRUE, FALSE)), estimates(m, terms), terms),
  cr2_entry(m, d, "region", terms),
  cr3_entry(fit, d, "region", terms, algebra = FALSE),
  cr2_entry(m, d, "state", terms),
  cr3_entry(fit, d, "state", terms, algebra = FALSE),
  cr2_entry(m, d, "year", terms),
  cr3_entry(fit, d, "year", terms, algebra = FALSE)
)
capital <- terms[c("np.log(pcap)", "np.log(pc)")]
tests <- list(
  wald_cr1(m, d, "region", K(c(TRUE, FALSE)), terms),
  wald_cr1(m, d, c("state", "year"), K(c(TRUE, TRUE)), capital, all = terms),
  wald_cr2(m, d, "region", capital),
  wald_cr2(m, d, "region", terms),
  wald_cr2(m, d, "state", terms)
)

write_values(c("plm", "clubSandwich", "sandwich"),
  "Produc of R package plm: A. H. Munnell (1990), 'Why has productivity growth declined? Productivity and public investment', New England Economic Review; B. H. Baltagi (2003), Econometric Analysis of Panel Data",
  "OLS", "lgsp ~ np.log(pcap) + np.log(pc) + np.log(emp) + unemp | state + year", nobs = n,
  covariances = covs, tests = tests)
