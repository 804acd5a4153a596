"""Measures of how much units differ in a period, one file each; the folder is the registry."""
