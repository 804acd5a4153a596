"""How clubs are merged, one file each; the folder is the registry."""
