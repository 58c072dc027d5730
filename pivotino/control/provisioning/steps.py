"""The steps from a proven address to a database that is ready. Each may be repeated and then changes nothing.

A step is done when its row says so; a worker that dies between the work and the row does the work again.
"""

from django.db import DatabaseError
from django.utils import timezone

from pivotino.control.accounts.letters import FirstPassword
from pivotino.control.accounts.models import Account, Consent, InitialPassword, Seat
from pivotino.control.accounts.queries import doors
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.subscriptions.models import Address, Subscription
from pivotino.jobs.steps import Kind
from pivotino.letters import send_sealed
from pivotino.letters.models import Sent, State
from pivotino.tenancy import health, lifecycle, provision, registry, spares
from pivotino.tenancy.models import Instance


def reserve(provisioning: Provisioning) -> None:
    """Keep the address and the sign-in name, so that nobody else can take either from now on."""
    sign_up = provisioning.sign_up
    account = Account.objects.reserve(
        provisioning.account_id, email=sign_up.email, name=sign_up.name, phone=sign_up.phone
    )
    provisioning.adopt(account.id)
    address = Address.objects.reserve(sign_up.id, company=sign_up.company, wish=sign_up.slug)
    Instance.objects.get_or_create(
        id=provisioning.instance_id,
        defaults={"slug": address.slug, "name": sign_up.company, "bucket": registry.bucket_with_room()},
    )


def create(provisioning: Provisioning) -> None:
    """Take an empty database that is ready, or make one. A bucket that went away meanwhile is exchanged for another."""
    instance = provisioning.instance
    try:
        if not spares.take(instance.place):
            provision.create(instance.place)
    except DatabaseError:
        if health.look(instance.place.bucket).trouble:
            Instance.objects.filter(pk=instance.pk, ready_at__isnull=True).update(bucket=registry.bucket_with_room())
            del provisioning.instance
        raise


def seed(provisioning: Provisioning) -> None:
    """Fill it with the company, its owner, the stages and all a new instance begins with."""
    sign_up = provisioning.sign_up
    founding = lifecycle.Founding(
        company=sign_up.company, country=sign_up.country, currency=sign_up.currency, zone=sign_up.zone,
        account_id=provisioning.account_id, name=sign_up.name, email=sign_up.email,
    )  # fmt: skip
    lifecycle.found(provisioning.instance.place, founding)


def open_account(provisioning: Provisioning) -> None:
    """Open the account, give it its seat, and hand it what was agreed to while registering."""
    account = provisioning.account
    if not account.is_active:
        account.open()
    Seat.objects.take(provisioning.instance.place, account.id, owner=True)
    Consent.objects.hand_over(provisioning.sign_up_id, account)


def subscribe(provisioning: Provisioning) -> None:
    """Begin the plan."""
    Subscription.objects.start(provisioning.instance, provisioning.account, provisioning.sign_up.plan)


def open_instance(provisioning: Provisioning) -> None:
    """From now on the address answers."""
    Instance.objects.filter(pk=provisioning.instance_id, ready_at__isnull=True).update(
        ready_at=timezone.now(), schema_version=provision.schema_version()
    )
    registry.forget(provisioning.instance.slug)


def welcome(provisioning: Provisioning) -> None:
    """Mail the first password. It is made here, right before the letter, and kept as a hash only.

    Once the letter went out nothing is made anew: the password in the mailbox has to stay the one that opens.
    """
    key = f"welcome:{provisioning.id}"
    if Sent.objects.filter(key=key, state=State.SENT).exists():
        return
    account = provisioning.account
    if account.has_usable_password():
        return  # somebody who already had a way in keeps it
    password = InitialPassword.issue(account)
    send_sealed(FirstPassword(to=account.email, name=account.name, password=password, doors=doors(account.id)), key=key)


STEPS = (
    Kind(name="reserved", says="Your address is kept for you", work=reserve),
    Kind(name="created", says="Your database is made", work=create),
    Kind(name="seeded", says="Stages, reasons and activities are laid out", work=seed),
    Kind(name="account", says="Your account is open", work=open_account),
    Kind(name="subscribed", says="Your plan has begun", work=subscribe),
    Kind(name="opened", says="Your address answers", work=open_instance),
    Kind(name="welcomed", says="Your password is in the mail", work=welcome),
)
