# The data: Nelson and Plosser's series to 1970, logs but for the interest rate.
source("../helpers.R")
suppressPackageStartupMessages(library(urca))
data(nporg)
write_data(data.frame(
  year = nporg$year, real_gnp = log(nporg$gnp.r), nominal_gnp = log(nporg$gnp.n), production = log(nporg$ip),
  unemployment = log(nporg$ur), prices = log(nporg$cpi), interest = nporg$bnd, stocks = log(nporg$sp)))
