# Run by make.py: strucchange's recursive residuals and CUSUM processes, with bounds at 5% and p-values.
suppressMessages(library(strucchange))
d <- read.csv("data.csv")
f <- consumption ~ income + income_before
X <- cbind(d$income, d$income_before, 1)
out <- list(source = paste0("R ", getRversion(), ", strucchange ", packageVersion("strucchange")),
            recursive_residuals = recresid(X, d$consumption))
for (type in c("Rec-CUSUM", "OLS-CUSUM")) {
  p <- efp(f, d, type = type)
  t <- sctest(p)
  out[[type]] <- list(process = as.numeric(p$process), boundary = as.numeric(boundary(p, alpha = 0.05)),
                      statistic = unname(t$statistic), p = unname(t$p.value))
}
cat(jsonlite::toJSON(out, digits = I(17), auto_unbox = TRUE))
