# Choice among four modes of travel: conditional logit by clogit, with Greene's numbers.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(survival))

data("TravelMode", package = "AER")
write_data(with(TravelMode, data.frame(
  traveller = as.integer(individual), mode = mode, chosen = as.integer(choice == "yes"), gcost = gcost, wait = wait,
  air_income = (mode == "air") * income, air = as.integer(mode == "air"), train = as.integer(mode == "train"),
  bus = as.integer(mode == "bus"), party = size)))
d <- read.csv("data.csv")

terms <- c(gcost = "gcost", wait = "wait", air_income = "air_income", air = "air", train = "train", bus = "bus")
m <- clogit(chosen ~ gcost + wait + air_income + air + train + bus + strata(traveller), d, method = "exact",
            control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
# W. H. Greene (2003), Econometric Analysis, table 21.11 (unweighted)
stopifnot(round(coef(m)[1:3], 5) == c(-0.01550, -0.09612, 0.01329), round(coef(m)[4:6], 3) == c(5.207, 3.869, 3.163))

covs <- conditional_entries(m, d$chosen, as.matrix(d[terms]), d$traveller, d, list("traveller", "party"), terms)

# Second program: with one success a group this is a Poisson regression with effects.
p <- poisson_fit(chosen ~ gcost + wait + air_income + air + train + bus + factor(traveller), d)
check_close(coef(p)[terms], coef(m))
check_close(sqrt(diag(vcov(p)))[terms], sqrt(diag(vcov(m))))
check_close(diag(cr0(p, d["party"]))[terms],
            vapply(covs[[5]]$terms, function(t) as.numeric(t$se)^2, 0))

write_values(c("survival", "AER", "sandwich", "numDeriv"),
  "TravelMode of R package AER: intercity travel in Australia; W. H. Greene (2003), Econometric Analysis, table F21.2",
  "Logit", "chosen ~ gcost + wait + air_income + air + train + bus | traveller", nobs = nrow(d), covariances = covs,
  drops = list("no variation" = 0L))
