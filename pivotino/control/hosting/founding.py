"""The one company of a machine: founded once, by whoever holds the link that the server printed."""

import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.kit.slugs import suggest_slug
from pivotino.tenancy import provision, registry
from pivotino.tenancy.lifecycle import Founding, found
from pivotino.tenancy.models import Instance


class AlreadyFounded(RuntimeError):
    """The company is there. Nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class Company:
    """What the first run asks. `currency` is an ISO code, `zone` the name of a time zone."""

    company: str
    country: str
    currency: str
    zone: str
    name: str
    email: str
    password: str


def the_instance() -> Instance | None:
    """The company's database once it is ready."""
    return Instance.objects.living().order_by("created_at").first()


def token() -> str:
    """The secret of the link that founds the company: made once, readable by the owner of the files only."""
    kept = _kept()
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(24))
    return kept.read_text()


def invitation() -> str:
    """What the server says when it starts: where the company is, or where it is founded."""
    instance = the_instance()
    if instance is not None:
        return f"{instance.name} is at {settings.BASE_URL}/"
    return f"Found your company here: {settings.BASE_URL}/first-run/{token()}/"


def is_right(given: str) -> bool:
    """True for the link the server printed, as long as there is no company."""
    return _kept().exists() and hmac.compare_digest(given.encode(), token().encode())


def found_company(company: Company) -> Account:
    """Make the account and the database. A fall in the middle is mended by doing it again; raises AlreadyFounded after that."""
    if the_instance() is not None:
        raise AlreadyFounded("There is a company on this machine already.")
    with transaction.atomic():
        account = Account.objects.with_email(company.email) or Account.objects.create_user(company.email, None)
        account.rename(company.name)
        account.choose_password(company.password)
        account.open()
        instance = Instance.objects.order_by("created_at").first()
        if instance is None:
            slug = suggest_slug(company.company, taken=lambda slug: False)
            instance = Instance.objects.create(slug=slug, name=company.company, bucket=registry.bucket_with_room())
    founding = Founding(
        company=company.company, country=company.country, currency=company.currency, zone=company.zone,
        account_id=account.id, name=account.name, email=account.email,
    )  # fmt: skip
    found(instance.place, founding)
    Seat.objects.take(instance.place, account.id, owner=True)
    Instance.objects.filter(pk=instance.pk).update(ready_at=timezone.now(), schema_version=provision.schema_version())
    registry.forget(instance.slug)
    _kept().unlink(missing_ok=True)
    return account


def _kept() -> Path:
    return Path(settings.VAR_DIR) / "first_run"
