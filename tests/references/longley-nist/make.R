# Longley's ill-conditioned regression with the values certified by NIST.
source("../helpers.R")

data("longley", package = "datasets")
# NIST's units; R ships the same numbers divided by powers of ten.
nist <- with(longley, data.frame(
  employed = round(Employed * 1000), deflator = GNP.deflator, gnp = round(GNP * 1000),
  unemployed = round(Unemployed * 10), armed = round(Armed.Forces * 10),
  population = round(Population * 1000), year = Year
))
write_data(nist)
d <- read.csv("data.csv")

# Certified by NIST's Statistical Reference Datasets (dataset Longley).
certified <- c(
  Intercept = -3482258.63459582, deflator = 15.0618722713733,
  gnp = -0.358191792925910e-01, unemployed = -2.02022980381683,
  armed = -1.03322686717359, population = -0.511041056535807e-01, year = 1829.15146461355
)
certified_se <- c(
  Intercept = 890420.383607373, deflator = 84.9149257747669,
  gnp = 0.334910077722432e-01, unemployed = 0.488399681651699,
  armed = 0.214274163161675, population = 0.226073200069370, year = 455.478499142212
)

m <- lm(employed ~ deflator + gnp + unemployed + armed + population + year, data = d)
check_close(coef(m), certified, 1e-9)
check_close(sqrt(diag(vcov(m))), certified_se, 1e-9)

terms <- setNames(names(coef(m)), names(certified))
est <- estimates(m, terms)
df <- m$df.residual
covs <- list(
  covariance("Classical", character(0), certified, certified_se, df = df,
             note = "certified values, not R's"),
  covariance("White", "HC1", certified, std_errors(vcovHC(m, "HC1"), terms), df = df),
  covariance("White", "HC3", certified, std_errors(vcovHC(m, "HC3"), terms), df = df)
)
write_values(c("sandwich"),
  "longley of R package datasets, in NIST's units: J. W. Longley (1967), 'An appraisal of least-squares programs from the point of view of the user', JASA 62, 819-841; certified values: NIST Statistical Reference Datasets",
  "OLS", "employed ~ deflator + gnp + unemployed + armed + population + year",
  nobs = nobs(m), covariances = covs)
