from pivotino.control.privacy.models.announcement import Announcement
from pivotino.control.privacy.models.watcher import Watcher

__all__ = ["Announcement", "Watcher"]
