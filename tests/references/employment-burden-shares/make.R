# Shares of British firms in the employment of their sector and year: a Poisson regression
# on dummies; sectors have different numbers of firms. Clusters by sector-year, firm, both.
source("../helpers-likelihoods.R")

data("EmplUK", package = "plm")
e <- transform(EmplUK, market = paste0("s", sector, "-", year))
e <- e[e$year >= 1979 & e$year <= 1982, ]
e$share <- e$emp / ave(e$emp, e$market, FUN = sum)
write_data(e[c("firm", "year", "sector", "market", "share", "wage", "capital", "output")])
d <- read.csv("data.csv")
stopifnot(length(unique(table(d$market))) > 5, min(table(d$market)) > 1)

m <- poisson_fit(share ~ log(wage) + log(capital) + factor(market), d)
terms <- c("np.log(wage)" = "log(wage)", "np.log(capital)" = "log(capital)")
covs <- share_entries(m, d$share, cbind("log(wage)" = log(d$wage), "log(capital)" = log(d$capital)), d$market, d,
                      list("market", c("market", "firm"), "sector", "firm"), terms)

write_values(c("plm", "sandwich"),
  "EmplUK of R package plm, 1979-1982: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of Economic Studies 58, 277-297",
  "BurdenShares", "share ~ np.log(wage) + np.log(capital)", nobs = nrow(d), covariances = covs,
  options = list(rescue = "market"))
