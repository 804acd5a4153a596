# Gross investment of ten firms, 1935-1954, as years by firms.
source("../unit-root-helpers/panel.R")
data(Grunfeld, package = "plm")
wide <- as.data.frame(matrix(Grunfeld$inv, nrow = 20))
names(wide) <- paste0("firm", unique(Grunfeld$firm))
write_data(cbind(year = unique(Grunfeld$year), wide))
wide <- read.csv("data.csv")[-1]
write_cases(c(purtest_cases(wide, c(0, 1, 2)), cips_cases(wide, c(1, 2))), "Grunfeld of R's plm, inv", c("plm", "urca"))
