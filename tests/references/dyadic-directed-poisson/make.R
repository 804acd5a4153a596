# Trade between countries, both directions of a pair, Poisson with exporter and importer
# effects: dyadic covariance. (i, j) and (j, i) share both members and count once, as any
# pair of rows that shares a member.
source("../helpers-space.R")

set.seed(15)
N <- 13
g <- expand.grid(exporter = seq_len(N), importer = seq_len(N))
g <- g[g$exporter != g$importer & runif(nrow(g)) < 0.85, ]
n <- nrow(g)
a <- rnorm(N)
b <- rnorm(N)
lo <- pmin(g$exporter, g$importer)
hi <- pmax(g$exporter, g$importer)
ldist <- round(matrix(runif(N * N, 5, 9), N)[cbind(lo, hi)], 4)
border <- matrix(rbinom(N * N, 1, 0.25), N)[cbind(lo, hi)]
shock <- rnorm(N, sd = 0.4)
trade <- rpois(n, exp(4 + a[g$exporter] + b[g$importer] - 0.5 * ldist + 0.4 * border +
                      shock[g$exporter] * shock[g$importer] + rnorm(n, sd = 0.3)))
names <- sprintf("k%02d", seq_len(N))
write_data(data.frame(exporter = names[g$exporter], importer = names[g$importer], trade, ldist, border))
d <- read.csv("data.csv")
stopifnot(all(tapply(d$trade, d$exporter, sum) > 0), all(tapply(d$trade, d$importer, sum) > 0))
# most pairs are there in both directions
stopifnot(mean(paste(d$exporter, d$importer) %in% paste(d$importer, d$exporter)) > 0.7)

m <- poisson_fit(trade ~ ldist + border + exporter + importer, d)
terms <- c(ldist = "ldist", border = "border")
by <- c("exporter", "importer")

# A second way: rows of each member, less what two members both count (Aronow, Samii and
# Assenova's sum over members, for rows of one pair in any direction).
psi <- influences(m)
total <- -crossprod(rowsum(psi, paste(pmin(d$exporter, d$importer), pmax(d$exporter, d$importer))))
for (k in names) {
  s <- colSums(psi[d$exporter == k | d$importer == k, ])
  total <- total + outer(s, s)
}
dyadic <- dyadic_entry(m, d, by, terms)
check_close(as.numeric(sapply(dyadic$terms, `[[`, "se")), std_errors(total, terms))
# and not the two-way clusters by role
stopifnot(abs(cr0(m, d[by])["ldist", "ldist"] / total["ldist", "ldist"] - 1) > 0.01)

write_values(c("sandwich"), "simulated in make.R, seed 15",
  "PPML", "trade ~ ldist + border | exporter + importer", nobs = n, covariances = list(dyadic))
