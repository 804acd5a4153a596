# Crime in counties with county and year effects: two endogenous variables, exactly
# identified, by AER's ivreg on dummies and plm's within two-stage least squares.
source("../helpers-iv.R")
suppressPackageStartupMessages(library(plm))

data("Crime", package = "plm")
write_data(Crime[c("county", "year", "region", "lcrmrte", "lprbarr", "lprbconv", "lprbpris", "lavgsen",
                   "lpolpc", "ldensity", "ltaxpc", "lmix")])
d <- read.csv("data.csv")

effects <- "factor(county) + factor(year)"
exogenous <- c("lprbconv", "lprbpris", "lavgsen", "ldensity")
endogenous <- c("lprbarr", "lpolpc")
instruments <- c("ltaxpc", "lmix")
plus <- function(...) paste(c(...), collapse = " + ")
m <- ivreg(as.formula(paste("lcrmrte ~", plus(exogenous, endogenous, effects), "|",
                            plus(exogenous, instruments, effects))), data = d)
n <- nobs(m)
levels <- levels_of(d$county, d$year)
K <- count_K(6, levels)
ways <- list("county", "region", "year", c("county", "year"))
nested <- list(c(TRUE, FALSE), c(TRUE, FALSE), c(FALSE, TRUE), c(TRUE, TRUE))
terms <- setNames(nm = c(exogenous, endogenous))
covs <- iv_entries(m, d, terms, K, ways, vapply(nested, count_K_nested, 0, slopes = 6, levels = levels))

# Second programs: plm, and the algebra.
p <- plm(as.formula(paste("lcrmrte ~", plus(exogenous, endogenous), "|", plus(exogenous, instruments))),
         data = d, index = c("county", "year"), model = "within", effect = "twoways")
check_close(coef(p)[terms], coef(m)[terms], 1e-7)
X <- model.matrix(as.formula(paste("~", plus(exogenous, effects))), d)
parts <- iv_parts(d$lcrmrte, as.matrix(d[endogenous]), X, as.matrix(d[instruments]))
check_iv_algebra(m, parts, d, endogenous, K, ways)

# The first stages, checked with lm, sandwich and lmtest. K has six slopes here, too.
white <- iv_way("White", K, d)
county <- iv_way("Clustered", count_K_nested(6, levels, nested[[1]]), d, "county")
F_of <- function(left, V) {
  full <- lm(as.formula(paste(left, "~", plus(exogenous, instruments, effects))), data = d)
  wald_F(full, lm(as.formula(paste(left, "~", plus(exogenous, effects))), data = d), V(full))
}
hc1 <- function(m) vcovHC(m, "HC0") * n / (n - K)
by_county <- function(m) cr1_factor(d["county"], n, county$K) * cr0(m, d["county"])
tests <- list(
  first_stage_entry(parts, white, "lprbarr", 1, check = F_of("lprbarr", hc1)),
  first_stage_entry(parts, white, "lpolpc", 2, check = F_of("lpolpc", hc1)),
  first_stage_entry(parts, county, "lprbarr", 1, check = F_of("lprbarr", by_county)),
  first_stage_entry(parts, county, "lpolpc", 2, check = F_of("lpolpc", by_county))
)

write_values(c("AER", "plm", "sandwich", "lmtest"),
  "Crime of R package plm: C. Cornwell and W. N. Trumbull (1994), 'Estimating the economic model of crime with panel data', Review of Economics and Statistics 76, 360-366",
  "IV", "lcrmrte ~ lprbconv + lprbpris + lavgsen + ldensity | county + year | lprbarr + lpolpc ~ ltaxpc + lmix",
  nobs = n, covariances = covs, tests = tests)
