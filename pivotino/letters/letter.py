"""A letter before it is sent: who it goes to, what it says, and why."""

from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template import engines
from jinja2 import Environment

from pivotino.letters.kinds import Kind
from pivotino.letters.promotions import refuse_promotion
from pivotino.letters.refusals import CannotBeSwitchedOff, NotAnAddress, Unexplained
from pivotino.letters.secrets import refuse_to_ask
from pivotino.letters.stopping import mail_to_stop, token_for, unsubscribe_link
from pivotino.letters.topics import TOPICS
from pivotino.tenancy.addresses import absolute
from pivotino.ui.jinja import outside_url


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter as it will be read. `sender` and `headers` go with it."""

    to: str
    subject: str
    text: str
    html: str
    why: str
    sender: str
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Letter:
    """One class a letter. Subclasses name `kind`, `template` and `why`; `why` may hold {words} of the letter.

    `to` and the words the templates use are given by name. `reply_to` is where an answer goes, `sender_name` stands before
    our own address ("Atap Suria by way of Pivotino"), `unsubscribe` is an address that stops letters like this.
    Raises NotAnAddress, and CannotBeSwitchedOff for an `unsubscribe` on a kind that must arrive.
    """

    kind: ClassVar[Kind]
    template: ClassVar[str]
    why: ClassVar[str]
    topic: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "template" in cls.__dict__ and not (getattr(cls, "why", "") and hasattr(cls, "kind")):
            raise Unexplained(f"{cls.__name__} needs a kind and a why.")
        if "template" in cls.__dict__ and cls.kind is Kind.MARKETING and cls.topic not in TOPICS:
            raise Unexplained(f"{cls.__name__} is marketing and names none of our topics.")

    def __init__(
        self, *, to: str, reply_to: str = "", sender_name: str = "", unsubscribe: str = "", **words: Any
    ) -> None:
        if unsubscribe and not self.kind.may_be_switched_off:
            raise CannotBeSwitchedOff(
                f"{type(self).__name__} is {self.kind}: people wait for it, so nothing may stop it."
            )
        self.to, self.reply_to = _address(to), _address(reply_to) if reply_to else ""
        self.sender_name, self.unsubscribe, self.words = _one_line(sender_name), unsubscribe, words

    @property
    def reason(self) -> str:
        """Why this person gets this letter, in a sentence."""
        return self.why.format_map(self.words)

    def write(self) -> Written:
        """Both twins from their templates.

        Raises UndefinedError for a missing word, AsksForPassword where it asks for one, Promotes where it sells on the side.
        """
        if self.kind is not Kind.MARKETING:
            refuse_promotion(_rich(), self.template)
        words = {
            **self.words,
            "letter_why": self.reason,
            "letter_unsubscribe": self.unsubscribe,
            "letter_topic": self.topic,
            **_house(),
        }
        subject, _, body = _plain().get_template(f"{self.template}.txt").render(words).strip().partition("\n")
        subject = _one_line(subject)
        foot = _plain().get_template("letters/foot.txt").render(words).strip()
        text = f"{body.strip()}\n\n-- \n{foot}\n"
        html = (
            _rich()
            .get_template(f"{self.template}.html")
            .render({**words, "letter_subject": subject, "letter_lead": _lead(body)})
        )
        if self.kind is not Kind.CUSTOMER:
            refuse_to_ask(subject, body, html)
        return Written(
            to=self.to, subject=subject, text=text, html=html, why=self.reason, sender=self._sender(), reply_to=self.reply_to,
            headers=self.headers(),
        )  # fmt: skip

    def headers(self) -> dict[str, str]:
        """What travels with it beside what every letter has."""
        bulk = {"Precedence": "bulk"} if self.kind in (Kind.NOTICE, Kind.MARKETING) else {}
        return {**bulk, **({"List-Unsubscribe": f"<{self.unsubscribe}>"} if self.unsubscribe else {})}

    def _sender(self) -> str:
        name, address = _parsed(settings.DEFAULT_FROM_EMAIL)
        return formataddr((f"{self.sender_name} by way of {name}" if self.sender_name else name, address))


class MarketingLetter(Letter):
    """A letter on a topic: `class Tips(MarketingLetter): topic = "tips"`. The way to stop it is not the caller's to choose.

    Whether it may go is asked when it leaves: see `suppression`.
    """

    kind = Kind.MARKETING

    def __init__(self, *, to: str, reply_to: str = "", sender_name: str = "", **words: Any) -> None:
        self.token = token_for(to, self.topic)
        super().__init__(
            to=to, reply_to=reply_to, sender_name=sender_name, unsubscribe=unsubscribe_link(self.token), **words
        )

    def headers(self) -> dict[str, str]:
        """As RFC 2369, 2919 and 8058 want it: one press in the mail program is enough."""
        domain = _parsed(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]
        return {
            "List-Unsubscribe": f"<{self.unsubscribe}>, <{mail_to_stop(self.token)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"{TOPICS[self.topic].title} <{self.topic}.{domain}>",
            "Precedence": "bulk",
        }


@cache
def _parsed(address: str) -> tuple[str, str]:
    return parseaddr(address)


def _house() -> dict[str, Any]:
    """What every letter says of us."""
    policy = outside_url("privacy:policy")
    return {
        "letter_house": settings.OPERATOR,
        "letter_home": absolute("/"),
        "letter_policy": absolute(policy) if policy else "",
    }


def _lead(body: str) -> str:
    """The words mail programs show beside the subject."""
    paragraphs = [" ".join(part.split()) for part in body.strip().split("\n\n")]
    telling = [part for part in paragraphs if len(part) > 30 and "://" not in part]
    return (telling or paragraphs or [""])[0][:140]


def _address(text: str) -> str:
    text = text.strip()
    try:
        validate_email(text)
    except ValidationError as error:
        raise NotAnAddress("This cannot be an address.") from error
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]


def _rich() -> Environment:
    for engine in engines.all():
        if isinstance(env := getattr(engine, "env", None), Environment):
            return env
    raise LookupError("No Jinja2 engine is set up.")


@cache
def _plain() -> Environment:
    """The same templates without escaping: plain text has no markup to be protected from."""
    return _rich().overlay(autoescape=False)
