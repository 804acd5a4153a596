"""Ways to write a comparison down, one file each; the folder is the registry."""
