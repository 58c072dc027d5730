"""The letters of the rights room. None of them says what we know."""

from typing import Any, ClassVar

from pivotino.letters import Kind, Letter


class Note(Letter):
    """What all of them look like: a subject, paragraphs, one button."""

    kind = Kind.TRANSACTIONAL
    template = "rights/letters/note"
    why = "You get this letter because somebody asked us, with this address, for something about personal data."
    subject: ClassVar[str]
    button: ClassVar[str]

    def __init__(self, *, to: str, says: list[str], link: str, **words: Any) -> None:
        super().__init__(to=to, subject=self.subject.format(**words), says=says, button=self.button, link=link, **words)


class Prove(Note):
    """Was it you? It goes out for every address, a few times a day at most, and names everything that was asked."""

    subject = "Was it you who asked?"
    button = "Look at what was asked"


class Objected(Note):
    """All marketing stopped."""

    subject = "No more news and advertising from us"
    button = "What else you may ask for"


class Begun(Note):
    """We know that it was they; the clock runs."""

    subject = "We have what you asked for"
    button = "See how far it is"


class Ready(Note):
    """The package. Sent sealed: its link stands in this letter and nowhere else."""

    subject = "What we know about you"
    button = "Open it"


class Waits(Note):
    """An erasure was confirmed and may be taken back."""

    subject = "What we know about you will be erased on {day}"
    button = "See it, or take it back"


class TakenBack(Note):
    """It was taken back."""

    subject = "Nothing is erased"
    button = "See it"


class Answered(Note):
    """Done, refused, or could not be done."""

    subject = "What became of what you asked for"
    button = "See it"


class Lifting(Note):
    """Before a restriction is lifted by us."""

    subject = "From {day} on we use what we hold about you again"
    button = "See what you asked for"


class NewAddress(Note):
    """Somebody wants this address to be theirs with us from now on."""

    why = "You get this letter because somebody wants to use this address with Pivotino from now on."
    subject = "Is this your new address?"
    button = "Yes, use it"


class HandedOver(Note):
    """To the owners of a database: somebody demands something about themselves of them."""

    why = "You get this letter because you are a Business Owner of {database}."
    subject = "Somebody asks {database} about their data"
    button = "See it"

    def __init__(self, *, database: str, **words: Any) -> None:
        super().__init__(database=database, **words)


class PassedOn(Note):
    """To the person: whom to expect."""

    subject = "{database} answers what you asked"
    button = "See how far it is"
