"""Tests of a single series for a unit root or for stationarity, one file each; the folder is the registry."""
