"""Customers who leave."""

from pivotino.control.terminations.models.termination import Reminder, Termination, TerminationStep

__all__ = ["Reminder", "Termination", "TerminationStep"]
