# Traffic fatality rate with state and year effects, weighted by population.
source("../helpers.R")

data("Fatalities", package = "AER")
rates <- with(Fatalities, data.frame(
  state, year, pop, rate = fatal / pop * 10000, beertax, drinkage, unemp, income
))
write_data(rates)
d <- read.csv("data.csv")

m <- lm(rate ~ beertax + drinkage + unemp + log(income) + factor(state) + factor(year),
        data = d, weights = pop)
n <- nobs(m)
levels <- levels_of(d$state, d$year)
K <- count_K(4, levels)
terms <- c(beertax = "beertax", drinkage = "drinkage", unemp = "unemp", "np.log(income)" = "log(income)")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(4, levels, nested), est, terms,
                  correction)
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0")), df = n - K),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), df = n - K,
             note = "vcovHC(HC0) times n/(n-K)"),
  covariance("White", "HC2", est, se(vcovHC(m, "HC2")), df = n - K),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3")), df = n - K),
  clustered("state", c(TRUE, FALSE)),
  clustered("year", c(FALSE, TRUE)),
  clustered(c("state", "year"), c(TRUE, TRUE)),
  clustered("state", c(TRUE, FALSE), "CR0")
)

# Second programs: the algebra itself, on dummies, and clubSandwich.
X <- model.matrix(m)
bread <- solve(crossprod(X * sqrt(d$pop)))
scores <- X * (d$pop * resid(m))
check_close(diag(bread %*% crossprod(scores) %*% bread)[names(coef(m)) %in% terms],
            diag(vcovHC(m, "HC0"))[names(coef(m)) %in% terms], 1e-6)
check_close(diag(as.matrix(clubSandwich::vcovCR(m, cluster = d$state, type = "CR0")))[terms],
            diag(cr0(m, d["state"]))[terms])

write_values(c("AER", "sandwich", "clubSandwich"),
  "Fatalities of R package AER: C. J. Ruhm (1996), 'Alcohol policies and highway vehicle fatalities', Journal of Health Economics 15, 435-454; J. H. Stock and M. W. Watson (2007), Introduction to Econometrics",
  "OLS", "rate ~ beertax + drinkage + unemp + np.log(income) | state + year", nobs = n, covariances = covs, weights = "pop")
