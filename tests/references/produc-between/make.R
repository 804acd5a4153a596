# Production function between states: one row of means a state, plm.
source("../helpers-panels.R")

data("Produc", package = "plm")
with(Produc, write_data(data.frame(state, year, region, lgsp = log(gsp), pcap, pc, emp, unemp)))
d <- read.csv("data.csv")

formula <- lgsp ~ log(pcap) + log(pc) + log(emp) + unemp
p <- plm(formula, data = d, index = c("state", "year"), model = "between")
# second program: lm on the means, with sandwich
means <- aggregate(cbind(lgsp, model.matrix(formula, d)) ~ state + region, data = d, FUN = mean)
means <- means[order(means$state), ]
m <- lm(lgsp ~ `log(pcap)` + `log(pc)` + `log(emp)` + unemp, data = means)
names(m$coefficients) <- gsub("`", "", names(m$coefficients))
terms <- c(Intercept = "(Intercept)", "np.log(pcap)" = "log(pcap)", "np.log(pc)" = "log(pc)",
           "np.log(emp)" = "log(emp)", unemp = "unemp")
check_close(coef(p)[terms], coef(m)[terms])
check_close(diag(vcov(p))[terms], diag(named(vcov(m), m))[terms])
n <- nrow(means)
covs <- transformed_entries(m, means, terms, list("region"), "plm (between)",
                            white = c("HC0", "HC1", "HC2", "HC3"), df = n - 5)

write_values(c("plm", "sandwich"),
  "Produc of R package plm: A. H. Munnell (1990), 'Why has productivity growth declined? Productivity and public investment', New England Economic Review, 3-22",
  "Between", "lgsp ~ np.log(pcap) + np.log(pc) + np.log(emp) + unemp", nobs = n, covariances = covs,
  options = list(unit = "state"))
