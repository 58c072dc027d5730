"""What is looked at when a database was changed as a whole, and what is emptied in a copy of it.

Plain statements and few columns: they run on the schema of an older version too.
"""

from django.db.models import F
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Invitation, Member, Role
from pivotino.instance.pipeline.models import Opportunity
from pivotino.jobs.errands.models import Errand
from pivotino.tenancy import verifying, walking
from pivotino.tenancy.neutralising import neutralises
from pivotino.tenancy.signed_in import SignedIn

PAGES = [
    "/board/",
    "/people/",
    "/today/",
    "/activities/",
    "/history/",
    "/settings/company/",
    "/colleagues/",
    "/search/?q=an",
    "/import/",
]

verifying.adds_up(
    "Opportunities and their sums by stage",
    "SELECT stage_id, currency, COUNT(*), SUM(amount_minor), SUM(base_minor) FROM pipeline_opportunity GROUP BY 1, 2",
)
verifying.adds_up(
    "Kept totals of the board", "SELECT stage_id, owner_key, count, base_minor, weighted FROM pipeline_stagetotal"
)
verifying.adds_up("What is won and lost", "SELECT kind, COUNT(*) FROM pipeline_outcome GROUP BY 1")
verifying.adds_up("Contacts by kind", "SELECT kind, COUNT(*) FROM contacts_contact GROUP BY 1")
verifying.adds_up("Members by role", "SELECT role, COUNT(*), COUNT(left_at) FROM members_member GROUP BY 1")
verifying.adds_up(
    "Planned activities by day",
    "SELECT due_on, COUNT(*), COUNT(done_at), COUNT(cancelled_at) FROM activities_activity GROUP BY 1",
)


def owner() -> SignedIn | None:
    """The first Business Owner who can sign in walks through the pages."""
    joined = Member.objects.filter(role=Role.OWNER, left_at__isnull=True, account_uuid__isnull=False)
    found = joined.order_by("joined_at", "id").first()
    if found is None or found.account_uuid is None:
        return None
    return SignedIn(id=found.account_uuid, name=found.name, email=found.email)


def pages() -> list[str]:
    """The pages people live in, and the newest card and contact."""
    card = (
        Opportunity.objects.filter(removed_at__isnull=True)
        .order_by(F("id").desc())
        .values_list("pk", flat=True)
        .first()
    )
    contact = (
        Contact.objects.filter(removed_at__isnull=True).order_by(F("id").desc()).values_list("pk", flat=True).first()
    )
    return [*PAGES, *([f"/opportunities/{card}/"] if card else []), *([f"/people/{contact}/"] if contact else [])]


@neutralises
def settle_errands() -> None:
    """What waits to be done is done in the real database, not in a copy."""
    Errand.objects.open().update(done_at=timezone.now())


@neutralises
def withdraw_invitations() -> None:
    """Links in real letters lead into the real database only."""
    Invitation.objects.unanswered().update(withdrawn_at=timezone.now())


walking.walked_by(owner)
walking.leads_past(pages)
