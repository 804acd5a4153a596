# Employment between firms of an unbalanced panel: one row of means a firm, all firms
# weighing the same, plm.
source("../helpers-panels.R")

data("EmplUK", package = "plm")
EmplUK$lemp <- log(EmplUK$emp)
write_data(EmplUK[c("firm", "year", "sector", "lemp", "wage", "capital")])
d <- read.csv("data.csv")

formula <- lemp ~ log(wage) + log(capital)
p <- plm(formula, data = d, index = c("firm", "year"), model = "between")
# second program: lm on the means (of the logarithms), with sandwich
means <- aggregate(cbind(lemp, model.matrix(formula, d)) ~ firm + sector, data = d, FUN = mean)
m <- lm(lemp ~ `log(wage)` + `log(capital)`, data = means)
names(m$coefficients) <- gsub("`", "", names(m$coefficients))
terms <- c(Intercept = "(Intercept)", "np.log(wage)" = "log(wage)", "np.log(capital)" = "log(capital)")
check_close(coef(p)[terms], coef(m)[terms])
check_close(diag(vcov(p))[terms], diag(named(vcov(m), m))[terms])
n <- nrow(means)
covs <- transformed_entries(m, means, terms, list("sector"), "plm (between)", df = n - 3)

write_values(c("plm", "sandwich"),
  "EmplUK of R package plm: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "Between", "lemp ~ np.log(wage) + np.log(capital)", nobs = n, covariances = covs, options = list(unit = "firm"))
