"""Mail the provider received for us, handed on as it came: the same road as the mailbox, so a mail that comes by both is one.

Postmark proves itself by the name and password in the address, Mailgun by an HMAC over time and token; both shapes are read by anymail.
"""

import time

from anymail.signals import AnymailInboundEvent, inbound
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from pivotino.letters.mailbox import take_in

# A message that was signed longer ago is somebody else's copy of it.
FRESH = 15 * 60


class Postmark(PostmarkInboundWebhookView):  # type: ignore[misc]
    """Takes its secret from our settings."""

    webhook_secret: str = ""


class Mailgun(MailgunInboundWebhookView):  # type: ignore[misc]
    """Takes its key from our settings, and no signature of yesterday."""

    def validate_request(self, request: HttpRequest) -> None:
        super().validate_request(request)
        told = request.POST.get("timestamp", "")
        if not told.isdecimal() or abs(time.time() - int(told)) > FRESH:
            raise SuspiciousOperation("An old signature.")


@csrf_exempt
def postmark(request: HttpRequest) -> HttpResponseBase:
    if not settings.MAIL_REPORTS_SECRET:
        raise Http404
    answer: HttpResponseBase = Postmark.as_view(webhook_secret=settings.MAIL_REPORTS_SECRET)(request)
    return answer


@csrf_exempt
def mailgun(request: HttpRequest) -> HttpResponseBase:
    if not settings.MAIL_SIGNING_KEY:
        raise Http404
    answer: HttpResponseBase = Mailgun.as_view(webhook_signing_key=settings.MAIL_SIGNING_KEY)(request)
    return answer


@receiver(inbound)
def heard(event: AnymailInboundEvent, **_: object) -> None:
    """What nobody wants stays with the provider; what breaks is sent again by it."""
    take_in(event.message.as_bytes())
