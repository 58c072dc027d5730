"""Pictures and files that belong to a record."""
