"""What somebody can do from anywhere, found by typing. Rooms that are not there take their commands with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from pivotino.instance.members.models import Member
from pivotino.kit.fold import fold
from pivotino.ui.jinja import maybe_url, outside_url

MOST = 6


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do. `words` are other names for it; in `label` and `query` {text} stands for what was typed.

    `outside` commands lead to pages of the account, `owners` ones are for Business Owners only.
    """

    label: str
    url_name: str
    icon: str
    words: str = ""
    query: tuple[tuple[str, str], ...] = ()
    owners: bool = False
    outside: bool = False

    @property
    def takes_text(self) -> bool:
        """True for commands that do something with whatever was typed."""
        return "{text}" in self.label


@dataclass(frozen=True, slots=True)
class Offer:
    """A command as one search shows it."""

    label: str
    href: str
    icon: str


COMMANDS = (
    Command("Show only cards with “{text}”", "pipeline:board", "filter", query=(("text", "{text}"),)),
    Command("New company called “{text}”", "contacts:new", "building", query=(("kind", "company"), ("name", "{text}"))),
    Command("New person called “{text}”", "contacts:new", "person-plus", query=(("kind", "person"), ("name", "{text}"))),
    Command("New card", "pipeline:add", "plus", "add create opportunity lead deal sale"),
    Command("New company", "contacts:new", "building", "add create customer client contact", query=(("kind", "company"),)),
    Command("New person", "contacts:new", "person-plus", "add create customer client contact", query=(("kind", "person"),)),
    Command("My cards", "pipeline:board", "board", "own mine pipeline opportunities", query=(("mine", "1"),)),
    Command("Late cards", "pipeline:board", "alert", "overdue missed", query=(("next", "overdue"),)),
    Command("Cards for today", "pipeline:board", "flag", "due now", query=(("next", "today"),)),
    Command("Cards with nothing planned", "pipeline:board", "info", "no next step idle forgotten", query=(("next", "nothing"),)),
    Command("Cards in my own order", "pipeline:board", "grip", "sort by hand drag", query=(("order", "hand"),)),
    Command("Sales board", "pipeline:board", "board", "pipeline kanban opportunities leads deals home"),
    Command("Today", "activities:today", "sun", "morning due activities tasks to do"),
    Command("Activities", "activities:index", "list", "tasks to do calls meetings planned calendar"),
    Command("Companies", "contacts:index", "people", "customers clients contacts address book", query=(("kind", "company"),)),
    Command("People", "contacts:index", "people", "persons customers clients contacts address book", query=(("kind", "person"),)),
    Command("What happened", "history:index", "history", "log audit changes timeline undo"),
    Command("Bring in a list", "exchange:start", "upload", "import excel csv spreadsheet upload"),
    Command("Mailing", "mailing:index", "mail", "newsletter campaign letters to many bulk e-mail send", owners=True),
    Command("Lists for mailings", "mailing:audiences", "list", "segments audience newsletter subscribers", owners=True),
    Command("Who wants no mailings", "mailing:stops", "mail", "unsubscribed bounced opt out suppression", owners=True),
    Command("Colleagues", "lifecycle:colleagues", "people", "users members team staff roles", owners=True),
    Command("Invite colleagues", "lifecycle:invite", "send", "users members team add people", owners=True),
    Command("Settings", "lifecycle:settings", "gear", "configuration preferences options"),
    Command("Company", "lifecycle:company", "building", "settings name currency time zone country industry", owners=True),
    Command("Days", "lifecycle:days", "clock", "settings due lost delay how long", owners=True),
    Command("Stages", "lifecycle:stages", "columns", "settings columns pipeline names", owners=True),
    Command("Lost reasons", "lifecycle:losses", "x", "settings why lost categories", owners=True),
    Command("Exchange rates", "lifecycle:rates", "coins", "settings currencies money euro dollar", owners=True),
    Command("How it looks for me", "lifecycle:me", "person", "settings my name preferences keys density theme"),
    Command("Set up again", "lifecycle:set_up", "repeat", "wizard questions first", owners=True),
    Command("Try with sample cards", "lifecycle:sample", "play", "example demo data", owners=True),
    Command("Your databases", "accounts:home", "server", "companies switch instance", outside=True),
    Command("Your account", "accounts:settings", "person", "name e-mail address profile", outside=True),
    Command("Security", "accounts:security", "shield", "two step second factor passkey sessions sign-ins", outside=True),
    Command("Change your password", "accounts:change_password", "key", "security", outside=True),
    Command("Log out", "accounts:sign_out", "out", "sign leave end session", outside=True),
    Command("Privacy policy", "privacy:policy", "lock", "data protection", outside=True),
    Command("Terms", "privacy:terms", "paper", "conditions agreement", outside=True),
    Command("Our promises", "privacy:promises", "check", "policy tests kept", outside=True),
    Command("Ask support", "lifecycle:help", "help", "help contact question problem feedback idea"),
)  # fmt: skip


def offers(member: Member, text: str, limit: int = MOST) -> list[Offer]:
    """What can be done: commands that the typed words name, then those that take the text as it is."""
    words = fold(text).split()
    if not words:
        return []
    named = [
        offer
        for command in COMMANDS
        if not command.takes_text and _names(command, words)
        for offer in _offer(command, member, text)
    ]
    taking = [offer for command in COMMANDS if command.takes_text for offer in _offer(command, member, text)]
    return named[:limit] + taking


def _names(command: Command, words: list[str]) -> bool:
    return all(any(name.startswith(word) for name in _known_by(command)) for word in words)


@cache
def _known_by(command: Command) -> tuple[str, ...]:
    return tuple(fold(f"{command.label} {command.words}").split())


def _offer(command: Command, member: Member, text: str) -> Iterator[Offer]:
    if command.owners and not member.is_owner:
        return
    address = (outside_url if command.outside else maybe_url)(command.url_name)
    if address:
        text = " ".join(text.split())[:120]
        query = urlencode([(name, value.replace("{text}", text)) for name, value in command.query])
        yield Offer(command.label.replace("{text}", text), f"{address}?{query}" if query else address, command.icon)
