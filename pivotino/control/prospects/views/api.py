"""One address for programs of ours: hand in one person with their source. It tells nothing, not even whether we knew them.

    POST /api/prospects/
    Authorization: Bearer pvk_…
    Idempotency-Key: anything of yours, up to 100 characters; the same again is the same call for a day
    {"email": "…", "name": "…", "company": "…", "phone": "+60…", "country": "MY",
     "source": {"kind": "interest-group", "detail": "…", "url": "https://…", "day": "2026-11-20", "basis": "consent", "note": "…"},
     "urls": {"phone": "https://…"}}

Whatever is wrong comes back as {"error": {"type", "code", "param", "message"}}.
"""

import hashlib
import json
import re
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pivotino.control.accounts.networks import line_of
from pivotino.control.prospects.forms import PersonForm
from pivotino.control.prospects.models import Call, Key, Origin
from pivotino.control.prospects.taking_in import Person, take_in
from pivotino.kit import sensitive
from pivotino.kit.limits import Limit, TooMany
from pivotino.kit.phones import NotAPhone, parse_phone
from pivotino.kit.places import HOME

CALLS = Limit("prospects-api", 60, per=60)
GUESSES = Limit("prospects-api-guess", 20, per=10 * 60)
MOST_BYTES = 16 * 1024
BREAKS = re.compile(r"\\[nr]")  # as JSON writes the end of a line, within a number too
OF_SOURCE = ("kind", "detail", "url", "day", "basis", "note", "allowed_by")
OF_PERSON = ("email", "name", "company", "phone", "country", "language", "source", "urls")


class Refused(Exception):
    """An answer that is no; everything a program needs to do better."""

    def __init__(self, status: int, type: str, code: str, message: str, *, param: str = "", wait: int = 0) -> None:
        super().__init__(message)
        self.status, self.wait = status, wait
        self.error = {"type": type, "code": code, "message": message, **({"param": param} if param else {})}


@never_cache
@require_POST
def create(request: HttpRequest) -> JsonResponse:
    """Take one person in, into quarantine."""
    try:
        key = _key(request)
        once = _once(request)
        call = _answer(key, once, request.body)
    except Refused as refusal:
        answer = JsonResponse({"error": refusal.error}, status=refusal.status)
        if refusal.wait:
            answer["Retry-After"] = str(refusal.wait)
        if refusal.status == 401:
            answer["WWW-Authenticate"] = 'Bearer realm="Pivotino"'
        return answer
    return JsonResponse({"object": "receipt", "id": str(call.pk)}, status=202)


def _key(request: HttpRequest) -> Key:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    key = Key.objects.with_secret(secret.strip()) if scheme.lower() == "bearer" else None
    try:
        if key is None:
            GUESSES.hit(line_of(request))
            raise Refused(401, "authentication_error", "key_unknown", "Send a key of ours as Authorization: Bearer pvk_….")  # fmt: skip
        if key.standing != "living":
            raise Refused(401, "authentication_error", f"key_{key.standing}", f"This key is {key.standing}. Ask our staff for another one.")  # fmt: skip
        CALLS.hit(str(key.pk))
    except TooMany as wait:
        raise Refused(429, "rate_limit_error", "too_many", wait.message, wait=wait.retry_after) from None
    Key.objects.filter(pk=key.pk).update(used_at=timezone.now())
    return key


def _once(request: HttpRequest) -> str:
    once = request.headers.get("Idempotency-Key", "").strip()
    if not 1 <= len(once) <= 100:
        raise Refused(400, "invalid_request_error", "idempotency_key_missing", "Send an Idempotency-Key of 1 to 100 characters: the same again is the same call.")  # fmt: skip
    return once


