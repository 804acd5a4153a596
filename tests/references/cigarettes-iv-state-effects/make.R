# Demand for cigarettes in two years with state and year effects and two instruments, by
# AER's ivreg on dummies.
source("../helpers-iv.R")

data("CigarettesSW", package = "AER")
write_data(with(CigarettesSW, data.frame(
  state, year, division = gsub(" ", "_", state.division[match(state, state.abb)]),
  lpacks = log(packs), lprice = log(price / cpi), lincome = log(income / population / cpi),
  salestax = (taxs - tax) / cpi, cigtax = tax / cpi
)))
d <- read.csv("data.csv")

effects <- "factor(state) + factor(year)"
m <- ivreg(as.formula(paste("lpacks ~ lincome + lprice +", effects, "| lincome + salestax + cigtax +", effects)),
           data = d)
n <- nobs(m)
levels <- levels_of(d$state, d$year)
K <- count_K(2, levels)
nested <- list(state = c(TRUE, FALSE), division = c(TRUE, FALSE))
terms <- c(lincome = "lincome", lprice = "lprice")
covs <- iv_entries(m, d, terms, K, list("state", "division"),
                   vapply(nested, count_K_nested, 0, slopes = 2, levels = levels))

# Second program: the algebra.
X <- model.matrix(as.formula(paste("~ lincome +", effects)), d)
parts <- iv_parts(d$lpacks, d$lprice, X, cbind(d$salestax, d$cigtax))
check_iv_algebra(m, parts, d, "lprice", K, list("state", "division"))
# Third program: the two years' difference, as Stock and Watson write it.
wide <- reshape(d[c("state", "year", "lpacks", "lprice", "lincome", "salestax", "cigtax")],
                idvar = "state", timevar = "year", direction = "wide")
change <- function(v) wide[[paste0(v, ".1995")]] - wide[[paste0(v, ".1985")]]
w <- data.frame(lapply(setNames(nm = c("lpacks", "lprice", "lincome", "salestax", "cigtax")), change))
check_close(coef(ivreg(lpacks ~ lincome + lprice | lincome + salestax + cigtax, data = w))[terms], coef(m)[terms])

# Tests, checked with lm, sandwich and lmtest.
K1 <- count_K(3, levels)
K1_state <- count_K_nested(3, levels, nested$state)
classical <- iv_way("Classical", K1, d)
white <- iv_way("White", K1, d)
state <- iv_way("Clustered", K1_state, d, "state")
F_of <- function(left, V) {
  full <- lm(as.formula(paste(left, "~ lincome + salestax + cigtax +", effects)), data = d)
  wald_F(full, lm(as.formula(paste(left, "~ lincome +", effects)), data = d), V(full))
}
hc1 <- function(m) vcovHC(m, "HC0") * n / (n - K1)
by_state <- function(m) cr1_factor(d["state"], n, K1_state) * cr0(m, d["state"])
tests <- list(
  first_stage_entry(parts, classical, "lprice", check = F_of("lprice", vcov)),
  first_stage_entry(parts, white, "lprice", check = F_of("lprice", hc1)),
  first_stage_entry(parts, state, "lprice", check = F_of("lprice", by_state)),
  effective_F_entry(parts, white, "lprice"),
  effective_F_entry(parts, state, "lprice"),
  anderson_rubin_entry(parts, classical, -1.5, check = F_of("I(lpacks + 1.5 * lprice)", vcov)),
  anderson_rubin_entry(parts, white, -1.5, check = F_of("I(lpacks + 1.5 * lprice)", hc1)),
  anderson_rubin_entry(parts, state, -1.5, check = F_of("I(lpacks + 1.5 * lprice)", by_state)),
  anderson_rubin_set_entry(parts, classical),
  anderson_rubin_set_entry(parts, white),
  anderson_rubin_set_entry(parts, state),
  sargan_entry(parts, check = summary(m, diagnostics = TRUE)$diagnostics["Sargan", "statistic"]),
  hansen_entry(parts),
  hansen_entry(parts, d["state"])
)

write_values(c("AER", "sandwich", "lmtest"),
  "CigarettesSW of R package AER with the census divisions of R's state.division: J. H. Stock and M. W. Watson (2007), Introduction to Econometrics",
  "IV", "lpacks ~ lincome | state + year | lprice ~ salestax + cigtax", nobs = n,
  covariances = covs, tests = tests)
