"""Which of our letters to many somebody was meant to get, and where they are at home."""

from collections.abc import Iterable, Iterator

from pivotino.control.erasures.persons import (
    BY_USE,
    FROM_YOU,
    INTEREST,
    Found,
    Person,
    Plan,
    Said,
    free,
    knows,
    told,
)
from pivotino.control.marketing.models import Recipient, Whereabouts
from pivotino.letters.marks import mark_of


@knows("News of ours", models={"marketing.Recipient", "marketing.Whereabouts"}, order=40)
class News:
    def find(self, person: Person) -> Iterator[Found]:
        meant = list(Recipient.objects.filter(mark__in=person.marks).select_related("bulletin"))
        if named := [one for one in meant if one.address]:
            yield Found.of(Recipient, what="Letters of news meant for you", basis=INTEREST, source=BY_USE, plan=Plan.BLANK, count=len(named),
                           recipients="The mail server that carried them",
                           facts=tuple((one.bulletin.name, f"{one.get_standing_display()}. {one.because} {one.why}".strip()) for one in named))  # fmt: skip
        if marked := [one for one in meant if not one.address]:
            yield Found.of(Recipient, what="Letters of news you had once", basis=INTEREST, source=BY_USE, plan=Plan.KEEP, count=len(marked),
                           why="A mark that tells no address keeps a second letter away")  # fmt: skip
        for one in Whereabouts.objects.filter(account__email=person.email):
            yield Found.of(Whereabouts, what="Where you are at home", basis=INTEREST, source=FROM_YOU, provided=True, facts=told(
                ("Country", one.country), ("Language", one.language), ("Time zone", one.zone),
            ))  # fmt: skip

    def forget(self, person: Person) -> int:
        meant = free(Recipient.objects.filter(mark__in=person.marks).exclude(address=""))
        count = meant.update(address="", name="", because="", why="", zone="", facts={})
        return count + free(Whereabouts.objects.filter(account__email=person.email)).delete()[0]

    def correct(self, person: Person, said: Said) -> int:
        named = Recipient.objects.filter(mark__in=person.marks).exclude(address="")
        count = named.update(name=said["name"]) if said.get("name") else 0
        if email := said.get("email"):
            # What they had stays known by the new mark, so that no campaign writes twice.
            for one in Recipient.objects.filter(mark__in=person.marks):
                if Recipient.objects.filter(bulletin=one.bulletin_id, mark=mark_of(email)).exists():
                    one.delete()
                else:
                    one.mark, one.address = mark_of(email), email if one.address else ""
                    one.save(update_fields=["mark", "address"])
                count += 1
        return count

    def addresses(self) -> Iterable[str]:
        return Recipient.objects.exclude(address="").values_list("address", flat=True)
