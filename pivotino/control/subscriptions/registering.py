"""From a filled-in form to a letter in a mailbox. What the browser is told is the same whether we know the address or not."""

import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account, Consent
from pivotino.control.subscriptions import letters
from pivotino.control.subscriptions.models import Address, SignUp
from pivotino.control.subscriptions.models.sign_up import hash_of, token_for
from pivotino.control.subscriptions.queries import plan_for
from pivotino.kit.ids import uuid7
from pivotino.kit.limits import Limit
from pivotino.kit.retention import period
from pivotino.letters import send

FROM_ONE_NETWORK = Limit("start-network", 20, per=10 * 60)
FOR_ONE_ADDRESS_HERE = Limit("start-here", 6, per=60 * 60)
LETTERS_TO_ONE_ADDRESS = Limit("start-letters", 20, per=24 * 60 * 60)


def register(data: dict[str, Any], *, name: str, network: str) -> SignUp:
    """Keep what was typed and send a letter. The same form sent twice is one sign-up with one letter."""
    once = _seal(data)
    if found := SignUp.objects.filter(once=once).first():
        return found
    try:
        with transaction.atomic():
            sign_up = _keep(data, name=name, network=network, once=once)
            send_letter(sign_up)
    except IntegrityError:  # the other press of the same button was quicker
        return SignUp.objects.get(once=once)
    return sign_up


def send_letter(sign_up: SignUp) -> bool:
    """Send the letter (again); False where it is too soon or there were enough."""
    with transaction.atomic():
        if not sign_up.may_have_letter():
            return False
        kind = letters.AlreadyHere if sign_up.known else letters.Verification
        send(kind.about(sign_up), key=f"sign-up:{sign_up.id}:{sign_up.letters}")
    return True


def _keep(data: dict[str, Any], *, name: str, network: str, once: str) -> SignUp:
    id, now = uuid7(), timezone.now()
    known = Account.objects.with_email(data["email"]) is not None
    sign_up = SignUp.objects.create(
        id=id, name=name, company=data["company"], email=data["email"], phone=data["phone"], country=data["country"],
        currency=data["currency"], zone=data["zone"], plan=plan_for(data["plan"]), network=network, known=known, once=once,
        slug=Address.objects.suggest(data["company"]), token_hash=hash_of(token_for(id)), created_at=now, expires_at=now + period("sign-ups"),
    )  # fmt: skip
    Consent.objects.give(sign_up=id, network=network, channel="sign-up")
    return sign_up


def _seal(data: dict[str, Any]) -> str:
    """A fingerprint of one sending of the form: going back and correcting a letter makes another one."""
    told = "\x00".join(
        str(data[name]) for name in ("once", "first_name", "last_name", "company", "email", "phone", "plan")
    )
    return hashlib.sha256(told.encode()).hexdigest()
