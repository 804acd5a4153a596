"""How statistics at all dates are made one, one file each; the folder is the registry."""
