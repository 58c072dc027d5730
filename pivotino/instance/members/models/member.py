"""The people who work in an instance, and what each of them may see."""

from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.tenancy import atomic
from pivotino.tenancy.models import InstanceModel


class Role(models.TextChoices):
    OWNER = "owner", "Business Owner"
    USER = "user", "User"


class NotPossible(ValueError):
    """This cannot be done to a member or an invitation; the message says why, in words for the person who tried."""


class LastOwner(NotPossible):
    """Somebody must be able to set things up."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is the last Business Owner. Make somebody else an owner first.")


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> Self:
        """Those who have an account here and have not left."""
        return self.filter(account_uuid__isnull=False, left_at__isnull=True)

    def working(self) -> Self:
        """Those whose name may own something: everybody who has not left, invited or not."""
        return self.filter(left_at__isnull=True)


class Member(InstanceModel):
    """A person of the company, as this instance knows them.

    Without `account_uuid` the person has not joined: a name from an import or an open invitation. `left_at` ends it;
    what they did keeps their name.
    """

    account_uuid = models.UUIDField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=8, choices=Role, default=Role.USER)
    added_at = models.DateTimeField(db_default=Now())
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    preferences = models.JSONField(default=dict, blank=True)

    objects = MemberQuerySet.as_manager()

    # What sort of record this is, for its history.
    kind: ClassVar[str] = "member"

    holds = Holds(
        subject="member", purpose="to let colleagues work together and see who did what",
        retention="as long as the instance", export="members", erasure="name replaced by a number, mail removed",
        personal={"name": "how colleagues call them", "email": "where letters go", "account_uuid": "which account signs in",
                  "preferences": "how they like their pages"},
        plain={"role", "added_at", "joined_at", "left_at"},
    )  # fmt: skip

    class Meta:
        ordering = [F("name").asc()]
        constraints = [
            models.UniqueConstraint(
                "email", condition=Q(left_at__isnull=True) & ~Q(email=""), name="member_email_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> UUID:
        """Whose record this is, for its history: the person's own."""
        return self.id

    @property
    def has_joined(self) -> bool:
        return self.account_uuid is not None

    @property
    def has_left(self) -> bool:
        return self.left_at is not None

    @property
    def is_owner(self) -> bool:
        """A Business Owner sees everything and sets things up."""
        return self.role == Role.OWNER

    @property
    def sees_all(self) -> bool:
        """True where this member's view is not limited to own records."""
        return self.is_owner

    @property
    def seen_owner(self) -> UUID | None:
        """Whose records this member may see: None for everybody's, else the own id. The one rule of visibility."""
        return None if self.sees_all else self.id

    def join(self, account_uuid: UUID, *, name: str = "") -> None:
        """This person has an account now and is in. A `name` replaces one that was only guessed from an address."""
        self.account_uuid, self.joined_at, self.left_at = account_uuid, timezone.now(), None
        self.name = name.strip()[:160] or self.name
        self.save(update_fields=["account_uuid", "joined_at", "left_at", "name"])

    def be_called(self, *, name: str = "", email: str = "") -> list[str]:
        """Take a corrected name or address; says which of the two changed. Who waited at that address was the same person."""
        said = {"name": name.strip()[:160], "email": email}
        changed = [what for what, value in said.items() if value and getattr(self, what) != value]
        if "email" in changed and not self.has_left:
            for other in Member.objects.working().filter(email=email).exclude(pk=self.pk):
                for invitation in other.invitations.all():
                    if invitation.state in ("open", "expired"):
                        invitation.withdraw()
                Member.objects.filter(pk=other.pk).update(email="")
        for what in changed:
            setattr(self, what, said[what])
        if changed:
            self.save(update_fields=changed)
        return changed

    def take_role(self, role: str) -> None:
        """Make this person an owner or a user; raises LastOwner when nobody would be left to set things up."""
        with atomic():
            self._not_the_last_owner(unless=role == Role.OWNER)
            self.role = role
            self.save(update_fields=["role"])

    def leave(self) -> None:
        """End it: the person cannot enter any more, what they did keeps their name. `come_back` undoes it."""
        with atomic():
            self._not_the_last_owner()
            self.left_at = timezone.now()
            self.save(update_fields=["left_at"])

    def come_back(self) -> None:
        """Let somebody who left in again; raises NotPossible when their address works here under another
        name, or when nobody is named here any more."""
        with atomic():
            if self.joined_at and self.account_uuid is None:
                raise NotPossible("Their name was taken out, and with it the way in. Invite them anew.")
            if self.email and Member.objects.working().filter(email=self.email).exclude(pk=self.pk).exists():
                raise NotPossible(f"Somebody else works here with the address {self.email}.")
            self.left_at = None
            self.save(update_fields=["left_at"])

    def _not_the_last_owner(self, *, unless: bool = False) -> None:
        owners = list(Member.objects.present().filter(role=Role.OWNER).select_for_update())
        if not unless and [owner.pk for owner in owners] == [self.pk]:
            raise LastOwner(self.name)

    def prefer(self, **choices: object) -> None:
        """Keep how this member likes their pages, beside what was chosen before."""
        self.preferences = {**self.preferences, **choices}
        self.save(update_fields=["preferences"])
