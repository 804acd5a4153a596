# House prices: categories, an interaction, logarithms and a square, nothing absorbed.
source("../helpers.R")

data("HousePrices", package = "AER")
houses <- with(HousePrices, data.frame(
  lprice = log(price), lotsize, bedrooms, bathrooms, stories, garage, aircon, prefer
))
write_data(houses)
d <- read.csv("data.csv")

m <- lm(lprice ~ log(lotsize) + bedrooms + I(bedrooms^2) + bathrooms + factor(stories) + factor(aircon) +
          garage + bathrooms:garage + prefer, data = d)
n <- nobs(m)
levels <- integer(0)
K <- count_K(12, levels)
terms <- c("Intercept" = "(Intercept)", "np.log(lotsize)" = "log(lotsize)", bedrooms = "bedrooms", "I(bedrooms ** 2)" = "I(bedrooms^2)", bathrooms = "bathrooms", "C(stories)[T.2]" = "factor(stories)2", "C(stories)[T.3]" = "factor(stories)3", "C(stories)[T.4]" = "factor(stories)4", "C(aircon)[T.yes]" = "factor(aircon)yes", garage = "garage", "bathrooms:garage" = "bathrooms:garage", "C(prefer)[T.yes]" = "preferyes")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(12, levels, nested), est, terms,
                  correction)
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0")), df = n - K),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), df = n - K,
             note = "vcovHC(HC0) times n/(n-K)"),
  covariance("White", "HC2", est, se(vcovHC(m, "HC2")), df = n - K),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3")), df = n - K),
  clustered("stories", logical(0)),
  clustered("stories", logical(0), "CR0")
)
stopifnot(length(coef(m)) == K)

write_values(c("AER", "sandwich"),
  "HousePrices of R package AER: P. M. Anglin and R. Gencay (1996), 'Semiparametric estimation of a hedonic price function', Journal of Applied Econometrics 11, 633-648",
  "OLS", "lprice ~ np.log(lotsize) + bedrooms + I(bedrooms ** 2) + bathrooms + C(stories) + C(aircon) + garage + bathrooms:garage + C(prefer)", nobs = n, covariances = covs)
