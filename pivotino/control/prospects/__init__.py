"""People who might become customers: where we learned of each, whether we may write, and until when."""
