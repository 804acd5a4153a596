# Log gross state product of ten states, 1970-1986.
source("../helpers.R")
data(Produc, package = "plm")
wide <- as.data.frame(matrix(log(Produc$gsp), nrow = 17))
names(wide) <- tolower(as.character(unique(Produc$state)))
write_data(cbind(year = unique(Produc$year), wide[seq(1, 46, 5)]))