def _answer(key: Key, once: str, body: bytes) -> Call:
    """The call of this name: made now, or found. One name with another content is refused."""
    fingerprint = hashlib.sha256(body).hexdigest()
    found = Call.objects.filter(key=key, idempotency=once).first()
    if found is None:
        person, source = _read(body)
        try:
            with transaction.atomic():
                found = Call.objects.create(key=key, idempotency=once, fingerprint=fingerprint)
                origin = Origin.objects.create(**source, by=f"API: {key.name}")
                if not take_in([person], origin):
                    origin.delete()
        except IntegrityError:  # the same call came twice at once
            found = Call.objects.get(key=key, idempotency=once)
    if found.fingerprint != fingerprint:
        raise Refused(409, "idempotency_error", "idempotency_key_reused", "This Idempotency-Key was used for something else. Take a new one.")  # fmt: skip
    return found


def _read(body: bytes) -> tuple[Person, dict[str, Any]]:
    if len(body) > MOST_BYTES:
        raise Refused(413, "invalid_request_error", "too_large", "One person is less than 16 KB.")
    try:
        told = json.loads(body)
    except ValueError:
        raise Refused(400, "invalid_request_error", "not_json", "The body is no JSON.") from None
    if not isinstance(told, dict):
        raise Refused(400, "invalid_request_error", "not_json", "The body has to be a JSON object.")
    if found := sensitive.find(BREAKS.sub("\n", json.dumps(told, ensure_ascii=False)), sensitive.ALWAYS):
        raise Refused(422, "invalid_request_error", "sensitive_data", sensitive.sentence(found[0].pack, found[0].shown))
    source, urls = told.get("source"), told.get("urls", {})
    if not isinstance(source, dict):
        raise Refused(400, "invalid_request_error", "provenance_missing", "Say where this person comes from: kind, detail, url, day and basis.", param="source")  # fmt: skip
    for name in (*(name for name in told if name not in OF_PERSON), *(f"source.{name}" for name in source if name not in OF_SOURCE)):  # fmt: skip
        raise Refused(400, "invalid_request_error", "parameter_unknown", f"We take no “{name[:60]}”.", param=name[:60])
    form = PersonForm({**{name: told.get(name) for name in OF_PERSON[:3]}, "country": told.get("country"), **source})
    for name, errors in form.errors.items():
        param = f"source.{name}" if name in OF_SOURCE else name
        code = "provenance_missing" if name in OF_SOURCE and not source.get(name) else "parameter_invalid"
        raise Refused(400, "invalid_request_error", code, str(errors[0]), param=param)
    said = form.cleaned_data
    person = Person(
        address=said["email"], name=said["name"], company=said["company"], country=said["country"],
        phone=_phone(told.get("phone"), said["country"]), language=_language(told.get("language")), urls=_urls(urls),
    )  # fmt: skip
    return person, form.source


def _phone(text: Any, country: str) -> str:
    try:
        return parse_phone(str(text), country or HOME).e164 if text else ""
    except NotAPhone as refusal:
        raise Refused(400, "invalid_request_error", "parameter_invalid", refusal.message, param="phone") from None


def _language(text: Any) -> str:
    if text and not (isinstance(text, str) and len(text) <= 12 and text.replace("-", "").isalnum()):
        raise Refused(400, "invalid_request_error", "parameter_invalid", "A language reads like en or ms-MY.", param="language")  # fmt: skip
    return text or ""


def _urls(told: Any) -> dict[str, str]:
    """Where single fields were found, if not where the rest was."""
    if not isinstance(told, dict):
        raise Refused(400, "invalid_request_error", "parameter_invalid", "This is an object: field to web address.", param="urls")  # fmt: skip
    found = {}
    for name, url in told.items():
        try:
            if name not in OF_PERSON[:6]:
                raise forms.ValidationError("")
            found["address" if name == "email" else name] = forms.URLField(max_length=500, assume_scheme="https").clean(url)  # fmt: skip
        except forms.ValidationError:
            raise Refused(400, "invalid_request_error", "parameter_invalid", "A field of the person and a web address.", param=f"urls.{str(name)[:40]}") from None  # fmt: skip
    return found
