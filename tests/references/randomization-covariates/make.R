# Treatment within blocks of unequal shares, a covariate and block effects: all assignments.
source("../helpers-randomization.R")

set.seed(82)
block <- rep(c("a", "b", "c", "e"), c(5, 4, 6, 3))
treated <- c(a = 2, b = 2, c = 2, e = 1)
n <- length(block)
d <- ave(runif(n), block, FUN = rank) <= treated[block]
x <- round(rnorm(n), 3)
y <- round(1 + 0.5 * d + 0.7 * x + 0.5 * (block == "c") + rnorm(n) * (1 + d), 3)
write_data(data.frame(y, d = as.numeric(d), x, block))
d <- read.csv("data.csv")

m <- lm(y ~ d + x + block, data = d)
terms <- c(d = "d", x = "x")
all <- assignments(d$d, d$block)
stopifnot(ncol(all) == choose(5, 2) * choose(4, 2) * choose(6, 2) * 3)
tests <- randomization_entries(by_lm(y ~ d + x + block, "d"), d, "d", all,
  list(strata = "block", covariance = choice("White", "HC1")))

# Second way, for the coefficient: y and d without x and the blocks.
Q <- qr(model.matrix(~ x + block, d))
r <- qr.resid(Q, d$y)
drawn <- apply(all, 2, function(v) sum(qr.resid(Q, v) * r) / sum(qr.resid(Q, v)^2))
stopifnot(counts(coef(m)[["d"]], drawn) == as.numeric(tests[[1]]$expected$count))

covs <- list(covariance("White", "HC1", estimates(m, terms), std_errors(vcovHC(m, "HC1"), terms), df = n - 6))
write_values(c("sandwich"), "simulated in make.R, seed 82",
  "OLS", "y ~ d + x | block", nobs = n, covariances = covs, tests = tests)
