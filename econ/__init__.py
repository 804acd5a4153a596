"""Econometrics for few clusters: estimators, honest inference, convergence, and a report that rebuilds itself."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
