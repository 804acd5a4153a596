"""All reasonable specifications of one claim: the grid, their estimates, and inference on all of them together."""
