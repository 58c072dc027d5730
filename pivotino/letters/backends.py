"""Mail that stays here: development keeps every letter and shows it at /_dev/mail/."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from pivotino.letters.refusals import Undeliverable


class KeptMail(BaseEmailBackend):
    """Keeps letters in the control database while development pages are on; elsewhere it refuses, so that no letter gets lost.

    `keeps_here` lets a letter be kept and marked as sent in one transaction.
    """

    keeps_here = True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        from pivotino.letters.models import Kept

        if not settings.FEATURE_DEV_PAGES:
            raise Undeliverable("No mail server is set up: PIVOTINO_EMAIL_URL is empty.", permanent=False)
        for message in email_messages:
            twins = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
            html = next((str(content) for content, form in twins if form == "text/html"), "")
            for address in message.recipients():
                Kept.objects.create(
                    to=address, subject=message.subject[:200], kind=getattr(message, "kind", ""), text=str(message.body), html=html,
                    headers={"From": message.from_email, "Reply-To": ", ".join(message.reply_to), **message.extra_headers},
                )  # fmt: skip
        return len(email_messages)
