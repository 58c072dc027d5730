from pivotino.control.staff.models.anchor import Anchor, AnchoredEnd
from pivotino.control.staff.models.deed import Deed, DeedEnd, DeedKey, DeedTampered, Purpose, forget_subject
from pivotino.control.staff.models.usage import Usage

__all__ = ["Anchor", "AnchoredEnd", "Deed", "DeedEnd", "DeedKey", "DeedTampered", "Purpose", "Usage", "forget_subject"]
