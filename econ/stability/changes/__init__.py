"""What it takes to overturn a result, one file each; the folder is the registry."""
