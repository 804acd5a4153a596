"""Ways to make data without an effect, one file each; the folder is the registry."""
