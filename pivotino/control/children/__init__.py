"""Reports about children, and what follows."""
