"""Corrections of the bias of dynamic panels with unit effects, one file each; the folder is the registry."""
