"""What the history room answers, one file a noun."""
