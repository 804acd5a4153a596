# Demand for cigarettes with two instruments for the price, by AER's ivreg.
source("../helpers-iv.R")

data("CigarettesSW", package = "AER")
c95 <- subset(CigarettesSW, year == "1995")
write_data(with(c95, data.frame(
  state, division = gsub(" ", "_", state.division[match(state, state.abb)]), packs,
  rprice = price / cpi, rincome = income / population / cpi,
  salestax = (taxs - tax) / cpi, cigtax = tax / cpi
)))
d <- read.csv("data.csv")

m <- ivreg(log(packs) ~ log(rincome) + log(rprice) | log(rincome) + salestax + cigtax, data = d)
n <- nobs(m)
K <- 3
terms <- c(Intercept = "(Intercept)", "np.log(rincome)" = "log(rincome)", "np.log(rprice)" = "log(rprice)")
covs <- iv_entries(m, d, terms, K, list("division"))

# Second program: the algebra.
X <- cbind(1, log(d$rincome))
parts <- iv_parts(log(d$packs), log(d$rprice), X, cbind(d$salestax, d$cigtax))
check_iv_algebra(m, parts, d, "log(rprice)", K, list("division"))

# Tests: the first stage and the reduced form by lm, sandwich and lmtest as well.
K1 <- 4
classical <- iv_way("Classical", K1, d)
white <- iv_way("White", K1, d)
division <- iv_way("Clustered", K1, d, "division")
F_of <- function(left, V) {
  full <- lm(as.formula(paste(left, "~ log(rincome) + salestax + cigtax")), data = d)
  reduced <- lm(as.formula(paste(left, "~ log(rincome)")), data = d)
  wald_F(full, reduced, V(full))
}
hc1 <- function(m) vcovHC(m, "HC1")
by_division <- function(m) cr1_factor(d["division"], n, K1) * cr0(m, d["division"])
ar <- "I(log(packs) + log(rprice))"  # value = -1
diagnostics <- summary(m, diagnostics = TRUE)$diagnostics
tests <- list(
  first_stage_entry(parts, classical, "np.log(rprice)", check = diagnostics["Weak instruments", "statistic"]),
  first_stage_entry(parts, white, "np.log(rprice)", check = F_of("log(rprice)", hc1)),
  first_stage_entry(parts, division, "np.log(rprice)", check = F_of("log(rprice)", by_division)),
  effective_F_entry(parts, white, "np.log(rprice)"),
  effective_F_entry(parts, division, "np.log(rprice)"),
  anderson_rubin_entry(parts, classical, -1, check = F_of(ar, vcov)),
  anderson_rubin_entry(parts, white, -1, check = F_of(ar, hc1)),
  anderson_rubin_entry(parts, division, -1, check = F_of(ar, by_division)),
  anderson_rubin_set_entry(parts, classical),
  anderson_rubin_set_entry(parts, white),
  anderson_rubin_set_entry(parts, division),
  sargan_entry(parts, check = diagnostics["Sargan", "statistic"]),
  hansen_entry(parts),
  test_entry("wu_hausman", list(), as.list(setNames(diagnostics["Wu-Hausman", c(3, 1, 2, 4)],
    c("statistic", "df_num", "df", "p_value"))),
    note = "F that the first-stage residuals are zero in the regression with them added, by AER")
)

write_values(c("AER", "sandwich", "lmtest"),
  "CigarettesSW of R package AER, 1995, with the census divisions of R's state.division: J. H. Stock and M. W. Watson (2007), Introduction to Econometrics",
  "IV", "np.log(packs) ~ np.log(rincome) | np.log(rprice) ~ salestax + cigtax", nobs = n,
  covariances = covs, tests = tests)
