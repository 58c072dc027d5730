from pivotino.control.staff.models.deed import Deed, DeedTampered
from pivotino.control.staff.models.usage import Usage

__all__ = ["Deed", "DeedTampered", "Usage"]
