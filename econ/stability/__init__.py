"""Coefficients that must not move: the stored baseline and the comparison with it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
