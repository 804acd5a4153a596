# Employment in first differences with effects of the later row's year, unbalanced, plm.
source("../helpers-panels.R")

data("EmplUK", package = "plm")
EmplUK$lemp <- log(EmplUK$emp)
write_data(EmplUK[c("firm", "year", "sector", "lemp", "wage", "capital", "output")])
d <- read.csv("data.csv")
d <- transform(d, lwage = log(wage), lcapital = log(capital), loutput = log(output))

slopes <- c("lwage", "lcapital", "loutput")
w <- differences(d, "firm", "year", c("lemp", slopes))
m <- lm(lemp ~ lwage + lcapital + loutput + factor(year), data = w)
n <- nrow(w)
levels <- levels_of(w$year)
K <- count_K(3, levels)
terms <- setNames(slopes, c("np.log(wage)", "np.log(capital)", "np.log(output)"))
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, w[by]), w, by, count_K_nested(3, levels, nested), est, terms, correction)
}
covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
  covariance("White", "HC0", est, se(sandwich::vcovHC(m, "HC0")), df = n - K),
  covariance("White", "HC1", est, se(sandwich::vcovHC(m, "HC0") * n / (n - K)), df = n - K,
             note = "vcovHC(HC0) times n/(n-K)"),
  clustered("firm", FALSE),
  clustered("sector", FALSE),
  clustered("year", TRUE),
  clustered(c("firm", "year"), TRUE),
  clustered("firm", FALSE, "CR0")
)

# plm differences the dummies of the years: the same fit, as no year between is missing
p <- plm(lemp ~ lwage + lcapital + loutput + factor(year) - 1, data = d, index = c("firm", "year"), model = "fd")
stopifnot(length(resid(p)) == n)
check_close(coef(p)[terms], est)
check_close(diag(vcov(p))[terms], diag(vcov(m))[terms])
check_close(diag(plm::vcovHC(p, method = "arellano", type = "HC0"))[terms], diag(cr0(m, w["firm"]))[terms])

write_values(c("plm", "sandwich"),
  "EmplUK of R package plm: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "FirstDifference", "lemp ~ np.log(wage) + np.log(capital) + np.log(output) | year", nobs = n, covariances = covs,
  options = list(unit = "firm", time = "year"))
