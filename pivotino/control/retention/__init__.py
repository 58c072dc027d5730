"""How long we keep what, and the nightly sweep."""
