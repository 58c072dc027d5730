"""Copies of each instance, kept for the stated days, and put back."""
