"""Exports, who downloaded them, rehearsals of leaving, and files that are brought in."""

from pivotino.control.exports.models.arrival import Arrival
from pivotino.control.exports.models.export import Download, Export
from pivotino.control.exports.models.rehearsal import Rehearsal

__all__ = ["Arrival", "Download", "Export", "Rehearsal"]
