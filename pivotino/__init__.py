"""Pivotino: visual work management and CRM for small companies."""
