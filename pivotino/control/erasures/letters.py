"""The last letter to somebody who was erased."""

from pivotino.letters import Kind, Letter


class Erased(Letter):
    """It is done; here is the certificate."""

    kind = Kind.TRANSACTIONAL
    template = "erasures/letters/erased"
    why = "You get this letter because you asked us to erase what we know about you. It is the last one."
