"""What we do ourselves about some questions, before anybody reads them."""

from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.concerns import concerns
from pivotino.control.helpdesk.models import Ticket
from pivotino.letters import suppression
from pivotino.letters.models.suppression import Scope


@concerns(Category.UNSUBSCRIBE)
def stop(ticket: Ticket) -> None:
    """No marketing goes there from now on. It needs no proof, unless the mail server doubts whose mail it was: then it waits for one."""
    if ticket.proved_at is None and ticket.messages.filter(doubtful=True).exists():
        return
    suppression.suppress(ticket.email, Scope.MARKETING, how="ticket")
