# Boating trips: Poisson without absorbed effects.
source("../helpers.R")

data("RecreationDemand", package = "AER")
write_data(RecreationDemand)
d <- read.csv("data.csv")

m <- poisson_fit(trips ~ quality + ski + income + userfee + costC + costS + costH, d)
n <- nobs(m)
levels <- integer(0)
K <- count_K(8, levels)
terms <- c("Intercept" = "(Intercept)", quality = "quality", "C(ski)[T.yes]" = "skiyes", income = "income", "C(userfee)[T.yes]" = "userfeeyes", costC = "costC", costS = "costS", costH = "costH")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(8, levels, nested), est, terms,
                  correction, df = FALSE)
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m) * (n - 1) / (n - K)),
             note = "vcov(glm) times (n-1)/(n-K)"),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0"))),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)),
             note = "vcovHC(HC0) times n/(n-K)"),
  covariance("White", "HC2", est, se(vcovHC(m, "HC2"))),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3"))),
  clustered("income", logical(0)),
  clustered("income", logical(0), "CR0")
)

write_values(c("AER", "sandwich"),
  "RecreationDemand of R package AER: T. Ozuna and I. A. Gomez (1995), 'Specification and testing of count data recreation demand functions', Empirical Economics 20, 543-550",
  "PPML", "trips ~ quality + C(ski) + income + C(userfee) + costC + costS + costH", nobs = n, covariances = covs)
