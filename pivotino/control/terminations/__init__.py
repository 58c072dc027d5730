"""How a customer leaves, and may come back until the last day."""
