"""Results of other packages, one file each; the folder is the registry."""
