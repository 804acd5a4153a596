# Employment of UK firms with firm effects, an unbalanced panel without gaps inside a firm:
# Newey and West within firms. fixest does not count effects nested in the unit (or the
# period) in K, as it does not for clusters; with K = 63 the errors would be larger.
source("../helpers-serial.R")
suppressPackageStartupMessages(library(plm))

data("EmplUK", package = "plm")
e <- EmplUK[EmplUK$firm <= 60, c("firm", "year", "wage", "capital", "output")]
e$lemp <- round(log(EmplUK$emp[EmplUK$firm <= 60]), 8)
write_data(e)
d <- read.csv("data.csv")
stopifnot(all(unlist(tapply(d$year, d$firm, diff)) == 1))

formula <- lemp ~ log(wage) + log(capital) + log(output)
m <- plm(formula, data = d, index = c("firm", "year"), model = "within")
l <- lm(update(formula, . ~ . + factor(firm)), data = d)
n <- nrow(d)
T <- length(unique(d$year))
K <- count_K_nested(3, levels_of(d$firm), TRUE)
terms <- c("np.log(wage)" = "log(wage)", "np.log(capital)" = "log(capital)", "np.log(output)" = "log(output)")
est <- estimates(m, terms)

entry <- function(L) {
  V0 <- vcovNW(m, type = "HC0", maxlag = L)
  check_close(diag(nw_by_hand(influences(l), d$firm, d$year, L))[terms], diag(V0)[terms])
  serial_entry("NeweyWest", "year", list(unit = "firm", lags = L), V0, n, K, T, est, terms, df = T - 1,
               program = "plm vcovNW(HC0)")
}
covs <- lapply(c(0L, 1L, 2L, 5L), entry)

write_values(c("plm", "sandwich"),
  "EmplUK of R package plm, firms 1-60: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "OLS", "lemp ~ np.log(wage) + np.log(capital) + np.log(output) | firm", nobs = n, covariances = covs)
