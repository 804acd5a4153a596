"""Trends taken out of series before convergence is tested, one file each; the folder is the registry."""
