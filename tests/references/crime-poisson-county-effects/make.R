# Crime rates of the North Carolina counties, positive and not whole: Poisson with
# county effects; clusters by county, region (which contains the counties) and year.
source("../helpers.R")

data("Crime", package = "plm")
write_data(Crime[c("county", "year", "region", "crmrte", "prbarr", "prbconv", "polpc", "density")])
d <- read.csv("data.csv")

m <- poisson_fit(crmrte ~ prbarr + prbconv + polpc + log(density) + factor(county), d)
n <- nobs(m)
levels <- levels_of(d$county)
K <- count_K(4, levels)
terms <- c(prbarr = "prbarr", prbconv = "prbconv", polpc = "polpc", "np.log(density)" = "log(density)")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(4, levels, nested), est, terms,
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
  clustered("county", TRUE),
  clustered("year", FALSE),
  clustered("region", TRUE),
  clustered(c("county", "year"), TRUE),
  clustered("county", TRUE, "CR0")
)

write_values(c("plm", "sandwich"),
  "Crime of R package plm: C. Cornwell and W. N. Trumbull (1994), 'Estimating the economic model of crime with panel data', Review of Economics and Statistics 76, 360-366",
  "PPML", "crmrte ~ prbarr + prbconv + polpc + np.log(density) | county", nobs = n, covariances = covs)
