"""Demo instances and the accounts that open them. The only place that knows both planes, and only for trying things out."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from config.demo import desk
from pivotino.control.accounts.models import Account
from pivotino.instance.lifecycle.demo import ATAP, BUSY, FIRST_DAY, KINABALU, QUARTER_END, House, Moment, is_told, tell
from pivotino.tenancy import inside, provision, registry
from pivotino.tenancy.lifecycle import Founding, found
from pivotino.tenancy.models import Instance

# Known to everybody who reads this: the commands refuse to use it outside of development.
PASSWORD = "try-the-board-2026"  # noqa: S105


@dataclass(frozen=True)
class Demo:
    """One demo instance: a company at a moment, under an address."""

    slug: str
    house: House
    moment: Moment


SIGN_IN = Demo(ATAP.slug, ATAP, BUSY)
ALL = tuple(
    Demo(f"{house.slug}-{moment.name}", house, moment)
    for house in (ATAP, KINABALU)
    for moment in (FIRST_DAY, BUSY, QUARTER_END)
)
DESK = ALL[1]


def make(demo: Demo) -> bool:
    """Make one demo instance with its accounts; False where it is there already. A half-made one is made whole."""
    instance = Instance.objects.filter(slug=demo.slug).first()
    if instance is not None and instance.ready_at is not None:
        return False
    if instance is None:
        instance = Instance(slug=demo.slug, name=demo.house.name, bucket=registry.bucket_with_room())
        instance.save(force_insert=True)
    accounts = _accounts(demo.house)
    owner = accounts[demo.house.people[0]]
    founding = Founding(
        company=demo.house.name, country=demo.house.country, currency=demo.house.currency, zone=demo.house.zone,
        account_id=owner.id, name=owner.name, email=owner.email,
    )  # fmt: skip
    found(instance.place, founding)
    with inside(instance):
        if not is_told():
            tell(demo.house, demo.moment, {name: account.id for name, account in accounts.items()})
    instance.schema_version, instance.ready_at = provision.schema_version(), timezone.now()
    instance.save(update_fields=["schema_version", "ready_at"])
    registry.forget(demo.slug)
    return True


def make_desk(demo: Demo) -> bool:
    """Make some days at our own helpdesk, about this demo instance; False where they are there already."""
    return desk.make(Instance.objects.get(slug=demo.slug), demo.house, PASSWORD)


def unmake(demo: Demo) -> None:
    """Remove a demo instance, so that it can be made anew; its accounts stay."""
    instance = Instance.objects.filter(slug=demo.slug).first()
    if instance is not None:
        provision.destroy(instance.place)
        instance.delete()
        registry.forget(demo.slug)


def _accounts(house: House) -> dict[str, Account]:
    """The account of each of its people, all with the one known password."""
    known = {
        account.email: account
        for account in Account.objects.filter(email__in=[house.email(name) for name in house.people])
    }
    missing = [name for name in house.people if house.email(name) not in known]
    password = make_password(PASSWORD) if missing else ""
    for name in missing:
        account = Account.objects.create_user(house.email(name), None, name=name)
        account.password = password
        account.save(update_fields=["password"])
        account.open()
        known[account.email] = account
    return {name: known[house.email(name)] for name in house.people}
