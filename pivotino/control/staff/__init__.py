"""The console of the people who run this; each of their deeds is kept."""
