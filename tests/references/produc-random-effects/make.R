# Production function with random state effects, states inside regions, plm.
source("../helpers-panels.R")

data("Produc", package = "plm")
with(Produc, write_data(data.frame(state, year, region, lgsp = log(gsp), lpcap = log(pcap), lpc = log(pc),
                                    lemp = log(emp), unemp)))
d <- read.csv("data.csv")
index <- c("state", "year")

p <- plm(lgsp ~ lpcap + lpc + lemp + unemp, data = d, index = index, model = "random", random.method = "swar")
v <- ercomp(p)
# second program: the algebra, least squares on quasi-demeaned data with sandwich
X <- model.matrix(~ lpcap + lpc + lemp + unemp, d)
a <- swamy_arora(d$lgsp, X, d$state)
check_close(c(a$s2e, a$s2u, a$theta[1]), c(v$sigma2, v$theta))
m <- random_effects_fit(d$lgsp, X, d$state, a$theta)
terms <- c(Intercept = "(Intercept)", lpcap = "lpcap", lpc = "lpc", lemp = "lemp", unemp = "unemp")
check_plm(p, m, terms, "state", d, "year")
covs <- transformed_entries(m, d, terms, list("state", "region", "year", c("state", "year"), c("region", "year")),
                            "plm (swar)")

# Hausman tests.
robust <- function(x) plm::vcovHC(x, method = "arellano", type = "HC0") * cr1_factor(d["state"], nrow(d), 9)
auxiliary <- phtest(lgsp ~ lpcap + lpc + lemp + unemp, data = d, index = index, method = "aux")
by_state <- phtest(lgsp ~ lpcap + lpc + lemp + unemp, data = d, index = index, method = "aux", vcov = robust)
tests <- list(
  htest_entry("hausman", phtest(lgsp ~ lpcap + lpc + lemp + unemp, data = d, index = index),
              note = "plm phtest: V(within) - V(random), each with its own residual variance"),
  hausman_auxiliary(d$lgsp, X, d$state, a$theta, d, check = auxiliary$statistic),
  hausman_auxiliary(d$lgsp, X, d$state, a$theta, d, "state", check = by_state$statistic)
)

write_values(c("plm", "sandwich"),
  "Produc of R package plm: A. H. Munnell (1990), 'Why has productivity growth declined? Productivity and public investment', New England Economic Review, 3-22",
  "RandomEffects", "lgsp ~ lpcap + lpc + lemp + unemp", nobs = nrow(d), covariances = covs,
  options = list(unit = "state"), statistics = re_statistics(a), tests = tests)
