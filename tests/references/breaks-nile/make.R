# The level of the Nile at Aswan. Published (Zeileis, Kleiber, Kraemer and Hornik 2003): one break
# by BIC, in 1898, the 28th year. After it, run make.py.
source("../breaks-shared/helpers_breaks.R")
write_data(data.frame(year = as.integer(time(Nile)), y = as.numeric(Nile)))
data <- read.csv("data.csv")
cases <- all_cases(y ~ 1, data, h = 0.15, ms = 1:3, points = c(28, 50), fine = c(0.05, 0.10, 0.20, 20),
                   robust = c("HC0", "HC1", "Bartlett, 4 lags"))
stopifnot(cases[[1]]$bic_choice == 1, cases[[1]]$models[[2]]$breaks == "[28]")
write_breaks("datasets::Nile of R", "y ~ 1", cases, nrow(data))
