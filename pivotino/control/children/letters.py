"""The letter to a customer in whose database somebody seems to be a child."""

from pivotino.letters import Kind, Letter


class ToGuardian(Letter):
    """To a parent or guardian: what we learned, what we did, and what became of it."""

    kind = Kind.TRANSACTIONAL
    template = "children/letters/to_guardian"
    why = "You get this letter because somebody told us that you are the parent or guardian of a child whose data we may hold."


class ContactReported(Letter):
    """Somebody told us. The customer decides, and answers for it."""

    kind = Kind.TRANSACTIONAL
    template = "children/letters/contact_reported"
    why = "You get this letter because you are a Business Owner of a database at Pivotino, and somebody reported a child in it."
