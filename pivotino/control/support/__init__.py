"""Visits of staff to an instance, with ticket, reason and the customer's yes."""
