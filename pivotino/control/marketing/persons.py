"""Which of our letters to many somebody was meant to get, and where they are at home."""

from collections.abc import Iterable, Iterator

from pivotino.control.erasures.persons import (
    BY_USE,
    FROM_YOU,
    INTEREST,
    Found,
    Person,
    Plan,
    free,
    knows,
    told,
)
from pivotino.control.marketing.models import Recipient, Whereabouts


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

    def addresses(self) -> Iterable[str]:
        return Recipient.objects.exclude(address="").values_list("address", flat=True)
