"""The payment provider, and what it tells us."""
