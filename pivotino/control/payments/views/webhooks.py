"""Where the payment provider posts what happened."""

import logging

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pivotino.control.payments.models import Alert
from pivotino.control.payments.provider import BadSignature, Message, NotSetUp, ProviderDown, provider
from pivotino.control.payments.taking import Busy, take
from pivotino.kit.limits import Limit, TooMany

# Whoever floods us with wrong signatures shall not make us write more than this a minute.
COUNTED = Limit("payment-alerts", 60, per=60)
# Once the provider did not answer, its messages are sent back at once for so many seconds: each that waited for it would
# hold a thread that people need.
AWAY, AWAY_SECONDS = "payments-provider-away", 20
log = logging.getLogger("pivotino.payments")


@csrf_exempt
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """200: taken, now or before. 400: not from the provider. 404: nothing is sold here. 503 or 500: nothing happened, send it again."""
    try:
        message = provider().hear(request.body, request.headers.get("Stripe-Signature", ""))
    except BadSignature as error:
        return _refuse(error.why)
    except NotSetUp:
        return HttpResponse("No payments here.\n", status=404, content_type="text/plain")
    return _take(message)


def _take(message: Message) -> HttpResponse:
    if cache.get(AWAY):
        return _not_now()
    try:
        outcome = take(message)
    except (ProviderDown, Busy) as error:
        if isinstance(error, ProviderDown):
            cache.set(AWAY, True, AWAY_SECONDS)
        _count(Alert.What.FAILED)
        log.warning("The message %s (%s) must come again: %s", message.ref, message.type, type(error).__name__)
        return _not_now()
    except Exception:
        _count(Alert.What.FAILED)
        raise
    return HttpResponse(f"{outcome}\n", content_type="text/plain")


def _not_now() -> HttpResponse:
    return HttpResponse("Not now.\n", status=503, content_type="text/plain", headers={"Retry-After": "30"})


def _refuse(why: str) -> HttpResponse:
    _count(Alert.What(why))
    log.error("A payment message was refused for its %s. Nothing was changed.", why)
    return HttpResponse("Refused.\n", status=400, content_type="text/plain")


def _count(what: Alert.What) -> None:
    try:
        COUNTED.hit(what)
    except TooMany:
        return
    Alert.objects.count_one(what)
