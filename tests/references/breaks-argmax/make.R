# The distribution of the estimated break (Bai 1997; Bai and Perron 1998), strucchange:::pargmaxV: of the argmax of
# W1(-s) - |s|/2 for s <= 0 and sqrt(xi) phi2/phi1 W2(s) - xi s/2 for s > 0. After it, run make.py.
source("../helpers.R")
suppressPackageStartupMessages(library(strucchange))
shapes <- data.frame(xi = c(1, 1, 1, 0.5, 2, 1.7, 0.3, 1, 4), phi1 = c(1, 1, 1, 1, 1, 0.8, 1.2, 1, 1),
                     phi2 = c(1, 1.5, 0.4, 1, 1, 1.3, 0.9, 3, 0.7))
x <- c(-300, -100, -40, -20, -11, -7.7, -4, -2, -1, -0.5, -0.1, -0.01, 0, 0.01, 0.1, 0.5, 1, 2, 4, 7.7, 11, 20, 40,
       100, 300)
cdf <- merge(shapes, data.frame(x = x), by = NULL)
G <- function(x, s) strucchange:::pargmaxV(x, xi = s$xi, phi1 = s$phi1, phi2 = s$phi2)
cdf$p <- vapply(seq_len(nrow(cdf)), function(i) G(cdf$x[i], cdf[i, ]), 0)
write_data(cdf[, c("xi", "phi1", "phi2", "x", "p")], "cdf.csv")
levels <- c(0.005, 0.025, 0.05, 0.95, 0.975, 0.995)
q <- merge(shapes, data.frame(p = levels), by = NULL)
q$quantile <- vapply(seq_len(nrow(q)), function(i) {
  uniroot(function(x) G(x, q[i, ]) - q$p[i], c(-3000, 3000), tol = 1e-12)$root
}, 0)
write_data(q[, c("xi", "phi1", "phi2", "p", "quantile")], "quantiles.csv")
text <- toJSON(list(source = paste0("R ", getRversion(), ", strucchange ", packageVersion("strucchange")),
                    data_source = "a grid", files = c("cdf.csv", "quantiles.csv"),
                    note = "for one shape on both sides the quantiles of 0.95 and 0.975 are 7.69 and 11.03"),
               auto_unbox = TRUE, pretty = 1)
con <- file("breaks.json", "wb")
writeLines(text, con)
close(con)
print(q[q$xi == 1 & q$phi2 == 1, ])
