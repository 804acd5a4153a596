# Rice output of Indonesian farms with farm, season and variety effects.
source("../helpers.R")

data("RiceFarms", package = "plm")
farms <- with(RiceFarms, data.frame(
  id, season = ave(id, id, FUN = seq_along), variety = varieties, village = region,
  lgoutput = log(goutput), seed, totlabor, size
))
write_data(farms)
d <- read.csv("data.csv")

m <- lm(lgoutput ~ log(seed) + log(totlabor) + log(size) + factor(id) + factor(season) + factor(variety),
        data = d)
n <- nobs(m)
levels <- levels_of(d$id, d$season, d$variety)
K <- count_K(3, levels)
terms <- c("np.log(seed)" = "log(seed)", "np.log(totlabor)" = "log(totlabor)", "np.log(size)" = "log(size)")
est <- estimates(m, terms)
se <- function(V) std_errors(V, terms)
clustered <- function(by, nested, correction = NULL) {
  clustered_entry(cr0(m, d[by]), d, by, count_K_nested(3, levels, nested), est, terms,
                  correction)
}

covs <- list(
  covariance("Classical", character(0), est, se(vcov(m)), df = n - K),
  covariance("White", "HC0", est, se(vcovHC(m, "HC0")), df = n - K),
  covariance("White", "HC1", est, se(vcovHC(m, "HC0") * n / (n - K)), df = n - K,
             note = "vcovHC(HC0) times n/(n-K)"),
  covariance("White", "HC3", est, se(vcovHC(m, "HC3")), df = n - K),
  clustered("id", c(TRUE, FALSE, FALSE)),
  clustered("village", c(TRUE, FALSE, FALSE)),
  clustered(c("id", "season"), c(TRUE, TRUE, FALSE)),
  clustered("season", c(FALSE, TRUE, FALSE)),
  clustered("variety", c(FALSE, FALSE, TRUE)),
  clustered(c("village", "season", "variety"), c(TRUE, TRUE, TRUE)),
  clustered(c("id", "season"), c(TRUE, TRUE, FALSE), "CR0")
)

stopifnot(m$rank == K)

write_values(c("plm", "sandwich"),
  "RiceFarms of R package plm (six seasons per farm, in the order of the rows): Q. Feng and W. C. Horrace (2012), 'Alternative technical efficiency measures: skew, bias and scale', Journal of Applied Econometrics 27(2), 253-268",
  "OLS", "lgoutput ~ np.log(seed) + np.log(totlabor) + np.log(size) | id + season + variety", nobs = n, covariances = covs)
