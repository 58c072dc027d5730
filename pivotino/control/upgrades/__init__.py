"""New versions, tried on a copy before they touch the original."""
