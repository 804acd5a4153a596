# Demand for cigarettes with one instrument for the price, by AER's ivreg.
source("../helpers-iv.R")

data("CigarettesSW", package = "AER")
c95 <- subset(CigarettesSW, year == "1995")
write_data(with(c95, data.frame(
  state, division = gsub(" ", "_", state.division[match(state, state.abb)]),
  lpacks = log(packs), lprice = log(price / cpi), lincome = log(income / population / cpi),
  salestax = (taxs - tax) / cpi
)))
d <- read.csv("data.csv")

m <- ivreg(lpacks ~ lincome + lprice | lincome + salestax, data = d)
n <- nobs(m)
K <- 3
terms <- c(Intercept = "(Intercept)", lincome = "lincome", lprice = "lprice")
covs <- iv_entries(m, d, terms, K, list("division"))

# Second program: the algebra.
parts <- iv_parts(d$lpacks, d$lprice, cbind(1, d$lincome), d$salestax)
check_iv_algebra(m, parts, d, "lprice", K, list("division"))

K1 <- 3
classical <- iv_way("Classical", K1, d)
white <- iv_way("White", K1, d)
division <- iv_way("Clustered", K1, d, "division")
F_of <- function(left, V) {
  full <- lm(as.formula(paste(left, "~ lincome + salestax")), data = d)
  wald_F(full, lm(as.formula(paste(left, "~ lincome")), data = d), V(full))
}
hc1 <- function(m) vcovHC(m, "HC1")
by_division <- function(m) cr1_factor(d["division"], n, K1) * cr0(m, d["division"])
tests <- list(
  first_stage_entry(parts, classical, "lprice", check = F_of("lprice", vcov)),
  first_stage_entry(parts, white, "lprice", check = F_of("lprice", hc1)),
  first_stage_entry(parts, division, "lprice", check = F_of("lprice", by_division)),
  effective_F_entry(parts, white, "lprice"),
  effective_F_entry(parts, division, "lprice"),
  anderson_rubin_entry(parts, classical, 0, check = F_of("lpacks", vcov)),
  anderson_rubin_entry(parts, white, 0, check = F_of("lpacks", hc1)),
  anderson_rubin_entry(parts, division, 0, check = F_of("lpacks", by_division)),
  anderson_rubin_set_entry(parts, classical),
  anderson_rubin_set_entry(parts, white),
  anderson_rubin_set_entry(parts, division)
)

write_values(c("AER", "sandwich", "lmtest"),
  "CigarettesSW of R package AER, 1995, with the census divisions of R's state.division: J. H. Stock and M. W. Watson (2007), Introduction to Econometrics",
  "IV", "lpacks ~ lincome | lprice ~ salestax", nobs = n, covariances = covs, tests = tests)
