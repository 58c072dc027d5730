"""One random salt a day. While it lives, the same browser on the same day can be counted once; then it is destroyed."""

import hashlib
import json
import secrets
from datetime import date, datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db import connection, models, transaction
from django.utils import timezone

from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import ControlModel

LIVES = timedelta(hours=48)
_KNOWN = """SELECT json_group_array(mark) FROM visitors_mark
WHERE day = %s AND mark IN (SELECT value FROM json_each(%s))"""
_signer = Signer(salt="pivotino.visitors.destroyed")


class SaltQuerySet(models.QuerySet["Salt"]):
    def of(self, day: date) -> str:
        """The secret of a day, made when it is first needed; "" once it is destroyed."""
        return self.get_or_create(day=day, defaults={"secret": secrets.token_hex(32)})[0].secret

    def destroy_old(self, now: datetime | None = None) -> "list[Salt]":
        """Destroy every salt older than 48 hours with all its marks, and leave a signed note of each."""
        now = now or timezone.now()
        gone = []
        with transaction.atomic():
            for salt in self.exclude(secret="").filter(made_at__lte=now - LIVES):
                salt.destroy(now)
                gone.append(salt)
        return gone


class Salt(ControlModel):
    """A day's salt. Without a secret it was destroyed; `note` says so over our signature."""

    day = models.DateField(unique=True)
    secret = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(default="", blank=True)

    objects = SaltQuerySet.as_manager()

    holds = Holds(
        subject="visitor", purpose="to count a browser once a day", retention="48 hours; the note for ever",
        export="no: it is about nobody alone", erasure="secret destroyed after 48 hours",
        personal={"secret": "while it lives, an address can be compared with a mark"},
        plain={"day", "made_at", "destroyed_at", "note"},
    )  # fmt: skip

    class Meta:
        ordering = ["-day"]

    def destroy(self, now: datetime) -> None:
        Mark.objects.filter(day=self.day).delete()
        print_ = hashlib.sha256(self.secret.encode()).hexdigest()
        self.note = _signer.sign(
            f"Salt of {self.day}, SHA-256 {print_}, destroyed {now:%Y-%m-%d %H:%M} UTC with its marks"
        )
        self.secret, self.destroyed_at = "", now
        self.save(update_fields=["secret", "destroyed_at", "note"])

    @property
    def is_proven(self) -> bool:
        """True where the note is ours and nothing is left to compare with."""
        try:
            _signer.unsign(self.note)
        except BadSignature:
            return False
        return not self.secret and not Mark.objects.filter(day=self.day).exists()


class MarkQuerySet(models.QuerySet["Mark"]):
    def known(self, day: date, marks: list[str]) -> set[str]:
        """Those of these marks that are there. SQLite tells them in one row: between two rows a busy process waits its turn."""
        if connection.vendor != "sqlite":
            return set(self.filter(day=day, mark__in=marks).values_list("mark", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [day.isoformat(), json.dumps(marks)])
            return set(json.loads(cursor.fetchone()[0]))


class Mark(ControlModel):
    """Somebody was counted today in one segment. Each segment of a browser has another mark: no two belong together."""

    day = models.DateField()
    mark = models.CharField(max_length=32)

    objects = MarkQuerySet.as_manager()

    holds = Nothing("to count nobody twice a day; destroyed with the day's salt", plain={"day", "mark"})

    class Meta:
        constraints = [models.UniqueConstraint("day", "mark", name="one_mark_a_day")]
