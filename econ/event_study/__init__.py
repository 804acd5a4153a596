"""Panel event studies: dynamic effects of a treatment that units enter at different times."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
