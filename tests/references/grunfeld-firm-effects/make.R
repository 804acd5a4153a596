# Investment equation with firm effects (within), plm.
source("../helpers.R")
suppressPackageStartupMessages(library(plm))

data("Grunfeld", package = "plm")
write_data(Grunfeld)
d <- read.csv("data.csv")
p <- pdata.frame(d, index = c("firm", "year"))

m <- plm(inv ~ value + capital, data = p, model = "within", effect = "individual")
# second program: least squares on dummies, with sandwich
l <- lm(inv ~ value + capital + factor(firm), data = d)
n <- nrow(d)
K <- count_K(2, levels_of(d$firm))
terms <- c(value = "value", capital = "capital")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
white <- function() vcovHC(m, method = "white1", type = "HC0")
by_firm <- vcovHC(m, method = "arellano", type = "HC0", cluster = "group")
by_year <- vcovHC(m, method = "arellano", type = "HC0", cluster = "time")
by_both <- vcovDC(m, type = "HC0")
clustered <- function(V0, by, nested, correction = NULL) {
  K <- count_K_nested(2, levels_of(d$firm), nested)
  clustered_entry(V0, d, by, K, est, terms, correction, program = "plm vcovHC/vcovDC (HC0)")
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
  covariance("White", "HC0", est, se(white()), df = n - K, note = "plm vcovHC(white1, HC0)"),
  covariance("White", "HC1", est, se(white() * n / (n - K)), df = n - K,
             note = "plm vcovHC(white1, HC0) times n/(n-K)"),
  covariance("White", "HC3", est, se(sandwich::vcovHC(l, "HC3")), df = n - K,
             note = "sandwich vcovHC(HC3) of lm with dummies"),
  clustered(by_firm, "firm", TRUE),
  clustered(by_year, "year", FALSE),
  clustered(by_both, c("firm", "year"), TRUE),
  clustered(by_firm, "firm", TRUE, correction = "CR0")
)

# The two programs agree.
slopes <- unname(terms)
check_close(coef(l)[slopes], est)
check_close(diag(vcov(l))[slopes], diag(vcov(m))[slopes])
check_close(diag(sandwich::vcovHC(l, "HC0"))[slopes], diag(white())[slopes])
check_close(diag(cr0(l, d["firm"]))[slopes], diag(by_firm)[slopes])
check_close(diag(cr0(l, d["year"]))[slopes], diag(by_year)[slopes])
check_close(diag(cr0(l, d[c("firm", "year")]))[slopes], diag(by_both)[slopes])

write_values(c("plm", "sandwich"),
  "Grunfeld of R package plm: Y. Grunfeld (1958), 'The determinants of corporate investment', PhD thesis, University of Chicago; version of B. H. Baltagi (2005), Econometric Analysis of Panel Data",
  "OLS", "inv ~ value + capital | firm", nobs = n, covariances = covs)
