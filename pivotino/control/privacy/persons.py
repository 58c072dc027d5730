"""Who wants to be told when our rules change."""

from collections.abc import Iterable, Iterator

from pivotino.control.erasures.persons import CONSENT, FROM_YOU, Found, Person, Said, free, knows, told
from pivotino.control.privacy.models import Watcher


@knows("News of our rules", models={"privacy.Watcher"}, order=45)
class Watchers:
    def find(self, person: Person) -> Iterator[Found]:
        for one in Watcher.objects.filter(email__iexact=person.email):
            yield Found.of(Watcher, what="Your wish to hear of changed rules", basis=CONSENT, source=FROM_YOU, provided=True,
                           facts=told(("Mail address", one.email), ("Asked", one.asked_at), ("Said yes", one.confirmed_at)))  # fmt: skip

    def forget(self, person: Person) -> int:
        return free(Watcher.objects.filter(email__iexact=person.email)).delete()[0]

    def correct(self, person: Person, said: Said) -> int:
        if not (email := said.get("email")):
            return 0
        mine = Watcher.objects.filter(email__iexact=person.email)
        return mine.delete()[0] if Watcher.objects.filter(email=email).exists() else mine.update(email=email)

    def addresses(self) -> Iterable[str]:
        return Watcher.objects.values_list("email", flat=True)
