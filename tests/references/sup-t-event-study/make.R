# Four leads and lags of an event with unit and year effects, clustered by unit: unequal
# correlations of the estimates.
source("../helpers-bands.R")

set.seed(103)
units <- 30
g <- expand.grid(year = 1:9, unit = seq_len(units))
event <- ifelse(seq_len(units) <= 18, sample(4:7, units, replace = TRUE), 99)[g$unit]
at <- g$year - event
n <- nrow(g)
e <- as.vector(replicate(units, arima.sim(list(ar = 0.5), 9)))
dummy <- function(v) as.numeric(v & event < 99)
table <- data.frame(unit = paste0("u", g$unit), year = 2000 + g$year,
  lead2 = dummy(at == -2), lag0 = dummy(at == 0), lag1 = dummy(at == 1), later = dummy(at >= 2))
table$y <- round(0.5 * table$lag0 + 0.8 * table$later + rnorm(units)[g$unit] + 0.1 * g$year + e, 4)
write_data(table)
d <- read.csv("data.csv")

m <- lm(y ~ lead2 + lag0 + lag1 + later + unit + factor(year), data = d)
slopes <- c("lead2", "lag0", "lag1", "later")
terms <- setNames(slopes, slopes)
levels <- levels_of(d$unit, d$year)
V0 <- cr0(m, d["unit"])
R <- cov2cor(V0[slopes, slopes])
print(round(R, 3))
stopifnot(min(eigen(R)$values) > 0.05)
df <- units - 1
by <- choice("Clustered", "unit")
tests <- list(
  band_entry(R, terms, by, df),
  band_entry(R[2:4, 2:4], terms[2:4], by, df),
  band_entry(R, terms, by, df, level = 0.9)
)
covs <- list(clustered_entry(V0, d, "unit", count_K_nested(4, levels, c(TRUE, FALSE)), estimates(m, terms), terms))
write_values(c("mvtnorm", "sandwich"), "simulated in make.R, seed 103",
  "OLS", "y ~ lead2 + lag0 + lag1 + later | unit + year", nobs = n, covariances = covs, tests = tests)
