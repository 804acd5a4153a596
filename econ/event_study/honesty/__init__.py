"""Confidence sets for effects whose differences in trends are bounded, not zero."""
