# Visits of the elderly to physicians: a logit for any visit and a Poisson regression on
# the positive numbers, jointly; clusters by years of schooling.
source("../helpers-likelihoods.R")

data("NMES1988", package = "AER")
write_data(NMES1988[seq(1, nrow(NMES1988), by = 4),
                    c("visits", "health", "chronic", "age", "school", "insurance", "region")])
d <- read.csv("data.csv")

any <- converged_glm(I(visits > 0) ~ health + chronic + age + school + insurance, d, binomial())
amount <- poisson_fit(visits ~ health + chronic + age + school + insurance, d[d$visits > 0, ])
terms <- c("Intercept" = "(Intercept)", "C(health)[T.excellent]" = "healthexcellent", "C(health)[T.poor]" = "healthpoor",
           chronic = "chronic", age = "age", school = "school", "C(insurance)[T.yes]" = "insuranceyes")
m <- two_part(any, amount, d$visits, terms)
K <- 2 * length(terms)
covs <- robust_entries(m$est, m$psi, d, list("school", "region"), K,
                       "influences of two glm fits: estfun times vcov, zero in the second part where visits = 0")

# Second program: sandwich on each part.
second <- length(terms) + seq_along(terms)
V0 <- diag(influence_cov(m$psi))
check_close(diag(vcovHC(any, "HC0"))[terms], V0[-second])
check_close(diag(vcovHC(amount, "HC0"))[terms], V0[second])
V0 <- diag(influence_cov(m$psi, d["school"]))
check_close(diag(cr0(any, d["school"]))[terms], V0[-second])
check_close(diag(cr0(amount, d[d$visits > 0, "school", drop = FALSE]))[terms], V0[second])

write_values(c("AER", "sandwich"),
  "NMES1988 of R package AER, every fourth row: P. Deb and P. K. Trivedi (1997), 'Demand for medical care by the elderly: a finite mixture approach', Journal of Applied Econometrics 12, 313-336",
  "TwoPart", "visits ~ C(health) + chronic + age + school + C(insurance)", nobs = nrow(d), covariances = covs,
  tests = list(influence_wald(m$est, m$psi, d, "school", K, c("any: chronic", "amount: chronic")),
               influence_wald(m$est, m$psi, d, "school", K, c("any: age", "any: school", "amount: age", "amount: school"))))
