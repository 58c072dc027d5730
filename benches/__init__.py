"""Measures beside their floors, in one run. The machine is shared: believe ratios, not milliseconds."""
