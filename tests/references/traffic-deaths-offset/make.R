# Traffic deaths in American states for their population: Poisson with an offset and state
# and year effects; clusters by state, by year and by both.
source("../helpers-likelihoods.R")

data("Fatalities", package = "AER")
write_data(with(Fatalities, data.frame(state, year, fatal, beertax, drinkage, unemp, income, log_pop = log(pop))))
d <- read.csv("data.csv")

m <- poisson_fit(fatal ~ beertax + drinkage + unemp + log(income) + factor(state) + factor(year) + offset(log_pop), d)
n <- nobs(m)
levels <- levels_of(d$state, d$year)
K <- count_K(4, levels)
terms <- c(beertax = "beertax", drinkage = "drinkage", unemp = "unemp", "np.log(income)" = "log(income)")
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
  clustered("state", c(TRUE, FALSE)),
  clustered("year", c(FALSE, TRUE)),
  clustered(c("state", "year"), c(TRUE, TRUE)),
  clustered("state", c(TRUE, FALSE), "CR0")
)
check_offset(m, I(fatal / exp(log_pop)) ~ beertax + drinkage + unemp + log(income) + factor(state) + factor(year),
             d, exp(d$log_pop), d[c("state", "year")])

write_values(c("AER", "sandwich"),
  "Fatalities of R package AER: U.S. Fatality Analysis Reporting System, 1982-1988; version of J. H. Stock and M. W. Watson (2007), Introduction to Econometrics",
  "PPML", "fatal ~ beertax + drinkage + unemp + np.log(income) | state + year", nobs = n, covariances = covs,
  options = list(offset = "log_pop"))
