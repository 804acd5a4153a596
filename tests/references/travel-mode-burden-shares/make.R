# Choice among four modes of travel as shares of zero and one: burden shares have the
# estimates of the conditional logit, and its errors by traveller.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(survival))

data("TravelMode", package = "AER")
write_data(with(TravelMode, data.frame(
  traveller = as.integer(individual), mode = mode, chosen = as.integer(choice == "yes"), gcost = gcost, wait = wait,
  air_income = (mode == "air") * income, air = as.integer(mode == "air"), train = as.integer(mode == "train"),
  bus = as.integer(mode == "bus"), party = size)))
d <- read.csv("data.csv")

terms <- c(gcost = "gcost", wait = "wait", air_income = "air_income", air = "air", train = "train", bus = "bus")
m <- poisson_fit(chosen ~ gcost + wait + air_income + air + train + bus + factor(traveller), d)
# W. H. Greene (2003), Econometric Analysis, table 21.11 (unweighted)
stopifnot(round(coef(m)[terms][1:3], 5) == c(-0.01550, -0.09612, 0.01329),
          round(coef(m)[terms][4:6], 3) == c(5.207, 3.869, 3.163))
covs <- share_entries(m, d$chosen, as.matrix(d[terms]), d$traveller, d, list("traveller", "party"), terms)

# The third program: clogit.
l <- clogit(chosen ~ gcost + wait + air_income + air + train + bus + strata(traveller), d, method = "exact",
            control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
check_close(coef(l), estimates(m, terms))

write_values(c("AER", "sandwich", "survival"),
  "TravelMode of R package AER: intercity travel in Australia; W. H. Greene (2003), Econometric Analysis, table F21.2",
  "BurdenShares", "chosen ~ gcost + wait + air_income + air + train + bus", nobs = nrow(d), covariances = covs,
  options = list(rescue = "traveller"))
