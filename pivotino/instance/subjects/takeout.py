"""What of this room leaves with an export: its rows. What was announced is counted anew where it arrives."""

from pivotino.tenancy.packing.registry import passing

passing("subjects.due")
