from pivotino.control.prospects.models.asking import Asking
from pivotino.control.prospects.models.gone import Gone
from pivotino.control.prospects.models.key import Call, Key
from pivotino.control.prospects.models.listing import Listing
from pivotino.control.prospects.models.origin import HARVESTED, Basis, Kind, Origin
from pivotino.control.prospects.models.prospect import Fact, Prospect

__all__ = ["HARVESTED", "Asking", "Basis", "Call", "Fact", "Gone", "Key", "Kind", "Listing", "Origin", "Prospect"]
