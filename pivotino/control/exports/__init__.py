"""The instance in one file, for whoever leaves or only wants to have it."""
