"""Tests of many series together for unit roots or stationarity, one file each; the folder is the registry."""
