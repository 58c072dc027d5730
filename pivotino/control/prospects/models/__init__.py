from pivotino.control.prospects.models.gone import Gone
from pivotino.control.prospects.models.origin import HARVESTED, Basis, Kind, Origin
from pivotino.control.prospects.models.prospect import Fact, Prospect

__all__ = ["HARVESTED", "Basis", "Fact", "Gone", "Kind", "Origin", "Prospect"]
