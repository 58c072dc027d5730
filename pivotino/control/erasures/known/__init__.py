"""What the rooms below this one know about a person: they may not import it, so it is said here for them."""

from pivotino.control.erasures.known import accounts, billing, letters, sign_ups

__all__ = ["accounts", "billing", "letters", "sign_ups"]
