# Gravity: Poisson with exporter-year, importer-year and pair effects.
source("../helpers.R")

set.seed(2)
countries <- sprintf("C%02d", 1:12)
sim <- expand.grid(year = 2001:2005, importer = countries, exporter = countries,
                   stringsAsFactors = FALSE)
sim <- subset(sim, exporter != importer)[c("exporter", "importer", "year")]
sim$pair <- paste(sim$exporter, sim$importer, sep = "-")
sim$exporter_year <- paste(sim$exporter, sim$year, sep = "-")
sim$importer_year <- paste(sim$importer, sim$year, sep = "-")
effect <- function(key, sd) {
  keys <- sort(unique(key))
  setNames(rnorm(length(keys), sd = sd), keys)[key]
}
n <- nrow(sim)
eta <- 1 + effect(sim$pair, 1) + effect(sim$exporter_year, 0.4) + effect(sim$importer_year, 0.4)
start <- setNames(sample(2001:2009, 132, replace = TRUE), unique(sim$pair))[sim$pair]
sim$agreement <- as.integer(sim$year >= start)
sim$ltariff <- round(rnorm(n, 0.1, 0.05) - 0.03 * sim$agreement, 6)
mu <- exp(eta + 0.4 * sim$agreement - 2 * sim$ltariff)
sim$trade <- round(mu * rgamma(n, shape = 2, rate = 2) * (runif(n) > 0.15), 3)
# pairs that never trade would be dropped: give each some trade
silent <- ave(sim$trade, sim$pair, FUN = max) == 0
sim <- sim[!silent, ]
write_data(sim)
d <- read.csv("data.csv")

# The dummies of the three effects overlap: keep a full-rank set of columns.
X <- model.matrix(~ agreement + ltariff + exporter_year + importer_year + pair, d)
d$X <- full_rank(X)
m <- poisson_fit(trade ~ 0 + X, d)
n <- nobs(m)
levels <- levels_of(d$exporter_year, d$importer_year, d$pair)
K <- count_K(2, levels)
terms <- c(agreement = "Xagreement", ltariff = "Xltariff")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(2, levels, nested), est, terms,
                  correction, df = FALSE)
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m) * (n - 1) / (n - K)),
             note = "vcov(glm) times (n-1)/(n-K)"),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0"))),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)),
             note = "vcovHC(HC0) times n/(n-K)"),
  covariance("White", "HC2", est, se(vcovHC(m, "HC2"))),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3"))),
  clustered("pair", c(FALSE, FALSE, TRUE)),
  clustered(c("exporter", "importer"), c(TRUE, TRUE, TRUE)),
  clustered("exporter", c(TRUE, FALSE, TRUE)),
  clustered(c("pair", "year"), c(TRUE, TRUE, TRUE)),
  clustered(c("exporter", "importer", "year"), c(TRUE, TRUE, TRUE)),
  clustered("pair", c(FALSE, FALSE, TRUE), "CR0")
)

# K counts levels, one redundancy per further effect; the dummies have lower rank.
cat("K", K, "rank of the dummies", m$rank, "\n")
stopifnot(m$rank < K, min(tapply(d$trade, d$exporter_year, max)) > 0,
          min(tapply(d$trade, d$importer_year, max)) > 0, min(tapply(d$trade, d$pair, max)) > 0)

write_values(c("sandwich"),
  "simulated in make.R, seed 2",
  "PPML", "trade ~ agreement + ltariff | exporter_year + importer_year + pair", nobs = n, covariances = covs)
