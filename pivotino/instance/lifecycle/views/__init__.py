"""What the lifecycle room answers, one file a noun."""
