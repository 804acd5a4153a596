# Damage incidents of ships for their months of service, the model of McCullagh and Nelder:
# Poisson with an offset and the types of ship absorbed.
source("../helpers-likelihoods.R")

data("ships", package = "MASS")
write_data(with(subset(ships, service > 0), data.frame(
  type, construction = 1900L + year, operation = 1900L + period, log_service = log(service), incidents)))
d <- read.csv("data.csv")

m <- poisson_fit(incidents ~ type + factor(construction) + factor(operation) + offset(log_service), d)
# P. McCullagh and J. A. Nelder (1989), Generalized Linear Models, table 6.3
stopifnot(round(coef(m), 2) == c(-6.41, -0.54, -0.69, -0.08, 0.33, 0.70, 0.82, 0.45, 0.38))
n <- nobs(m)
levels <- levels_of(d$type)
K <- count_K(4, levels)
terms <- setNames(names(coef(m))[6:9], c("C(construction)[T.1965]", "C(construction)[T.1970]",
                                         "C(construction)[T.1975]", "C(operation)[T.1975]"))
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(4, levels, nested), est, terms, correction)
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m) * (n - 1) / (n - K)),
             note = "vcov(glm) times (n-1)/(n-K)"),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0"))),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), note = "vcovHC(HC0) times n/(n-K)"),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3"))),
  clustered("type", TRUE),
  clustered("type", TRUE, "CR0")
)
check_offset(m, I(incidents / exp(log_service)) ~ type + factor(construction) + factor(operation), d,
             exp(d$log_service), d["type"])

write_values(c("MASS", "sandwich"),
  "ships of R package MASS, rows with service > 0: P. McCullagh and J. A. Nelder (1989), Generalized Linear Models, section 6.3",
  "PPML", "incidents ~ C(construction) + C(operation) | type", nobs = n, covariances = covs,
  options = list(offset = "log_service"))
