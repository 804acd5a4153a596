from .estimate import abnormal_returns as abnormal_returns
from .events import Close as Close
from .study import AbnormalReturns as AbnormalReturns
from .tables import returns_from_prices as returns_from_prices
