# Gross state product, logs, 48 states, 1970-1986, as years by states.
source("../unit-root-helpers/panel.R")
data(Produc, package = "plm")
wide <- as.data.frame(matrix(log(Produc$gsp), nrow = 17))
names(wide) <- tolower(as.character(unique(Produc$state)))
stopifnot(isTRUE(all.equal(wide$alabama, log(Produc$gsp[Produc$state == "ALABAMA"]))))
write_data(cbind(year = unique(Produc$year), wide))
wide <- read.csv("data.csv")[-1]
write_cases(c(purtest_cases(wide, c(0, 1)), cips_cases(wide, 1)), "Produc of R's plm, log(gsp)", c("plm", "urca"))
