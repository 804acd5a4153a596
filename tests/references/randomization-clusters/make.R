# Ten villages, four of them treated as a whole, in two regions: all assignments of villages,
# free and within regions; t with errors clustered by village.
source("../helpers-randomization.R")

set.seed(83)
size <- c(5, 9, 4, 12, 7, 6, 8, 3, 10, 6)
village <- rep(seq_along(size), size)
region <- ifelse(village <= 5, "north", "south")
d <- as.numeric(village %in% c(2, 4, 6, 9))
n <- length(village)
x <- round(rnorm(n) + 0.4 * rnorm(10)[village], 4)
y <- round(0.5 + 0.3 * d + 0.5 * x + 0.6 * rnorm(10)[village] + rnorm(n), 4)
write_data(data.frame(y, d, x, village = paste0("v", village), region)[sample(n), ])
d <- read.csv("data.csv")

m <- lm(y ~ d + x, data = d)
terms <- c(Intercept = "(Intercept)", d = "d", x = "x")
villages <- unique(d[c("village", "region", "d")])
stopifnot(nrow(villages) == 10)
of_rows <- function(all) all[match(d$village, villages$village), ]
fit <- by_lm(y ~ d + x, "d", clusters = "village")
entries <- function(all, kwargs) {
  kwargs$covariance <- choice("Clustered", "village")
  randomization_entries(fit, d, "d", of_rows(all), c(list(cluster = "village"), kwargs),
                        "; whole clusters are assigned")
}
free <- assignments(villages$d)
within <- assignments(villages$d, villages$region)
stopifnot(ncol(free) == choose(10, 4), ncol(within) == choose(5, 2)^2)
tests <- c(entries(free, list()), entries(within, list(strata = "region")))

covs <- list(clustered_entry(cr0(m, d["village"]), d, "village", 3, estimates(m, terms), terms))
check_close(as.numeric(tests[[2]]$expected$statistic), coef(m)[["d"]] / as.numeric(covs[[1]]$terms$d$se))
write_values(c("sandwich"), "simulated in make.R, seed 83",
  "OLS", "y ~ d + x", nobs = n, covariances = covs, tests = tests)
