"""What people demand of us, what they were handed, who is restricted, and texts that somebody has to read."""

from pivotino.control.rights.models.demand import Demand, Kind
from pivotino.control.rights.models.finding import Finding
from pivotino.control.rights.models.package import Opening, Package
from pivotino.control.rights.models.restriction import Restriction

__all__ = ["Demand", "Finding", "Kind", "Opening", "Package", "Restriction"]
