from .compositions import Distance as Distance
from .compositions import distance as distance
from .distances.aitchison import Aitchison as Aitchison
from .distances.hellinger import Hellinger as Hellinger
from .distances.total_variation import TotalVariation as TotalVariation
