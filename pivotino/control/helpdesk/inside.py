"""Questions from inside a database: the same inbox. Nothing of what is in the database comes along, only where they were
and the files they chose."""

from pivotino.control.accounts.papers import policy
from pivotino.control.helpdesk.asking import ask
from pivotino.control.helpdesk.categories import Category, guess
from pivotino.control.helpdesk.models import Source
from pivotino.tenancy.places import Place
from pivotino.tenancy.questions import KINDS, Question

CATEGORIES = {"privacy": Category.PRIVACY, "security": Category.SECURITY}
SUBJECT = 80


class Desk:
    def take(self, place: Place, question: Question) -> str:
        """The requester is whoever is signed in there, so the address is proven. Nobody else of the database sees it."""
        said = {"subject": _subject(question), "body": question.text, "once": question.once, "attached": question.files,
                "category": CATEGORIES.get(question.kind) or guess("", question.text)}  # fmt: skip
        ticket = ask(
            said, email=question.by.email, name=question.by.name, account=question.by, source=Source.APP, instance_id=place.id,
            page=question.page, notice=policy().version,
        )  # fmt: skip
        return ticket.number


def _subject(question: Question) -> str:
    first = question.text.strip().split("\n")[0]
    short = first if len(first) <= SUBJECT else f"{first[:SUBJECT].rsplit(' ', 1)[0]}…"
    return short or KINDS[question.kind]
