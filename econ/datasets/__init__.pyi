from .households import household_shares as household_shares
from .panel import CreditorPanel as CreditorPanel
from .panel import creditor_panel as creditor_panel
from .passports import Passport as Passport
from .store import catalogue as catalogue
from .store import load as load
from .store import passport as passport
from .store import verify as verify
