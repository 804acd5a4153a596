"""How the number of breaks is chosen, one file each; the folder is the registry."""
