# Petersen's (2009) test data: one regressor, clusters by firm, year and both.
source("../helpers.R")
suppressPackageStartupMessages(library(clubSandwich))

data("PetersenCL", package = "sandwich")
write_data(PetersenCL)
d <- read.csv("data.csv")

m <- lm(y ~ x, data = d)
n <- nobs(m)
K <- count_K(2)
terms <- c(Intercept = "(Intercept)", x = "x")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, K, est, terms, correction)
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0")), df = n - K),
  covariance("White", "HC1", est, se(vcovHC(m, "HC1")), df = n - K),
  covariance("White", "HC2", est, se(vcovHC(m, "HC2")), df = n - K),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3")), df = n - K),
  clustered("firm"),
  clustered("year"),
  clustered(c("firm", "year")),
  clustered("firm", "CR0"),
  clustered(c("firm", "year"), "CR0")
)

# Second program.
check_close(se(cr1_factor(d["firm"], n, K) * cr0(m, d["firm"])),
            se(as.matrix(clubSandwich::vcovCR(m, cluster = d$firm, type = "CR1S"))))
check_close(se(cr1_factor(d["year"], n, K) * cr0(m, d["year"])),
            se(as.matrix(clubSandwich::vcovCR(m, cluster = d$year, type = "CR1S"))))

# The standard errors of x that Petersen publishes. His two-way one gives each
# term of the sum its own G/(G-1), so it is not the one above (0.0553).
published <- c(
  0.0286, 0.0506, 0.0334, 0.0536
)
ours <- c(
  se(vcov(m))["x"],
  se(cr1_factor(d["firm"], n, K) * cr0(m, d["firm"]))["x"],
  se(cr1_factor(d["year"], n, K) * cr0(m, d["year"]))["x"],
  se(vcovCL(m, cluster = d[c("firm", "year")], type = "HC1", multi0 = FALSE))["x"]
)
print(round(ours, 6))
stopifnot(all(abs(ours - published) < 0.5001e-4))

write_values(c("sandwich", "clubSandwich"),
  "PetersenCL of R package sandwich: M. A. Petersen (2009), 'Estimating standard errors in finance panel data sets', Review of Financial Studies 22(1), 435-480",
  "OLS", "y ~ x", nobs = n, covariances = covs)
