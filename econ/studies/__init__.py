"""Simulations that show what the methods of the package are worth; run by `econ study`, not by the build."""
