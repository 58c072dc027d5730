"""Guests from the helpdesk: what they open goes into the trail before they see it, and open browsers hear that they are in."""

from pivotino.instance.history import trail
from pivotino.instance.history.recording import tell
from pivotino.tenancy.visiting import Page, noted_by, told_by

CAME_OR_WENT = "guest"


@noted_by
def into_the_trail(page: Page) -> None:
    """Who, for which ticket, which page, and with what reason it was uncovered."""
    trail.write(
        f"support.{page.what}", by=page.guest.called, by_id=page.guest.member_id, staff=True, where=page.path,
        ticket=page.guest.ticket, purpose=page.reason or page.why, facts={"page": page.name, "session": str(page.guest.session)},
    )  # fmt: skip


@told_by
def to_open_browsers(news: str) -> None:
    """Their line over every page is fetched again."""
    tell(f"{CAME_OR_WENT}.{news}", subject_id=None, owner_id=None, by=None)
