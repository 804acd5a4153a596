# Claims on car insurance for the number of policyholders: Poisson with an offset, without
# absorbed effects.
source("../helpers-likelihoods.R")

data("Insurance", package = "MASS")
write_data(with(Insurance, data.frame(
  district = as.integer(as.character(District)), engine = as.integer(Group), age = as.integer(Age),
  claims = Claims, log_holders = log(Holders))))
d <- read.csv("data.csv")

m <- poisson_fit(claims ~ factor(district) + factor(engine) + factor(age) + offset(log_holders), d)
n <- nobs(m)
levels <- 2:4
terms <- setNames(names(coef(m)), c("Intercept", sprintf("C(district)[T.%d]", levels),
                                    sprintf("C(engine)[T.%d]", levels), sprintf("C(age)[T.%d]", levels)))
K <- length(terms)
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m) * (n - 1) / (n - K)),
             note = "vcov(glm) times (n-1)/(n-K)"),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0"))),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), note = "vcovHC(HC0) times n/(n-K)"),
  covariance("White", "HC2", est, se(vcovHC(m, "HC2"))),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3")))
)
check_offset(m, I(claims / exp(log_holders)) ~ factor(district) + factor(engine) + factor(age), d,
             exp(d$log_holders), d["engine"])

write_values(c("MASS", "sandwich"),
  "Insurance of R package MASS: L. A. Baxter, S. M. Coutts and G. A. F. Ross (1980), 'Applications of linear models in motor insurance', Proceedings of the 21st International Congress of Actuaries, Zurich, 11-29",
  "PPML", "claims ~ C(district) + C(engine) + C(age)", nobs = n, covariances = covs,
  options = list(offset = "log_holders"))
