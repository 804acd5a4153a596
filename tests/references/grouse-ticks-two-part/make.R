# Ticks on the heads of grouse chicks: a logit for any tick and a Poisson regression on the
# positive numbers, jointly; clusters by location and by brood, which lies in a location.
source("../helpers-likelihoods.R")

data("grouseticks", package = "lme4")
write_data(with(grouseticks, data.frame(
  ticks = TICKS, height = HEIGHT / 1000, year = 1900L + as.integer(as.character(YEAR)),
  location = as.integer(as.character(LOCATION)), brood = as.integer(as.character(BROOD)))))
d <- read.csv("data.csv")

any <- converged_glm(I(ticks > 0) ~ height + factor(year), d, binomial())
amount <- poisson_fit(ticks ~ height + factor(year), d[d$ticks > 0, ])
terms <- c("Intercept" = "(Intercept)", height = "height", "C(year)[T.1996]" = "factor(year)1996",
           "C(year)[T.1997]" = "factor(year)1997")
m <- two_part(any, amount, d$ticks, terms)
K <- 2 * length(terms)
covs <- robust_entries(m$est, m$psi, d, list("location", "brood"), K,
                       "influences of two glm fits: estfun times vcov, zero in the second part where ticks = 0")

# Second program: sandwich on each part. Some locations have no chick with ticks: G counts
# those of all rows.
second <- length(terms) + seq_along(terms)
positive <- d[d$ticks > 0, ]
stopifnot(length(unique(positive$location)) < length(unique(d$location)))
V0 <- diag(influence_cov(m$psi, d["location"]))
check_close(diag(cr0(any, d["location"]))[terms], V0[-second])
check_close(diag(cr0(amount, positive["location"]))[terms], V0[second])
V0 <- diag(influence_cov(m$psi))
check_close(diag(vcovHC(any, "HC0"))[terms], V0[-second])
check_close(diag(vcovHC(amount, "HC0"))[terms], V0[second])

write_values(c("lme4", "sandwich"),
  "grouseticks of R package lme4: D. A. Elston, R. Moss, T. Boulinier, C. Arrowsmith and X. Lambin (2001), 'Analysis of aggregation, a worked example: numbers of ticks on red grouse chicks', Parasitology 122, 563-569",
  "TwoPart", "ticks ~ height + C(year)", nobs = nrow(d), covariances = covs,
  tests = list(influence_wald(m$est, m$psi, d, "location", K, c("any: height", "amount: height"))))
