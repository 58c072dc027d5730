"""What somebody said of us, and the yes to show it."""

from collections.abc import Iterable, Iterator

from pivotino.control.erasures.persons import (
    CONSENT,
    INTEREST,
    Found,
    Mention,
    Person,
    Plan,
    Said,
    Words,
    free,
    knows,
    told,
)
from pivotino.control.testimonials.models import Consent, Testimonial, Wording
from pivotino.control.testimonials.showing import look_again
from pivotino.letters.marks import mark_of

MODELS = {f"testimonials.{name}" for name in ("Testimonial", "Wording", "Consent", "Publication")}


@knows("Testimonials", models=MODELS, order=30)
class Testimonials:
    def find(self, person: Person) -> Iterator[Found]:
        for one in Testimonial.objects.filter(email__iexact=person.email):
            shown = one.publication
            yield Found.of(Testimonial, what="What you say of us", basis=CONSENT, source="You, or written down by us for your yes", provided=True,
                           recipients="Everybody, where it is shown" if shown else "Nobody but us and those who host our servers",
                           facts=told(("Begun", one.begun_at), ("Shown since", shown.at if shown else None), ("Ended", one.ended_at)) + tuple(
                (f"Version {words.number}", f"“{words.text}” {words.name}, {words.role}, {words.company}{', with a picture' if words.picture_mark else ''}")
                for words in one.wordings.all()
            ))  # fmt: skip
        given = list(Consent.objects.filter(mark__in=person.marks))
        if given:
            yield Found.of(Consent, what="Proof that you said yes", basis=INTEREST, source="You", plan=Plan.KEEP, count=len(given),
                           why="A fingerprint and a mark, without name, address or text, to show that what was seen was agreed to",
                           facts=told(*((one.get_how_display(), one.at) for one in given)))  # fmt: skip

    def forget(self, person: Person) -> int:
        count = free(Testimonial.objects.filter(email__iexact=person.email)).delete()[0]
        if count:
            look_again()
        return count

    def correct(self, person: Person, said: Said) -> int:
        """The words they agreed to stay as they are; a new name in them needs a new yes."""
        if not (email := said.get("email")):
            return 0
        Consent.objects.filter(mark__in=person.marks).update(mark=mark_of(email))
        return Testimonial.objects.filter(email__iexact=person.email).update(email=email)

    def addresses(self) -> Iterable[str]:
        return Testimonial.objects.values_list("email", flat=True)

    def mentions(self, words: Words) -> Iterator[Mention]:
        for one in Wording.objects.filter(words.within("text", "name")):
            yield Mention(model="testimonials.Wording", id=str(one.pk), place="A testimonial of somebody", excerpt=words.among(f"{one.name}: {one.text}"))  # fmt: skip
