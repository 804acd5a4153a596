# Poisson with firm and year effects, unbalanced, y not whole and with zeros.
source("../helpers.R")

set.seed(1)
full <- expand.grid(year = 2001:2008, firm = 1:60)
sim <- full[sort(sample(nrow(full), 400)), c("firm", "year")]
sim$district <- (sim$firm - 1) %/% 5 + 1
firm_effect <- rnorm(60, sd = 0.8)
year_effect <- rnorm(8, sd = 0.3)
eta <- 0.4 + firm_effect[sim$firm] + year_effect[sim$year - 2000]
sim$x1 <- round(rnorm(400) + 0.5 * firm_effect[sim$firm], 6)
sim$x2 <- round(runif(400), 6)
mu <- exp(eta + 0.5 * sim$x1 - 0.7 * sim$x2)
sim$y <- round(mu * rgamma(400, shape = 1.5, rate = 1.5) * (runif(400) > 0.25), 4)
write_data(sim)
d <- read.csv("data.csv")

m <- poisson_fit(y ~ x1 + x2 + factor(firm) + factor(year), d)
n <- nobs(m)
levels <- levels_of(d$firm, d$year)
K <- count_K(2, levels)
terms <- c(x1 = "x1", x2 = "x2")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(2, levels, nested), est, terms,
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
  clustered("firm", c(TRUE, FALSE)),
  clustered("year", c(FALSE, TRUE)),
  clustered("district", c(TRUE, FALSE)),
  clustered(c("firm", "year"), c(TRUE, TRUE)),
  clustered(c("district", "year"), c(TRUE, TRUE)),
  clustered("firm", c(TRUE, FALSE), "CR0"),
  clustered(c("firm", "year"), c(TRUE, TRUE), "CR0")
)

# No level is a singleton or all zero, so every row is used.
stopifnot(m$rank == K, min(table(d$firm)) > 1, min(tapply(d$y, d$firm, max)) > 0,
          mean(d$y == 0) > 0.2, any(d$y != round(d$y)))

write_values(c("sandwich"),
  "simulated in make.R, seed 1",
  "PPML", "y ~ x1 + x2 | firm + year", nobs = n, covariances = covs)
