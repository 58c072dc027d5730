"""What people of ours did, and where they are named in the reasons of others."""

from collections.abc import Iterator

from pivotino.control.erasures import references
from pivotino.control.erasures.persons import LAW, Found, Mention, Person, Plan, Words, knows
from pivotino.control.staff.models import Deed, DeedKey, forget_subject

SHOWN = 500


@knows("Deeds of our staff", models={"staff.Deed", "staff.DeedKey"}, order=85)
class Deeds:
    def find(self, person: Person) -> Iterator[Found]:
        rows = Deed.objects.filter(account__email=person.email)
        if count := rows.count():
            law = references.statutes()["staff.Deed"]
            yield Found.of(Deed, what="What you did as one of us", basis=LAW, source="Your own work", plan=Plan.KEEP, count=count,
                           recipients="The owners of the database concerned", why=f"{law.law}, for {law.years} years",
                           facts=tuple((f"{one.at:%Y-%m-%d %H:%M} UTC", f"{one.what}: {one.why}") for one in rows[:SHOWN]))  # fmt: skip

    def forget(self, person: Person) -> int:
        """Deeds are sealed one to the next, and none goes before its time. What they said of this person becomes unreadable."""
        known = (
            DeedKey.objects.filter(subject_id=person.account_id, forgotten_at__isnull=True)
            if person.account_id
            else DeedKey.objects.none()
        )
        count = known.count()
        if count and person.account_id:
            forget_subject(person.account_id)
        return count

    def mentions(self, words: Words) -> Iterator[Mention]:
        for one in Deed.objects.filter(words.within("why")):
            yield Mention(model="staff.Deed", id=str(one.pk), place=f"The reason of deed {one.number}", excerpt=words.among(one.why))  # fmt: skip
