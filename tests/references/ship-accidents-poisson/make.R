# Ship damage incidents: Poisson with three small absorbed effects.
source("../helpers.R")

data("ShipAccidents", package = "AER")
write_data(subset(ShipAccidents, service > 0))
d <- read.csv("data.csv")

m <- poisson_fit(incidents ~ log(service) + type + construction + operation, d)
n <- nobs(m)
levels <- levels_of(d$type, d$construction, d$operation)
K <- count_K(1, levels)
terms <- c("np.log(service)" = "log(service)")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(1, levels, nested), est, terms,
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
  clustered("type", c(TRUE, FALSE, FALSE)),
  clustered("construction", c(FALSE, TRUE, FALSE)),
  clustered("type", c(TRUE, FALSE, FALSE), "CR0")
)
stopifnot(m$rank == K)

write_values(c("AER", "sandwich"),
  "ShipAccidents of R package AER, rows with service > 0: P. McCullagh and J. A. Nelder (1989), Generalized Linear Models, section 6.3",
  "PPML", "incidents ~ np.log(service) | type + construction + operation", nobs = n, covariances = covs)
