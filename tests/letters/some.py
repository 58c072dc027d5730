"""Letters for the tests of letters."""

from pivotino.letters import Kind, Letter


class Verification(Letter):
    kind = Kind.TRANSACTIONAL
    template = "letters/sample"
    why = "You get this letter because this address was used to register {company}."


class News(Verification):
    kind = Kind.NOTICE


class Leaflet(Verification):
    kind = Kind.MARKETING


def verification(to: str = "ali@kedai.example", **words: object) -> Verification:
    given = {
        "name": "Ali",
        "company": "Kedai Ali & Anak",
        "link": "https://pivotino.example/verify/abc/?a=1&b=2",
        "secret": "",
        **words,
    }
    return Verification(to=to, **given)
