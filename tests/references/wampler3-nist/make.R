# Wampler's polynomial of degree five with noise: every coefficient is exactly 1.
source("../helpers.R")

# Wampler3 of NIST's Statistical Reference Datasets: the polynomial plus this noise.
x <- 0:20
half <- c(759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048)
noise <- c(half, 2048, rev(half))
write_data(data.frame(x = x, y = 1 + x + x^2 + x^3 + x^4 + x^5 + noise))
d <- read.csv("data.csv")

certified <- setNames(rep(1, 6),
  c("Intercept", "x", "I(x ** 2)", "I(x ** 3)", "I(x ** 4)", "I(x ** 5)"))
certified_se <- setNames(
  c(2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350,
    5.64566512170752, 0.112324854679312), names(certified))

m <- lm(y ~ x + I(x^2) + I(x^3) + I(x^4) + I(x^5), data = d)
print(coef(m) - 1)
check_close(coef(m), certified, 1e-7)
check_close(sqrt(diag(vcov(m))), certified_se, 1e-8)

covs <- list(
  covariance("Classical", character(0), certified, certified_se, df = m$df.residual,
             note = "certified values, not R's")
)
write_values(character(0),
  "dataset Wampler3 of NIST's Statistical Reference Datasets, rebuilt from its formula: R. H. Wampler (1970), 'A report of the accuracy of some widely used least squares computer programs', JASA 65, 549-565",
  "OLS", "y ~ x + I(x ** 2) + I(x ** 3) + I(x ** 4) + I(x ** 5)", nobs = nobs(m), covariances = covs,
  rtol_estimate = 1e-6, why_looser = "the design is ill-conditioned: double precision keeps about 8 digits of the coefficients")
