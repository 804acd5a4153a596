# Share of the pupils of Californian districts who get a subsidised lunch, with zeros and
# ones: fractional logit by glm; clusters by county.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(maxLik))

data("CASchools", package = "AER")
write_data(transform(CASchools[c("county", "grades", "lunch", "english", "income", "students", "teachers")],
                     lunch = lunch / 100))
d <- read.csv("data.csv")
stopifnot(any(d$lunch == 0), any(d$lunch == 1), all(d$lunch >= 0 & d$lunch <= 1))

m <- converged_glm(lunch ~ log(income) + english + I(students / teachers) + grades, d, quasibinomial())
terms <- c("Intercept" = "(Intercept)", "np.log(income)" = "log(income)", english = "english",
           "I(students / teachers)" = "I(students/teachers)", "C(grades)[T.KK-08]" = "gradesKK-08")
est <- estimates(m, terms)
K <- length(terms)
n <- nobs(m)
se <- function(V) std_errors(V, terms)

covs <- list(
  covariance("White", "HC0", est, se(vcovHC(m, "HC0"))),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), note = "vcovHC(HC0) times n/(n-K)"),
  clustered_entry(cr0(m, d["county"]), d, "county", K, est, terms),
  clustered_entry(cr0(m, d["county"]), d, "county", K, est, terms, "CR0")
)

# Second program: maxLik on the quasi-likelihood.
X <- model.matrix(m)
l <- maxLik(function(b) {
              eta <- drop(X %*% b)
              d$lunch * plogis(eta, log.p = TRUE) + (1 - d$lunch) * plogis(-eta, log.p = TRUE)
            },
            grad = function(b) X * (d$lunch - plogis(drop(X %*% b))),
            hess = function(b) { p <- plogis(drop(X %*% b)); -crossprod(X * sqrt(p * (1 - p))) },
            start = coef(m) * 0, method = "NR", control = list(tol = 0, reltol = 0, gradtol = 1e-10))
check_close(coef(l)[terms], est)
psi <- estfun(l) %*% vcov(l)
check_close(diag(influence_cov(psi)), diag(vcovHC(m, "HC0")))
check_close(diag(influence_cov(psi, d["county"])), diag(cr0(m, d["county"])))

write_values(c("AER", "sandwich", "maxLik"),
  "CASchools of R package AER: California Department of Education, 1998-1999; version of J. H. Stock and M. W. Watson (2007), Introduction to Econometrics",
  "FractionalLogit", "lunch ~ np.log(income) + english + I(students / teachers) + C(grades)",
  nobs = n, covariances = covs)
