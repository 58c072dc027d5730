from pivotino.control.matters.models.disclosure import Custody, Disclosure, Item
from pivotino.control.matters.models.hold import HeldRecord, Hold
from pivotino.control.matters.models.incident import Draft, Incident, IncidentNotice, Touched, Update
from pivotino.control.matters.models.matter import Matter, Review

__all__ = [
    "Custody",
    "Disclosure",
    "Draft",
    "HeldRecord",
    "Hold",
    "Incident",
    "IncidentNotice",
    "Item",
    "Matter",
    "Review",
    "Touched",
    "Update",
]
