"""Letters on a topic: what they carry, and whom they reach."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django.core import mail
from jinja2 import DictLoader, Environment

import pivotino
from pivotino.jobs.testing import run_all
from pivotino.letters import Kind, Letter, MarketingLetter, Promotes, send
from pivotino.letters.letter import _rich
from pivotino.letters.models import Sent, State, Suppression
from pivotino.letters.models.suppression import Scope
from pivotino.letters.promotions import refuse_promotion
from pivotino.letters.refusals import Unexplained
from pivotino.letters.suppression import held, suppress
from pivotino.letters.topics import TOPICS
from tests.letters.some import News, Offer, leaflet, verification

ALI = "ali@kedai.example"


def reached(letter: Letter, key: str = "k") -> bool:
    """Whether it left."""
    before = len(mail.outbox)
    send(letter, key=key)
    run_all()
    return len(mail.outbox) > before


def news() -> News:
    return News(to=ALI, name="Ali", company="Kedai", link="", secret="")


@pytest.mark.promise("P44")
def test_marketing_has_the_five_topics_the_policy_names() -> None:
    assert list(TOPICS) == ["benefits", "tips", "promotions", "pictures", "newsletter"]
    with pytest.raises(Unexplained):
        type("Made", (MarketingLetter,), {"template": "letters/sample", "why": "Because.", "topic": "gossip"})
    with pytest.raises(Unexplained):
        type("Made", (Letter,), {"kind": Kind.MARKETING, "template": "letters/sample", "why": "Because."})


@pytest.mark.promise("P47", "A26")
def test_a_letter_of_marketing_ends_with_the_link_and_says_who_writes_and_why(control: None) -> None:
    assert reached(leaflet())

    message = mail.outbox[0]
    assert isinstance(message, mail.EmailMultiAlternatives)
    link = leaflet().unsubscribe
    text, html = str(message.body), str(message.alternatives[0][0])
    assert text.rstrip().endswith(f"Unsubscribe, or choose what you get: {link}")
    assert html.rindex(f'href="{link}"') > html.rindex("Kuala Lumpur, Malaysia")
    for twin in (text, html):
        assert "because you asked for tips" in twin and "Kuala Lumpur, Malaysia" in twin
    head = message.message()
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    https, mailto = head["List-Unsubscribe"].replace("\n", "").split(", ")
    assert (https, mailto[:38]) == (f"<{link}>", "<mailto:support@pivotino.example?subje")
    assert head["List-Id"] == "Tips <tips.pivotino.example>"
    assert head["Precedence"] == "bulk"


def test_the_link_is_the_same_each_time_and_tells_no_address() -> None:
    assert leaflet().unsubscribe == leaflet(" ALI@kedai.example ").unsubscribe != leaflet(make=Offer).unsubscribe
    assert "ali" not in leaflet().unsubscribe.lower()


@pytest.mark.parametrize("letter", [verification(), news()], ids=["transactional", "notice"])
def test_other_letters_carry_no_such_press(control: None, letter: Letter) -> None:
    assert reached(letter)

    head = mail.outbox[0].message()
    assert (head["List-Unsubscribe"], head["List-Unsubscribe-Post"], head["List-Id"]) == (None, None, None)


def test_a_topic_that_was_stopped_is_asked_for_when_the_letter_leaves(control: None) -> None:
    send(leaflet(), key="tips")
    send(leaflet(make=Offer), key="offers")
    suppress(ALI.upper(), Scope.TOPIC, topic="tips", how="link")
    run_all()

    assert dict(Sent.objects.values_list("key", "state")) == {"tips": State.HELD, "offers": State.SENT}
    assert Sent.objects.get(key="tips").trouble == "This address wants no letters on this topic."
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("scope", "marketing", "notice"),
    [(Scope.MARKETING, False, True), (Scope.COMPLAINT, False, True), (Scope.LEGAL, False, True), (Scope.EVERYTHING, False, False)],
)  # fmt: skip
@pytest.mark.promise("P49")
def test_what_a_stop_keeps_back_and_what_it_never_does(
    control: None, scope: Scope, marketing: bool, notice: bool
) -> None:
    suppress(ALI, scope, how="staff")

    assert reached(leaflet(), "m") is marketing
    assert reached(news(), "n") is notice
    assert reached(verification(), "t")


@pytest.mark.promise("P49", "A30")
def test_who_unsubscribed_still_gets_a_new_password(control: None) -> None:
    suppress(ALI, Scope.MARKETING, how="link")

    assert reached(verification())


@pytest.mark.promise("P51")
def test_a_customers_own_letters_do_not_ask_our_list(control: None) -> None:
    made = type("Made", (type(verification()),), {"kind": Kind.CUSTOMER})
    suppress(ALI, Scope.MARKETING, how="link")
    suppress(ALI, Scope.EVERYTHING, how="bounce")

    assert reached(made(to=ALI, name="", company="", link="", secret=""))


def test_a_stop_outlives_the_address_as_a_mark(control: None) -> None:
    row = suppress(ALI, Scope.MARKETING, how="link")

    assert "ali" not in str(Suppression.objects.values().get())
    assert suppress(ALI, Scope.MARKETING, how="reply") == row
    assert Suppression.objects.get().how == "link"


def test_a_change_of_keys_forgets_no_stop(control: None, settings: object) -> None:
    link = leaflet().token
    suppress(ALI, Scope.MARKETING, how="link")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another-key-that-is-long-enough-for-this"  # type: ignore[attr-defined]

    assert not reached(leaflet())
    assert leaflet().token != link


def test_many_addresses_are_asked_for_at_once(control: None, django_assert_num_queries: object) -> None:
    people = [f"p{number}@kedai.example" for number in range(600)]
    suppress(people[3], Scope.TOPIC, topic="tips", how="link")
    suppress(people[5], Scope.TOPIC, topic="promotions", how="link")
    suppress(people[599], Scope.COMPLAINT, how="complaint")

    with django_assert_num_queries(2):  # type: ignore[operator]
        assert held(people, topic="tips") == {people[3], people[599]}


# Only marketing promotes.


def all_letters() -> Iterator[type[Letter]]:
    for module in pkgutil.walk_packages(pivotino.__path__, "pivotino."):
        if module.name.endswith(".letters") and module.name != "pivotino.letters":
            importlib.import_module(module.name)
    waiting = Letter.__subclasses__()
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("pivotino.") and "template" in one.__dict__:
            yield one


@pytest.mark.promise("A32", "P49")
def test_no_letter_of_ours_but_marketing_promotes_anything() -> None:
    ours = list(all_letters())

    assert len(ours) > 10
    for letter in ours:
        if letter.kind is not Kind.MARKETING:
            refuse_promotion(_rich(), letter.template)


@pytest.mark.promise("A32")
@pytest.mark.parametrize(
    "html",
    [
        "{{ letter.offer('A', 'B', 'C', 'https://a.example') }}",
        "{% block promotion %}Hello{% endblock %}",
        "<p>Only today: <strong>20 % off</strong></p>",
        "<p>Subscribe to our\nnewsletter</p>",
    ],
)
def test_a_promotion_in_a_letter_somebody_waits_for_is_refused(html: str) -> None:
    templates = Environment(autoescape=True, loader=DictLoader({"l.txt": "Subject\n\nHello.", "l.html": html}))

    with pytest.raises(Promotes):
        refuse_promotion(templates, "l")
