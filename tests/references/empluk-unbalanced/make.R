# Employment in an unbalanced panel of firms, firm and year effects.
source("../helpers.R")

data("EmplUK", package = "plm")
EmplUK$lemp <- log(EmplUK$emp)
write_data(EmplUK[c("firm", "year", "sector", "lemp", "wage", "capital", "output")])
d <- read.csv("data.csv")

m <- lm(lemp ~ log(wage) + log(capital) + log(output) + factor(firm) + factor(year), data = d)
n <- nobs(m)
levels <- levels_of(d$firm, d$year)
K <- count_K(3, levels)
terms <- c("np.log(wage)" = "log(wage)", "np.log(capital)" = "log(capital)", "np.log(output)" = "log(output)")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(3, levels, nested), est, terms,
                  correction)
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0")), df = n - K),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), df = n - K,
             note = "vcovHC(HC0) times n/(n-K)"),
  covariance("White", "HC2", est, se(vcovHC(m, "HC2")), df = n - K),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3")), df = n - K),
  clustered("firm", c(TRUE, FALSE)),
  clustered("year", c(FALSE, TRUE)),
  clustered("sector", c(TRUE, FALSE)),
  clustered(c("firm", "year"), c(TRUE, TRUE)),
  clustered(c("sector", "year"), c(TRUE, TRUE)),
  clustered("firm", c(TRUE, FALSE), "CR0")
)

# Second programs: plm's within estimator on the unbalanced panel, clubSandwich.
p <- plm::pdata.frame(d, index = c("firm", "year"))
w <- plm::plm(lemp ~ log(wage) + log(capital) + log(output), data = p,
              model = "within", effect = "twoways")
check_close(coef(w), est)
check_close(diag(vcov(w)), diag(vcov(m))[terms])
check_close(diag(plm::vcovHC(w, method = "arellano", type = "HC0", cluster = "group")),
            diag(cr0(m, d["firm"]))[terms])
check_close(diag(plm::vcovDC(w, type = "HC0")), diag(cr0(m, d[c("firm", "year")]))[terms])
check_close(diag(as.matrix(clubSandwich::vcovCR(m, cluster = d$sector, type = "CR0")))[terms],
            diag(cr0(m, d["sector"]))[terms])

write_values(c("plm", "sandwich", "clubSandwich"),
  "EmplUK of R package plm: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "OLS", "lemp ~ np.log(wage) + np.log(capital) + np.log(output) | firm + year", nobs = n, covariances = covs)
