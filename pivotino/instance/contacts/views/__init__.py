"""What the contacts room answers, one file a noun."""
