# Production function with random state effects and state means (Mundlak), plm.
source("../helpers-panels.R")

data("Produc", package = "plm")
with(Produc, write_data(data.frame(state, year, region, lgsp = log(gsp), lpcap = log(pcap), lpc = log(pc),
                                   lemp = log(emp), unemp)))
d <- read.csv("data.csv")
index <- c("state", "year")

slopes <- c("lpcap", "lpc", "lemp", "unemp")
for (x in slopes) d[[paste0("mean_", x)]] <- ave(d[[x]], d$state)
formula <- reformulate(c(slopes, paste0("mean_", slopes)), "lgsp")
p <- plm(formula, data = d, index = index, model = "random", random.method = "swar")
v <- ercomp(p)
# second program: the algebra, least squares on quasi-demeaned data with sandwich
X <- model.matrix(formula, d)
a <- swamy_arora(d$lgsp, X, d$state)
stopifnot(a$k_within == 4, a$k_between == 5)
check_close(c(a$s2e, a$s2u, a$theta[1]), c(v$sigma2, v$theta))
m <- random_effects_fit(d$lgsp, X, d$state, a$theta)
terms <- c(Intercept = "(Intercept)", setNames(nm = slopes),
           setNames(paste0("mean_", slopes), paste0("mean(", slopes, ")")))
check_plm(p, m, terms, "state", d, "year")
# the slopes are those of the within estimator
check_close(coef(m)[slopes], coef(plm(reformulate(slopes, "lgsp"), data = d, index = index, model = "within")))
covs <- transformed_entries(m, d, terms, list("state", "region", "year", index), "plm (swar)")

write_values(c("plm", "sandwich"),
  "Produc of R package plm: A. H. Munnell (1990), 'Why has productivity growth declined? Productivity and public investment', New England Economic Review, 3-22",
  "CorrelatedRandomEffects", "lgsp ~ lpcap + lpc + lemp + unemp", nobs = nrow(d), covariances = covs,
  options = list(unit = "state"), statistics = re_statistics(a),
  tests = list(wald_entry(m, d, "state", terms[6:9], "the means are zero: Hausman's test, robust")))
