"""Moving an instance from one bucket to another."""

from pivotino.control.placements.models.move import Move, MoveStep

__all__ = ["Move", "MoveStep"]
