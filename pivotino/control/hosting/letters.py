"""The letter that proves that letters arrive."""

from pivotino.letters import Kind, Letter


class TestLetter(Letter):
    """Says that mail works."""

    kind = Kind.TRANSACTIONAL
    template = "hosting/letters/test"
    why = "You get this letter because somebody who sets up Pivotino wanted to see whether letters arrive."
