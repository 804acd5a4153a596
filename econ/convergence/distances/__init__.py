"""Distances between compositions, one file each; the folder is the registry."""
