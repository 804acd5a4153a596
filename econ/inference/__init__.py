"""Covariances and tests, one file each; the folder is the registry."""
