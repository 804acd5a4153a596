# Nelson and Plosser's 14 series to 1970, logs but for the interest rate. Series start in different years.
source("../unit-root-helpers/univariate.R")
data(nporg)
data <- data.frame(year = nporg$year, real_gnp = log(nporg$gnp.r), nominal_gnp = log(nporg$gnp.n),
                   production = log(nporg$ip), unemployment = log(nporg$ur), prices = log(nporg$cpi),
                   velocity = log(nporg$vel), interest = nporg$bnd)
write_data(data)
data <- read.csv("data.csv")
cases <- list()
for (s in c("real_gnp", "production", "unemployment", "velocity")) {
  cases <- c(cases, univariate(na.omit(data[[s]]), s))
}
write_cases(cases, "nporg of R's urca (Nelson and Plosser 1982), logs; NA before a series starts")
