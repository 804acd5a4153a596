"""Structural breaks of regressions on time series: at known and at unknown dates, and whether they fall on reforms."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
