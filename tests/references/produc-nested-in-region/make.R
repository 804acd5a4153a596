# Production of the US states with state and year effects; clusters by region, which
# contains the states, and by region and year.
source("../helpers.R")

data("Produc", package = "plm")
logged <- with(Produc, data.frame(state, year, region, lgsp = log(gsp), pcap, pc, emp, unemp))
write_data(logged)
d <- read.csv("data.csv")

m <- lm(lgsp ~ log(pcap) + log(pc) + log(emp) + unemp + factor(state) + factor(year), data = d)
n <- nobs(m)
levels <- levels_of(d$state, d$year)
K <- count_K(4, levels)
terms <- c("np.log(pcap)" = "log(pcap)", "np.log(pc)" = "log(pc)", "np.log(emp)" = "log(emp)", unemp = "unemp")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(4, levels, nested), est, terms,
                  correction)
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), df = n - K,
             note = "vcovHC(HC0) times n/(n-K)"),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3")), df = n - K),
  clustered("state", c(TRUE, FALSE)),
  clustered("region", c(TRUE, FALSE)),
  clustered("year", c(FALSE, TRUE)),
  clustered(c("state", "year"), c(TRUE, TRUE)),
  clustered(c("region", "year"), c(TRUE, TRUE)),
  clustered("region", c(TRUE, FALSE), "CR0")
)

# Second program: plm's within estimator.
p <- plm::pdata.frame(d, index = c("state", "year"))
w <- plm::plm(lgsp ~ log(pcap) + log(pc) + log(emp) + unemp, data = p,
              model = "within", effect = "twoways")
check_close(coef(w), est)
check_close(diag(vcov(w)), diag(vcov(m))[terms])
check_close(diag(plm::vcovHC(w, method = "arellano", type = "HC0", cluster = "group")),
            diag(cr0(m, d["state"]))[terms])
check_close(diag(plm::vcovDC(w, type = "HC0")), diag(cr0(m, d[c("state", "year")]))[terms])

write_values(c("plm", "sandwich"),
  "Produc of R package plm: A. H. Munnell (1990), 'Why has productivity growth declined? Productivity and public investment', New England Economic Review, 3-22",
  "OLS", "lgsp ~ np.log(pcap) + np.log(pc) + np.log(emp) + unemp | state + year", nobs = n, covariances = covs)
