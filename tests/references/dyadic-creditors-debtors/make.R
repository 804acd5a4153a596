# Loans of creditors to debtors, two sets of labels that do not overlap, several loans of a
# pair: dyadic covariance, which then is that of two-way clusters.
source("../helpers-space.R")

set.seed(14)
C <- 9
D <- 14
pair <- expand.grid(creditor = seq_len(C), debtor = seq_len(D))
pair <- pair[runif(nrow(pair)) < 0.55, ]
rows <- c(seq_len(nrow(pair)), sample(nrow(pair), 90, replace = TRUE))
n <- length(rows)
creditor <- pair$creditor[rows]
debtor <- pair$debtor[rows]
x1 <- round(rnorm(C)[creditor] + rnorm(n), 5)
x2 <- round(rnorm(D)[debtor] + rnorm(n), 5)
y <- round(1 + 0.4 * x1 - 0.3 * x2 + 0.8 * rnorm(C)[creditor] + 0.8 * rnorm(D)[debtor] + rnorm(n), 5)
write_data(data.frame(creditor = paste0("c", creditor), debtor = paste0("d", debtor), y, x1, x2))
d <- read.csv("data.csv")

m <- lm(y ~ x1 + x2, data = d)
terms <- c(Intercept = "(Intercept)", x1 = "x1", x2 = "x2")
by <- c("creditor", "debtor")
both <- cr0(m, d[by])
stopifnot(min(eigen(both, symmetric = TRUE)$values) > 0)
dyadic <- dyadic_entry(m, d, by, terms, "; equal to sandwich's two-way vcovCL without factor")
check_close(as.numeric(sapply(dyadic$terms, `[[`, "se")), std_errors(both, terms))

covs <- list(
  dyadic,
  clustered_entry(both, d, by, 3, estimates(m, terms), terms, "CR0")
)
write_values(c("sandwich"), "simulated in make.R, seed 14",
  "OLS", "y ~ x1 + x2", nobs = n, covariances = covs)
