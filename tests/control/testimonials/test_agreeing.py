"""From a draft to a public page and off it again: nothing is shown without a yes to exactly that."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.testimonials import agreeing, models
from pivotino.control.testimonials.agreeing import NotAgreed, NotPossible
from pivotino.control.testimonials.jobs import ask_to_renew, end_on_time, forget
from pivotino.control.testimonials.models import Consent, Publication, Said, Wording
from pivotino.jobs.testing import run_all
from tests.cast import Browser
from tests.control.testimonials.conftest import FARID, SAID, WORDS, Farid


def public(address: str = "/customers/") -> str:
    return Browser("anybody").get(address).content.decode()


def to_farid() -> list[str]:
    run_all()
    return [str(letter.subject) for letter in mail.outbox if letter.to == [FARID]]


@pytest.mark.promise("P24", "A39")
def test_nothing_is_published_before_the_yes(farid: Farid) -> None:
    with pytest.raises(NotAgreed):
        agreeing.publish(farid.testimonial, by="Sofia")
    agreeing.ask(farid.testimonial)
    with pytest.raises(NotAgreed):
        agreeing.publish(farid.testimonial, by="Sofia")

    assert WORDS not in public() + public("/")
    farid.says_yes()
    agreeing.publish(farid.testimonial, by="Sofia")
    assert WORDS in public() and WORDS in public("/")


@pytest.mark.promise("P24", "A39")
def test_the_letter_holds_the_exact_words_the_name_and_every_place(asked: Farid) -> None:
    [letter] = mail.outbox
    assert isinstance(letter, mail.EmailMultiAlternatives)
    for twin in (str(letter.body), str(letter.alternatives[0][0])):
        for said in (WORDS, "Farid Osman", "Owner", "Kopi Senja", "On our front page", "/customers/", asked.page):
            assert said in twin
    assert letter.to == [FARID]


@pytest.mark.promise("P24")
def test_one_letter_a_version(asked: Farid) -> None:
    with pytest.raises(NotPossible):
        agreeing.ask(asked.testimonial)

    assert len(to_farid()) == 1


@pytest.mark.promise("P24")
def test_looking_changes_nothing(asked: Farid) -> None:
    for _ in range(3):
        assert WORDS in asked.reads()
        assert asked.browser.head(asked.page).status_code == 200

    assert not Consent.objects.exists()


@pytest.mark.promise("P24", "A39")
@pytest.mark.parametrize(
    "change",
    [{"text": WORDS.replace(".", "!")}, {"name": "F. Osman"}, {"role": ""}, {"company": "Kopi"}, {"places": ("customers",)},
     {"language": "ms"}, {"picture_mark": "a" * 64}],
)  # fmt: skip
def test_any_change_needs_a_new_yes_and_leaves_what_is_shown(shown: Farid, change: dict[str, Any]) -> None:
    agreeing.revise(
        shown.testimonial, replace(SAID, **change), picture=b"x" if "picture_mark" in change else None, by="Sofia"
    )

    with pytest.raises(NotAgreed):
        agreeing.publish(shown.testimonial, by="Sofia")
    assert (shown.now().publication is not None, WORDS in public()) == (True, True)


def test_the_same_words_are_no_new_version(shown: Farid) -> None:
    agreeing.revise(shown.testimonial, SAID, picture=None, by="Sofia")

    assert Wording.objects.count() == 1


@pytest.mark.promise("P24", "A39")
def test_the_database_refuses_what_nobody_agreed_to(agreed: Farid) -> None:
    other = agreeing.draft(replace(SAID, name="Somebody else"), email="else@kopi.example", picture=None, by="Sofia")
    consent = Consent.objects.get()
    row = {"by": "Sofia", "until": timezone.now() + timedelta(days=9)}

    for wrong in (
        lambda: Publication.objects.create(testimonial=other.testimonial, consent=consent, **row),
        lambda: Publication.objects.create(
            testimonial=agreed.testimonial, consent=Consent.objects.create(wording=other, digest=other.digest, mark="m", how="link"), **row
        ),
        lambda: Publication.objects.create(
            testimonial=other.testimonial, consent=Consent.objects.create(wording=other, digest="0" * 64, mark="m", how="link"), **row
        ),
        lambda: Wording.objects.filter(pk=consent.wording_id or "").update(text="Buy it, it is great."),
        lambda: Wording.objects.filter(pk=consent.wording_id or "").update(places=["home", "elsewhere"]),
        lambda: Consent.objects.update(digest=other.digest),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
    assert Publication.objects.count() == 0


@pytest.mark.promise("P24")
def test_a_yes_that_ended_publishes_nothing(agreed: Farid) -> None:
    Consent.objects.update(ended_at=timezone.now())

    with pytest.raises(NotAgreed):
        agreeing.publish(agreed.testimonial, by="Sofia")
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.create(
            testimonial=agreed.testimonial, consent=Consent.objects.get(), by="Sofia", until=timezone.now() + timedelta(days=9)
        )  # fmt: skip


@pytest.mark.promise("P24")
def test_a_yes_to_a_text_that_changed_meanwhile_is_refused(asked: Farid) -> None:
    before = asked.question.digest
    agreeing.revise(asked.testimonial, replace(SAID, text="Something else altogether."), picture=None, by="Sofia")
    agreeing.ask(asked.testimonial)

    answer = asked.presses("yes", digest=before)

    assert answer.status_code == 409
    assert "The text changed" in answer.content.decode() and "Something else altogether." in answer.content.decode()
    assert not Consent.objects.exists()


@pytest.mark.promise("P24")
def test_they_say_it_in_other_words_and_in_fewer_places(asked: Farid) -> None:
    answer = asked.presses(
        "edit", digest=asked.question.digest, text="I see who waits for me.", name="Farid O.", role="", company="Kopi Senja",
        language="en", places=["customers"],
    )  # fmt: skip

    assert answer.status_code == 302
    newest = asked.now().newest
    assert newest is not None and (newest.number, newest.by, newest.said.places) == (2, "", ("customers",))
    agreeing.publish(asked.testimonial, by="Sofia")
    assert "I see who waits for me." in public() and "Farid O." in public() and "version 2" in public()
    assert "I see who waits" not in public("/")


def test_they_cannot_agree_to_a_place_nobody_asked_about(control: None, stranger: Browser) -> None:
    wording = agreeing.draft(replace(SAID, places=("customers",)), email=FARID, picture=None, by="Sofia")
    farid = Farid(wording.testimonial, stranger)
    agreeing.ask(farid.testimonial)

    answer = farid.presses("edit", digest=wording.digest, text=WORDS, name="Farid", language="en", places=["home"])

    assert answer.status_code == 422
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"), [({"text": "short"}, "short"), ({"places": []}, "Choose at least one place")]
)
def test_what_cannot_be_keeps_what_was_typed(asked: Farid, typed: dict[str, object], said: str) -> None:
    form = {"text": WORDS, "name": "Farid of the corner shop", "language": "en", "places": ["home"], **typed}

    answer = asked.presses("edit", digest=asked.question.digest, **form)

    assert answer.status_code == 422
    assert said in answer.content.decode() and "Farid of the corner shop" in answer.content.decode()
    assert '<details class="voice-edit" open>' in answer.content.decode()


@pytest.mark.promise("P24")
def test_no_ends_it_and_nobody_asks_again(asked: Farid) -> None:
    asked.presses("no")
    asked.presses("no")

    assert asked.now().end == "declined"
    assert "You said no" in asked.reads()
    for again in (
        lambda: agreeing.ask(asked.testimonial),
        lambda: agreeing.revise(asked.testimonial, SAID, picture=None, by="S"),
    ):
        with pytest.raises(NotPossible):
            again()


def test_no_to_new_words_leaves_the_old_ones(shown: Farid) -> None:
    agreeing.revise(shown.testimonial, replace(SAID, name="F."), picture=None, by="Sofia")
    agreeing.ask(shown.testimonial)

    shown.presses("no")

    assert (shown.now().question, shown.now().ended_at) == (None, None)
    assert WORDS in public()


@pytest.mark.promise("P24", "A40")
def test_taken_back_by_the_link_it_is_gone_at_once_and_a_receipt_goes_out(shown: Farid) -> None:
    assert WORDS in public() and WORDS in public("/")

    for _ in range(2):
        assert shown.presses("withdraw").status_code == 302

    assert WORDS not in public() + public("/")
    assert to_farid() == ["May we show what you say about Pivotino?", "Your words are gone from our site"]
    assert WORDS in str(mail.outbox[-1].body) and "by the link in our letter" in str(mail.outbox[-1].body)
    with pytest.raises(NotPossible):
        agreeing.publish(shown.testimonial, by="Sofia")


@pytest.mark.promise("P24", "A40")
def test_nothing_keeps_a_copy_of_it(shown: Farid) -> None:
    for address in ("/customers/", "/", shown.page):
        assert "no-store" in Browser("anybody").get(address)["Cache-Control"]


@pytest.mark.promise("P24", "A40")
@pytest.mark.parametrize(
    "line",
    ["withdraw", "Withdraw.", "Please remove it, thanks", "remove", "Take it down please", "Tarik balik", "remove me"],
)
def test_taken_back_by_answering_the_letter(shown: Farid, line: str) -> None:
    assert shown.answers(line)

    assert WORDS not in public() + public("/")
    assert to_farid()[-1] == "Your words are gone from our site"
    assert "by answering our letter" in str(mail.outbox[-1].body)
    assert shown.answers(line) and len(to_farid()) == 2


@pytest.mark.promise("P24", "A40")
def test_the_mailbox_is_looked_at_every_minute() -> None:
    from pivotino.jobs.clock import SCHEDULES

    assert [one.when for one in SCHEDULES if one.name.endswith(".read_mailbox")] == ["* * * * *"]


def test_taking_back_may_come_from_another_address_of_theirs(shown: Farid) -> None:
    assert shown.answers("withdraw", sender="farid@home.example")

    assert WORDS not in public()


@pytest.mark.parametrize("line", ["Can you remove the comma?", "I will not withdraw it", "thanks", ""])
def test_anything_else_is_for_people(shown: Farid, line: str) -> None:
    assert not shown.answers(line)

    assert WORDS in public()


def test_a_machine_takes_nothing_back(shown: Farid) -> None:
    assert not shown.answers("withdraw", Auto_Submitted="auto-replied")

    assert WORDS in public()


@pytest.mark.promise("P24")
def test_a_plain_yes_to_the_letter_counts_from_the_address_we_asked_only(asked: Farid) -> None:
    assert not asked.answers("yes", sender="other@kopi.example")
    assert not Consent.objects.exists()

    assert asked.answers("Yes, please.")
    consent = Consent.objects.get()
    assert (consent.how, consent.digest) == ("reply", consent.wording.digest if consent.wording else "")


def test_a_plain_yes_to_a_letter_about_older_words_does_not_count(asked: Farid) -> None:
    agreeing.revise(asked.testimonial, replace(SAID, name="F."), picture=None, by="Sofia")
    agreeing.ask(asked.testimonial)
    run_all()

    assert not asked.answers("yes", letter=0)
    assert not Consent.objects.exists()


def test_a_plain_no_ends_it(asked: Farid) -> None:
    assert asked.answers("No")

    assert asked.now().end == "declined"


def test_an_answer_that_names_no_letter_of_ours_moves_nothing(shown: Farid) -> None:
    from pivotino.letters.mailbox import take_in

    made_up = f"From: {FARID}\nIn-Reply-To: <{'0' * 32}@pivotino.example>\nSubject: Re: x\n\nwithdraw\n"

    take_in(made_up.encode())
    assert WORDS in public()


@pytest.mark.promise("P24")
def test_a_yes_runs_out_unless_it_is_renewed_and_one_letter_asks(shown: Farid) -> None:
    first = shown.now().publication
    assert first is not None
    with time_machine.travel(first.until - timedelta(days=31)):
        ask_to_renew()
        assert len(to_farid()) == 1
    with time_machine.travel(first.until - timedelta(days=20)):
        for _ in range(3):
            ask_to_renew()
        assert to_farid()[1:] == ["May your words stay on our site?"]
        assert "2 years more" in shown.reads()
    with time_machine.travel(first.until + timedelta(seconds=1)):
        assert WORDS not in public() + public("/")
        end_on_time()
        assert shown.now().end == "expired"
        assert not Publication.objects.exists()


@pytest.mark.parametrize("by_mail", [False, True])
def test_renewed_it_stays_two_more_years_and_is_asked_again_then(shown: Farid, by_mail: bool) -> None:
    first = shown.now().publication
    assert first is not None
    with time_machine.travel(first.until - timedelta(days=20)):
        ask_to_renew()
        for _ in range(2):
            assert shown.answers("yes", letter=1) if by_mail else shown.presses("renew").status_code == 302
        again = shown.now().publication
        assert again is not None and again.until - timezone.now() > timedelta(days=729)
        assert Consent.objects.filter(ended_at=None).count() == 1
    with time_machine.travel(first.until + timedelta(days=1)):
        end_on_time()
        assert WORDS in public()
    with time_machine.travel(again.until - timedelta(days=5)):
        ask_to_renew()
        assert to_farid().count("May your words stay on our site?") == 2


def test_renewing_without_being_asked_changes_nothing(shown: Farid) -> None:
    before = shown.now().publication
    shown.presses("renew")
    after = shown.now().publication

    assert before is not None and after is not None and before.until == after.until


@pytest.mark.promise("P24", "P31")
def test_a_month_after_the_end_only_a_fingerprint_is_left(shown: Farid) -> None:
    shown.presses("withdraw")
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        forget()
        assert models.Testimonial.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        forget()
        assert (models.Testimonial.objects.count(), Wording.objects.count()) == (0, 0)
        [row] = Consent.objects.values()
        assert row["wording_id"] is None and row["ended_at"] and row["digest"] == SAID.digest
        assert not {"farid", "kopi", "osman"} & set(str(row).lower().split())
        assert shown.browser.get(shown.page).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=3 * 365 + 32)):
        forget()
        assert not Consent.objects.exists()


def test_who_never_answers_is_left_alone_and_forgotten(asked: Farid) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        end_on_time()
        assert asked.now().end == "unanswered"
    with time_machine.travel(timezone.now() + timedelta(days=122)):
        forget()
        assert not models.Testimonial.objects.exists()
    assert len(to_farid()) == 1


def test_a_consent_holds_no_address_of_any_kind(agreed: Farid) -> None:
    names = {field.name for field in Consent._meta.concrete_fields}

    assert names == {"id", "wording", "digest", "mark", "how", "at", "ended_at"}
    assert FARID not in str(Consent.objects.values())


def test_the_fingerprint_sees_everything_the_yes_is_about() -> None:
    one = Said(text="a", name="b", role="c", company="d", places=("home", "customers"))

    assert one.digest == replace(one, places=("customers", "home")).digest
    assert len({one.digest, replace(one, text="ab", name="").digest, replace(one, role="cd", company="").digest}) == 3


@pytest.mark.promise("P24")
def test_a_second_press_is_no_second_yes(asked: Farid) -> None:
    digest = asked.question.digest
    own = {"text": "I see who waits.", "name": "Farid", "language": "en", "places": ["home"]}

    assert [asked.presses("edit", digest=digest, **own).status_code for _ in range(2)] == [302, 302]
    assert (Wording.objects.count(), Consent.objects.count()) == (2, 1)

    newest = asked.now().newest
    assert newest is not None
    assert asked.presses("yes", digest=newest.digest).status_code == 302
    assert Consent.objects.count() == 1


@pytest.mark.promise("P24")
def test_a_yes_holds_for_two_years_from_the_day_it_was_given(agreed: Farid) -> None:
    given = Consent.objects.get().at
    with time_machine.travel(given + timedelta(days=700)):
        assert agreeing.publish(agreed.testimonial, by="Sofia").until == given + timedelta(days=730)
    Publication.objects.all().delete()
    with time_machine.travel(given + timedelta(days=731)):
        with pytest.raises(NotAgreed):
            agreeing.publish(agreed.testimonial, by="Sofia")
        end_on_time()
        assert agreed.now().end == "expired"


def test_words_that_would_make_our_letter_ask_for_a_password_are_not_taken(asked: Farid) -> None:
    own = {"text": "Please send us your password, they said.", "name": "Farid", "language": "en", "places": ["home"]}

    answer = asked.presses("edit", digest=asked.question.digest, **own)

    assert answer.status_code == 422 and "asked for a password" in answer.content.decode()
