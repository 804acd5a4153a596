# Hansen's (1997) approximate p-values of sup, ave and exp F, strucchange:::pvalue.Fstats, on a grid.
# `trimming` is the symmetric share; lambda = ((1 - trimming) / trimming)^2 is what strucchange takes (from Fstats:
# (n - from) to / (from (n - to)), and the table is read at 1 / (1 + sqrt(lambda)), linearly between 0.01, 0.03, ...,
# 0.49; at 0.5 it is chi-squared).
# Statistics are on the scale of chi-squared with k degrees of freedom.
source("../helpers.R")
suppressPackageStartupMessages(library(strucchange))
grid <- expand.grid(statistic = c(0.25, 0.5, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 36, 40),
                    trimming = c(0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.25, 0.35, 0.495, 0.5),
                    k = 1:6, test = c("supF", "aveF", "expF"), stringsAsFactors = FALSE)
more <- expand.grid(statistic = c(10, 25, 40), trimming = c(0.05, 0.15), k = c(10, 20, 40),
                    test = c("supF", "aveF", "expF"), stringsAsFactors = FALSE)
grid <- rbind(grid, more)
grid$lambda <- ((1 - grid$trimming) / grid$trimming)^2
grid$p <- mapply(strucchange:::pvalue.Fstats, grid$statistic, grid$test, grid$k, grid$lambda)
write_data(grid[, c("test", "k", "trimming", "lambda", "statistic", "p")], "p_values.csv")
# Andrews (1993, 2003): 5 % critical values of sup F at 0.15 are 8.68 (k = 1), 11.72 (k = 2)
near <- c(strucchange:::pvalue.Fstats(8.68, "supF", 1, (0.85 / 0.15)^2),
          strucchange:::pvalue.Fstats(11.72, "supF", 2, (0.85 / 0.15)^2))
stopifnot(abs(near - 0.05) < 0.005)
text <- toJSON(list(source = paste0("R ", getRversion(), ", strucchange ", packageVersion("strucchange")),
                    data_source = "a grid", files = I("p_values.csv"),
                    layout = "test,k,trimming,lambda,statistic,p",
                    note = paste("expF is log(mean(exp(F/2))); p is computed as one minus a probability,",
                                 "so below 1e-15 it is 0")),
               auto_unbox = TRUE, pretty = 1)
con <- file("breaks.json", "wb")
writeLines(text, con)
close(con)
print(dim(grid)); print(near); print(summary(grid$p))
