# German M1 1961 to 1995 (Luetkepohl, Terasvirta and Wolters 1999), four regressors with the intercept; the
# monetary union of 1990 is in it. After it, run make.py.
source("../breaks-shared/helpers_breaks.R")
data(GermanM1)
write_data(GermanM1[, c("dm", "dy2", "dR", "dp")])
data <- read.csv("data.csv")
cases <- all_cases(dm ~ dy2 + dR + dp, data, h = 0.15, ms = 1:2, points = c(70, 118),
                   fine = c(0.10, 0.20))
write_breaks("GermanM1 of R's strucchange", "dm ~ dy2 + dR + dp", cases, nrow(data))
