"""Convergence clubs of Phillips and Sul: the search, its steps, and mergers."""
