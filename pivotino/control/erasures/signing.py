"""What a certificate says, its fingerprint, and our signature under both.

It is signed so that somebody can show it to others and nobody has to believe us or ask us. The key is derived from the
installation's newest backup key. Its public half is kept with each signature: after a change of keys everything that was
signed before can still be checked, and `/certificates/keys/` names every key there was.
"""

import hashlib
from typing import Any

from django.conf import settings
from django.utils import timezone

from pivotino.control.erasures.models import Erasure
from pivotino.kit import signatures
from pivotino.kit.chains import canonical


def certificate(erasure: Erasure) -> dict[str, Any]:
    """What the certificate says: the list whose fingerprint it carries."""
    return {
        "certificate": erasure.number, "cause": erasure.cause, "asked_at": _iso(erasure.asked_at), "done_at": _iso(erasure.done_at),
        "erased": [row for part in ("database", "files", "rooms", "people", "books") for row in erasure.facts.get(part, []) if row["count"]],
        "kept": erasure.facts.get("kept", []),
    }  # fmt: skip


def fingerprint(erasure: Erasure) -> str:
    """SHA-256 over the certificate as JSON: keys sorted, no spaces, UTF-8."""
    return hashlib.sha256(canonical(certificate(erasure))).hexdigest()


def seal(erasure: Erasure) -> None:
    """Settle what the certificate says: its fingerprint, and our signature."""
    erasure.sha256, erasure.signed = fingerprint(erasure), {}
    sign(erasure)
    Erasure.objects.filter(pk=erasure.pk).update(sha256=erasure.sha256, signed=erasure.signed)


def sign(erasure: Erasure) -> None:
    """Sign a certificate whose fingerprint is settled, as of now. One that is signed, or does not match it, stays as it is."""
    if not erasure.sha256 or erasure.signed or fingerprint(erasure) != erasure.sha256:
        return
    at = timezone.now().isoformat(timespec="seconds")
    public = signatures.public_of(settings.BACKUP_KEYS[0])
    made = signatures.sign(settings.BACKUP_KEYS[0], _told(erasure, at=at, key=signatures.id_of(public)))
    erasure.signed = {"at": at, "key": made.key, "public": made.public, "signature": made.value}


def sign_what_is_not() -> int:
    """Certificates from before there were signatures. Each says by its date when it was signed."""
    waiting = Erasure.objects.exclude(sha256="").filter(signed={}, done_at__isnull=False)
    for erasure in waiting:
        sign(erasure)
        erasure.save(update_fields=["signed"])
    return len(waiting)


def told(erasure: Erasure) -> dict[str, Any]:
    """What is signed, word by word."""
    return _told(erasure, at=erasure.signed["at"], key=erasure.signed["key"])


def is_genuine(erasure: Erasure) -> bool:
    """Whether it reads as it was sealed, and as it was signed if it was."""
    if fingerprint(erasure) != erasure.sha256:
        return False
    known = erasure.signed
    return not known or signatures.is_genuine(known["public"], known["signature"], told(erasure))


def keys() -> dict[str, str]:
    """Every public key that signed or signs, by its id, the present one first."""
    present = [signatures.public_of(master) for master in settings.BACKUP_KEYS]
    before = Erasure.objects.exclude(signed={}).values_list("signed__public", flat=True).distinct().order_by()
    return {signatures.id_of(public): public for public in [*present, *before]}


def _told(erasure: Erasure, *, at: str, key: str) -> dict[str, Any]:
    return {"certificate": certificate(erasure), "sha256": erasure.sha256, "signed_at": at, "key": key}


def _iso(moment: Any) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
