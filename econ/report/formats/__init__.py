"""Files that a table is written to, one module a format; the folder is the registry."""
