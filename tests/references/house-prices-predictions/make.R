# House prices: predictions with intervals by predict.lm, for houses that were not used.
source("../helpers.R")

data("HousePrices", package = "AER")
houses <- with(HousePrices, data.frame(
  lprice = log(price), lotsize, bedrooms, bathrooms, stories, garage, aircon, prefer
))
left_out <- seq_len(nrow(houses)) %% 9 == 0
write_data(houses[!left_out, ])
d <- read.csv("data.csv")
new <- houses[left_out, -1]

m <- lm(lprice ~ log(lotsize) + poly(bedrooms, 2, raw = TRUE) + bathrooms + factor(stories) + factor(aircon) +
          garage + bathrooms:garage + prefer, data = d)
n <- nobs(m)
terms <- c("Intercept" = "(Intercept)", "np.log(lotsize)" = "log(lotsize)", bathrooms = "bathrooms",
           "C(stories)[T.2]" = "factor(stories)2", "C(aircon)[T.yes]" = "factor(aircon)yes", garage = "garage",
           "bathrooms:garage" = "bathrooms:garage", "C(prefer)[T.yes]" = "preferyes")
covs <- list(covariance("White", "HC0", estimates(m, terms[-1]), std_errors(vcovHC(m, "HC0"), terms[-1]),
                        df = n - length(coef(m))))

# Orthogonal polynomials of the rows used predict the same as raw powers.
columns <- function(level) {
  found <- predict(m, new, se.fit = TRUE, interval = "confidence", level = level)
  list(columns = list(estimate = unname(found$fit[, "fit"]), se = unname(found$se.fit),
                      low = unname(found$fit[, "lwr"]), high = unname(found$fit[, "upr"])))
}
again <- lm(update(formula(m), . ~ . - poly(bedrooms, 2, raw = TRUE) + poly(bedrooms, 2)), data = d)
check_close(predict(again, new), predict(m, new))

X <- model.matrix(delete.response(terms(m)), new)
robust <- unname(sqrt(rowSums((X %*% vcovHC(m, "HC3")) * X)))
tests <- list(
  test_entry("predict", list(data = as.list(new), covariance = choice("Classical")), columns(0.95),
             "predict.lm(se.fit = TRUE, interval = 'confidence')"),
  test_entry("predict", list(data = as.list(new), covariance = choice("Classical"), level = 0.8), columns(0.8)),
  test_entry("predict", list(data = as.list(new), covariance = choice("White", "HC3")),
             list(columns = list(se = robust)), "model.matrix and vcovHC(HC3)")
)

write_values(c("AER", "sandwich"),
  "HousePrices of R package AER, every ninth house left out: P. M. Anglin and R. Gencay (1996), 'Semiparametric estimation of a hedonic price function', Journal of Applied Econometrics 11, 633-648",
  "OLS", "lprice ~ np.log(lotsize) + poly(bedrooms, 2) + bathrooms + C(stories) + C(aircon) + garage + bathrooms:garage + C(prefer)",
  nobs = n, covariances = covs, tests = tests)
