"""What was erased, kept without content, and played again after a restore."""
