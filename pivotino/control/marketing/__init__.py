"""Prospects, campaigns, and who may be written to."""
