"""The public house: what Pivotino is, what it costs, who we are, how to reach us."""
