"""Believable companies for trying things out, made through the verbs people use."""

from pivotino.instance.lifecycle.demo.casts import ATAP, KINABALU, House
from pivotino.instance.lifecycle.demo.story import BUSY, FIRST_DAY, QUARTER_END, Moment, is_told, tell

__all__ = ["ATAP", "BUSY", "FIRST_DAY", "KINABALU", "QUARTER_END", "House", "Moment", "is_told", "tell"]
