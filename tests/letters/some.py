"""Letters for the tests of letters."""

from typing import Any

from pivotino.letters import Kind, Letter, MarketingLetter


class Verification(Letter):
    kind = Kind.TRANSACTIONAL
    template = "letters/sample"
    why = "You get this letter because this address was used to register {company}."


class News(Verification):
    kind = Kind.NOTICE


class Leaflet(MarketingLetter):
    topic = "tips"
    template = "letters/sample"
    why = "You get this letter because you asked for tips at {company}."


class Offer(MarketingLetter):
    topic = "promotions"
    template = "letters/sample"
    why = "You get this letter because you use Pivotino."


def leaflet(to: str = "ali@kedai.example", make: type[MarketingLetter] = Leaflet) -> MarketingLetter:
    return make(to=to, name="Ali", company="Kedai Ali", link="https://pivotino.example/tips/", secret="")


def verification(to: str = "ali@kedai.example", **words: object) -> Verification:
    given: Any = {
        "name": "Ali",
        "company": "Kedai Ali & Anak",
        "link": "https://pivotino.example/verify/abc/?a=1&b=2",
        "secret": "",
        **words,
    }
    return Verification(to=to, **given)
