"""How units join the core of a club, one file each; the folder is the registry."""
