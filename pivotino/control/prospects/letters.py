"""The letters of the prospects room. None of them is marketing."""

from pivotino.letters import Kind, Letter


class ProveAsking(Letter):
    """Was it you who asked for a demo?"""

    kind = Kind.TRANSACTIONAL
    template = "prospects/letters/prove_asking"
    why = "You get this letter because a demo of Pivotino was asked for with this address."


class WhereFrom(Letter):
    """The link to what we hold of this address, and where it came from. It goes out for every address, whether we hold it or not."""

    kind = Kind.TRANSACTIONAL
    template = "prospects/letters/where_from"
    why = "You get this letter because somebody at this address, or who knows it, asked where we have it from."
