"""What the mail provider tells: letters that came back, and people who called one spam."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.conf import settings
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from pivotino.letters import returning

# Of these nobody knows yet whether the next letter arrives.
PASSING = ("SoftBounce", "Transient", "DnsError")


class Postmark(PostmarkTrackingWebhookView):  # type: ignore[misc]
    """Takes its secret from our settings."""

    webhook_secret: str = ""


@csrf_exempt
def postmark(request: HttpRequest) -> HttpResponseBase:
    """Postmark's messages, with the name and password we gave it. Told twice is once."""
    if not settings.MAIL_REPORTS_SECRET:
        raise Http404
    view = Postmark.as_view(webhook_secret=settings.MAIL_REPORTS_SECRET)
    answer: HttpResponseBase = view(request)
    return answer


@receiver(tracking)
def take_in(event: AnymailTrackingEvent, **_: Any) -> None:
    """One event in the words all providers share. Openings and clicks are not looked at."""
    told = event.esp_event or {}
    if not event.recipient or told.get("Type") in PASSING:
        return
    if event.event_type == EventType.BOUNCED or (
        event.event_type == EventType.REJECTED and event.reject_reason == "invalid"
    ):
        reason = str(told.get("Type") or event.reject_reason or "bounced")
        returning.bounced(event.recipient, reason=reason, subject=str(told.get("Subject") or ""))
    elif event.event_type == EventType.COMPLAINED:
        returning.complained(event.recipient)
    elif event.event_type == EventType.UNSUBSCRIBED:
        returning.unsubscribed(event.recipient)
