"""Who pays, what was sent to us about it, and how far we know."""

from pivotino.control.payments.models.alert import Alert
from pivotino.control.payments.models.notice import CaughtUp, Notice
from pivotino.control.payments.models.payer import Payer
from pivotino.control.payments.models.visit import Visit
from pivotino.control.payments.models.watermark import Watermark

__all__ = ["Alert", "CaughtUp", "Notice", "Payer", "Visit", "Watermark"]
