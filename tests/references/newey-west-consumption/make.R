# Consumption and income of the United States by quarter, a single series: Newey and West.
source("../helpers-serial.R")

data("USMacroG", package = "AER")
s <- as.data.frame(USMacroG)[c("consumption", "dpi", "interest", "inflation")]
s$quarter <- seq_len(nrow(s))
s <- na.omit(s)  # the first quarter has no inflation
set.seed(3)
write_data(s[sample(nrow(s)), ])  # rows need not be in order
d <- read.csv("data.csv")

o <- d[order(d$quarter), ]
m <- lm(log(consumption) ~ log(dpi) + interest, data = o)
n <- nobs(m)
terms <- c(Intercept = "(Intercept)", "np.log(dpi)" = "log(dpi)", interest = "interest")
est <- estimates(m, terms)

entry <- function(L) {
  V0 <- NeweyWest(m, lag = L, prewhite = FALSE, adjust = FALSE)
  check_close(diag(nw_by_hand(influences(m), rep(1, n), o$quarter, L)), diag(V0))
  # n/(n-K) is what (n-1)/(n-K) T/(T-1) is where T = n
  serial_entry("NeweyWest", "quarter", list(lags = L), V0, n, 3, n, est, terms, df = n - 3,
               program = "sandwich NeweyWest(prewhite = FALSE, adjust = FALSE)")
}
covs <- lapply(c(0L, 1L, 4L, 12L, 40L), entry)
check_close(as.numeric(covs[[3]]$terms$interest$se),
            sqrt(diag(NeweyWest(m, lag = 4, prewhite = FALSE, adjust = TRUE)))[["interest"]])

write_values(c("AER", "sandwich"),
  "USMacroG of R package AER, quarters 1950(2)-2000(4): W. H. Greene (2003), Econometric Analysis, 5th edition, Table F5.1",
  "OLS", "np.log(consumption) ~ np.log(dpi) + interest", nobs = n, covariances = covs)
