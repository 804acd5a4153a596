# Groups of 12 to 60 rows with many successes, too many for a sum over all sets of rows:
# conditional logit by clogit; clusters by group and by district, which holds groups.
source("../helpers-likelihoods.R")
suppressPackageStartupMessages(library(survival))

set.seed(71)
sizes <- sample(12:60, 24, replace = TRUE)
group <- rep(seq_along(sizes), sizes)
n <- length(group)
x1 <- round(rnorm(n) + rnorm(24)[group], 4)
x2 <- rbinom(n, 1, 0.4)
eta <- rnorm(24, 0, 0.8)[group] + 0.7 * x1 - 0.5 * x2
y <- as.integer(runif(n) < plogis(eta))
y[group == 5] <- 0L  # two groups without variation
y[group == 17] <- 1L
write_data(data.frame(y = y, x1 = x1, x2 = x2, group = group, district = (group - 1) %/% 3 + 1))
d <- read.csv("data.csv")

varies <- ave(d$y, d$group) > 0 & ave(d$y, d$group) < 1
used <- d[varies, ]
stopifnot(sum(!varies) == sum(d$group %in% c(5, 17)))
m <- clogit(y ~ x1 + x2 + strata(group), d, method = "exact",
            control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
terms <- c(x1 = "x1", x2 = "x2")
# conditional_entries holds the second program: the likelihood by hand.
covs <- conditional_entries(m, used$y, as.matrix(used[terms]), used$group, used, list("group", "district"), terms)

write_values(c("survival", "sandwich", "numDeriv"), "simulated in make.R, seed 71",
  "Logit", "y ~ x1 + x2 | group", nobs = nrow(used), covariances = covs,
  drops = list("no variation" = sum(!varies)))
