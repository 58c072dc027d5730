"""An invitation to work in an instance: sent by a colleague, good for two weeks, answered once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pivotino.instance.members.models.member import Member, NotPossible
from pivotino.kit.holds import Holds
from pivotino.kit.retention import in_words_of
from pivotino.tenancy import atomic
from pivotino.tenancy.models import InstanceModel

GOOD_FOR = timedelta(days=14)
FORGOTTEN_AFTER = timedelta(days=30)
# The invitation and its reminder, or the invitation twice: in thirty days nobody gets more, however it is asked for.
LETTERS_AT_MOST = 2

State = Literal["open", "expired", "accepted", "declined", "withdrawn"]


class NotWanted(NotPossible):
    """This address asked not to be invited here again."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} asked us not to be invited here again, so no letter went there.")


class WrittenTwice(NotPossible):
    """This address got two letters already and did not answer."""

    def __init__(self) -> None:
        super().__init__(
            f"Two letters went there within {in_words_of(FORGOTTEN_AFTER)}, and no more do. Ask them in another way."
        )


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those that still may be answered."""
        return self.unanswered().filter(expires_at__gt=timezone.now())

    def unanswered(self) -> Self:
        """Those nobody accepted, declined or withdrew, expired ones too."""
        return self.filter(accepted_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True)

    def to_forget(self) -> Self:
        """Those that came to nothing and were sent, or ended, thirty days ago."""
        long_ago = timezone.now() - FORGOTTEN_AFTER
        ended = Q(sent_at__lt=long_ago) | Q(declined_at__lt=long_ago) | Q(withdrawn_at__lt=long_ago)
        return self.filter(ended, accepted_at__isnull=True).exclude(email="")


class Invitation(InstanceModel):
    """One letter to one address. The token itself stands only in the letter; we keep its fingerprint.

    `made_member` is true when the member's row was made for it, so that withdrawing leaves no empty name behind.
    `address_mark` outlives the address where somebody reported a letter: it recognises the address without telling it.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    made_member = models.BooleanField(default=True)
    invited_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    address_mark = models.CharField(max_length=64, blank=True)

    objects = InvitationQuerySet.as_manager()

    holds = Holds(
        subject="invited person", purpose="to let a colleague in, and for nothing else",
        retention="30 days after it was sent, if nobody used it", export="members", erasure="address emptied",
        personal={"email": "where the one letter goes", "invited_by": "who asked", "member": "for whom",
                  "address_mark": "a fingerprint, kept only of those who asked for no more letters"},
        plain={"token_hash", "made_member", "sent_at", "expires_at", "reminded_at", "accepted_at", "declined_at",
               "withdrawn_at", "reported_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                "member",
                condition=Q(accepted_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return self.email or "an invitation"

    @classmethod
    def make(cls, member: Member, *, by: Member, made_member: bool) -> tuple["Invitation", str]:
        """A new invitation and the token for its letter; an earlier one that ran out gives way.

        Raises NotWanted for an address that reported an invitation, WrittenTwice for one that got two letters.
        """
        if cls.reported(member.email):
            raise NotWanted(member.email)
        if cls.letters_to(member.email) >= LETTERS_AT_MOST:
            raise WrittenTwice
        now, token = timezone.now(), new_token()
        cls.objects.filter(member=member).unanswered().update(withdrawn_at=now)
        invitation = cls.objects.create(
            member=member, email=member.email, token_hash=fingerprint(token), made_member=made_member, invited_by=by,
            sent_at=now, expires_at=now + GOOD_FOR,
        )  # fmt: skip
        return invitation, token

    @classmethod
    def by_token(cls, token: str) -> "Invitation | None":
        """The invitation a letter's link belongs to."""
        return cls.objects.select_related("member", "invited_by").filter(token_hash=fingerprint(token)).first()

    @classmethod
    def reported(cls, email: str) -> bool:
        """True when this address asked for no more invitations from here."""
        return cls.objects.filter(address_mark__in=address_marks(email)).exists()

    @classmethod
    def letters_to(cls, email: str) -> int:
        """How many letters went to this address in thirty days; after them we do not know it any more."""
        lately = cls.objects.filter(email__iexact=email, accepted_at=None, sent_at__gt=timezone.now() - FORGOTTEN_AFTER)
        told = lately.aggregate(letters=Count("pk") + Count("reminded_at"))
        return int(told["letters"])

    @property
    def state(self) -> State:
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        if self.declined_at:
            return "declined"
        return "open" if self.expires_at > timezone.now() else "expired"

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def may_remind(self) -> bool:
        """One reminder, no more, and only while it can still be answered."""
        return self.is_open and self.reminded_at is None

    def remind(self) -> str:
        """A fresh token for the one reminder; the old link stops working."""
        with atomic():
            fresh = Invitation.objects.select_for_update().get(pk=self.pk)
            if not fresh.may_remind or Invitation.letters_to(fresh.email) >= LETTERS_AT_MOST:
                raise WrittenTwice
            token = new_token()
            self._mark(token_hash=fingerprint(token), reminded_at=timezone.now())
            return token

    def accept(self, account_uuid: UUID, *, name: str) -> Member:
        """The person joins with this account. Twice is once; raises NotPossible for an answer that comes too late."""
        with atomic():
            fresh = Invitation.objects.select_for_update().get(pk=self.pk)
            if fresh.state == "accepted" and fresh.member.account_uuid == account_uuid:
                return fresh.member
            if not fresh.is_open:
                raise NotPossible("This invitation cannot be accepted any more. Ask for a new one.")
            if Member.objects.filter(account_uuid=account_uuid).exclude(pk=fresh.member_id).exists():
                raise NotPossible("Your account belongs to a member here already.")
            member = fresh.member
            member.join(account_uuid, name=name if self.made_member else "")
            self._mark(accepted_at=timezone.now())
            return member

    def send_to(self, email: str) -> None:
        """The invited person has another address now; the link in the letter they have stays good."""
        with atomic():
            self._mark(email=email)
            taken = Member.objects.working().filter(email=email).exclude(pk=self.member_id)
            if not taken.exists():
                Member.objects.filter(pk=self.member_id, account_uuid__isnull=True).update(email=email)

    def decline(self, *, report: bool = False) -> None:
        """The person does not want to. A report also makes sure that no letter goes there again."""
        with atomic():
            fresh = Invitation.objects.select_for_update().get(pk=self.pk)
            if fresh.state not in ("open", "expired", "declined"):
                raise NotPossible("This invitation was answered already.")
            now = timezone.now()
            marks: dict[str, str | datetime | None] = (
                {"reported_at": now, "address_mark": address_mark(fresh.email)} if report and fresh.email else {}
            )
            self._mark(**{"declined_at": fresh.declined_at or now, **marks})
            self._leave_no_name_behind()

    def withdraw(self) -> None:
        """The company takes it back; the link stops working."""
        with atomic():
            fresh = Invitation.objects.select_for_update().get(pk=self.pk)
            if fresh.state not in ("open", "expired"):
                raise NotPossible("This invitation was answered already.")
            self._mark(withdrawn_at=timezone.now())
            self._leave_no_name_behind()

    def forget(self) -> None:
        """Empty the address of an invitation that came to nothing, here and on a member who never joined."""
        with atomic():
            ended = self.withdrawn_at or self.declined_at
            self._mark(email="", **({} if ended else {"withdrawn_at": timezone.now()}))
            if not Invitation.objects.filter(member_id=self.member_id).open().exists():
                self._leave_no_name_behind()

    def _mark(self, **fields: str | datetime | None) -> None:
        for field, value in fields.items():
            setattr(self, field, value)
        self.save(update_fields=list(fields))

    def _leave_no_name_behind(self) -> None:
        """A row made only for this invitation leaves with it; a name that was there before stays, without the address."""
        member = Member.objects.get(pk=self.member_id)
        if member.has_joined:
            return
        member.email = ""
        if self.made_member:
            member.left_at = member.left_at or timezone.now()
            member.name = "Invited colleague"
        member.save(update_fields=["email", "left_at", "name"])


def new_token() -> str:
    """256 bits from the system's own source, safe in an address."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def address_mark(email: str) -> str:
    """Recognises an address without keeping it; nobody without our key can try addresses against it."""
    return address_marks(email)[0]


def address_marks(email: str) -> list[str]:
    """The mark under our present key and under those before: a change of keys makes nobody invitable again."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    told = email.strip().lower()
    return [salted_hmac("pivotino.invitation", told, secret=str(key), algorithm="sha256").hexdigest() for key in keys]
