"""A customer's own letters to their own contacts: lists, letters, who wants none."""
