"""The one-time link of `pivotino open`, kept in a file that exists only where an export was opened on a laptop."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Opening:
    """Who enters by the link, and where."""

    account_id: UUID
    slug: str


def issue(opening: Opening) -> str:
    """A new link's token; an older one is void. Only its fingerprint is kept."""
    token = secrets.token_urlsafe(24)
    kept = _kept()
    kept.touch(mode=0o600)
    told = {"hash": _hash(token), "account": str(opening.account_id), "slug": opening.slug}
    kept.write_text(json.dumps(told))
    return token


def redeem(token: str) -> Opening | None:
    """What the link opens, once; None for every other token, and everywhere else."""
    kept = _kept()
    try:
        told = json.loads(kept.read_text())
    except (FileNotFoundError, ValueError):
        return None
    if not hmac.compare_digest(told["hash"], _hash(token)):
        return None
    try:
        kept.unlink()
    except FileNotFoundError:
        return None
    return Opening(UUID(told["account"]), told["slug"])


def _kept() -> Path:
    return Path(settings.VAR_DIR) / "opening.json"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
