# House prices with i() terms, nothing absorbed, lm. fixest and pyfixest name them alike:
# stories::1.
source("../helpers.R")

data("HousePrices", package = "AER")
write_data(with(HousePrices, data.frame(lprice = log(price), lotsize, bedrooms, stories, aircon, prefer)))
d <- read.csv("data.csv")

base <- function(v, ref) relevel(factor(v), ref = as.character(ref))
m <- lm(lprice ~ log(lotsize) + bedrooms + base(stories, 2) + base(aircon, "yes") + base(prefer, "no"), data = d)
n <- nobs(m)
K <- 8
stopifnot(length(coef(m)) == K)
terms <- c(Intercept = "(Intercept)", "np.log(lotsize)" = "log(lotsize)", bedrooms = "bedrooms",
           "stories::1" = "base(stories, 2)1", "stories::3" = "base(stories, 2)3", "stories::4" = "base(stories, 2)4",
           "aircon::no" = "base(aircon, \"yes\")no", "prefer::yes" = "base(prefer, \"no\")yes")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0")), df = n - K),
  covariance("White", "HC1", est, se(vcovHC(m, "HC1")), df = n - K),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3")), df = n - K),
  clustered_entry(cr0(m, d["bedrooms"]), d, "bedrooms", K, est, terms),
  clustered_entry(cr0(m, d["bedrooms"]), d, "bedrooms", K, est, terms, "CR0")
)
# second program: the algebra
psi <- estfun(m) %*% solve(crossprod(model.matrix(m)))
check_close(diag(influence_cov(psi)), diag(vcovHC(m, "HC0")))
check_close(diag(influence_cov(psi, d["bedrooms"])), diag(cr0(m, d["bedrooms"])))

write_values(c("AER", "sandwich"),
  "HousePrices of R package AER: P. M. Anglin and R. Gencay (1996), 'Semiparametric estimation of a hedonic price function', Journal of Applied Econometrics 11, 633-648",
  "OLS", "lprice ~ np.log(lotsize) + bedrooms + i(stories, ref=2) + i(aircon, ref=\"yes\") + i(prefer, ref=\"no\")",
  nobs = n, covariances = covs)
