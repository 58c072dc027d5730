"""The get-started form: what it takes, what it refuses, and what it does not tell."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pivotino.control.accounts.models import Account, Consent
from pivotino.control.privacy import documents
from pivotino.control.subscriptions.jobs import sweep_sign_ups
from pivotino.control.subscriptions.models import SignUp
from pivotino.control.subscriptions.models.sign_up import hash_of
from pivotino.jobs.testing import run_all
from tests.cast import Browser
from tests.control.newcomer import EMAIL, TYPED, Newcomer, letters_to

pytestmark = pytest.mark.usefixtures("control")


def test_the_page_opens_for_anybody_without_a_cookie(stranger: Browser) -> None:
    answer = stranger.get("/get-started/")

    assert answer.status_code == 200
    assert answer.headers.get("Set-Cookie") is None
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.promise("P08")
def test_the_form_asks_about_person_and_company_only_and_says_why(stranger: Browser) -> None:
    page = stranger.get("/get-started/").content.decode()

    fields = set(re.findall(r'name="(\w+)"', page)) - {"viewport", "description", "choice"}  # cookies
    assert fields == {"first_name", "last_name", "company", "email", "dial", "phone", "country", "currency", "zone",
                      "terms", "grown", "plan", "once"}  # fmt: skip
    for reason in (
        "How we greet you",
        "So that your board counts in your money",
        "You sign in with it",
        "No sales calls",
        "Your address follows from it",
        "/privacy/20",
    ):
        assert reason in page


def test_there_is_no_password_field(stranger: Browser) -> None:
    assert b'type="password"' not in stranger.get("/get-started/").content


@pytest.mark.parametrize(
    ("language", "country", "currency", "zone"),
    [
        ("de", "DE", "EUR", "Europe/Berlin"),
        ("en-SG,en;q=0.8", "SG", "SGD", "Asia/Singapore"),
        ("", "MY", "MYR", "Asia/Kuala_Lumpur"),
    ],
)
def test_country_money_and_clock_are_guessed(
    stranger: Browser, language: str, country: str, currency: str, zone: str
) -> None:
    page = stranger.get("/get-started/", headers={"Accept-Language": language}).content.decode()

    chosen = re.findall(r'<option value="([^"]+)" selected', page)
    assert chosen == [country, country, currency, zone]


def test_another_country_brings_its_money_and_clock(stranger: Browser) -> None:
    page = stranger.htmx("get", "/get-started/place/", {"country": "VN"}).content.decode()

    assert re.findall(r'<option value="([^"]+)" selected', page) == ["VN", "VND", "Asia/Ho_Chi_Minh"]
    assert stranger.htmx("get", "/get-started/place/", {"country": "<x>"}).status_code == 200


def test_a_filled_in_form_leads_to_a_thank_you_by_name(mei: Newcomer) -> None:
    thanks = mei.register()

    page = mei.get(thanks).content.decode()
    assert "Thank you, <bdi>Mei Ling Tan</bdi>" in page
    assert EMAIL in page
    assert [letter.subject for letter in letters_to(EMAIL)] == [
        "Is this your mailbox? One press, and your database is made"
    ]


def test_the_parts_of_a_name_are_joined_with_a_space(mei: Newcomer) -> None:
    mei.register()

    assert SignUp.objects.get().name == "Mei Ling Tan"


@pytest.mark.parametrize(
    "email", ["mei@yahoo.com", "MEI@Yahoo.Co.UK", "m.e.i+crm@gmail.com", "mei@xn--bcher-kva.example"]
)
def test_any_provider_will_do(mei: Newcomer, email: str) -> None:
    assert mei.fill_in(email=email).status_code == 302
    assert SignUp.objects.get().email == email.lower()


def test_the_token_is_kept_as_a_hash_only_and_does_not_stand_in_the_thank_you_page(mei: Newcomer) -> None:
    thanks = mei.register()

    sign_up = SignUp.objects.get()
    token = mei.link.split("/")[2]
    assert sign_up.token_hash == hash_of(token)
    assert all(token not in str(value) for value in SignUp.objects.values_list().get())
    assert token not in thanks + mei.get(thanks).content.decode()


def test_the_address_of_the_visitor_is_kept_shortened(mei: Newcomer) -> None:
    mei.browser.defaults["REMOTE_ADDR"] = "203.0.113.77"
    mei.register()

    assert SignUp.objects.get().network == "203.0.113.0"
    assert set(Consent.objects.values_list("network", flat=True)) == {"203.0.113.0"}


@pytest.mark.promise("P18")
@pytest.mark.promise("P03")
def test_what_was_agreed_to_is_kept_with_version_and_fingerprint(mei: Newcomer) -> None:
    mei.register()

    terms, policy = documents.current("terms"), documents.current("policy")
    kept = {row.document: (row.version, row.sha256, row.sign_up, row.channel) for row in Consent.objects.all()}
    id = SignUp.objects.get().id
    assert kept["terms"] == (terms.version, terms.sha256, id, "sign-up")
    assert kept["policy"] == (policy.version, policy.sha256, id, "sign-up")
    assert set(kept) == {"terms", "policy", "age"}


WRONG = [
    ("first_name", "", "Type your first name."),
    ("last_name", "   ", "Type your last name."),
    ("first_name", "http://win.example", "has no web or mail address"),
    ("first_name", "...", "Type your first name."),
    ("first_name", "M" * 200, "at most 80 characters; this has 200"),
    ("company", "", "Type your company’s name."),
    ("company", "Visit www.win.example now", "has no web or mail address"),
    ("company", "K" * 201, "at most 200 characters"),
    ("email", "mei@kopi", "does not look like a mail address"),
    ("email", "", "Type your mail address."),
    ("email", "a" * 250 + "@kopi.example", "does not look like a mail address"),
    ("phone", "", "Type your mobile number."),
    ("phone", "12", "too short"),
    ("phone", "call me", "not a phone number"),
    ("dial", "XX", "Choose a country code."),
    ("country", "Atlantis", "Choose a country."),
    ("currency", "DOGE", "Choose a currency."),
    ("zone", "Mars/Base", "Choose a time zone."),
    ("terms", "", "Without the terms"),
]


@pytest.mark.parametrize(("field", "value", "reason"), WRONG)
def test_wrong_input_is_said_on_top_and_at_the_field_and_what_was_typed_stays(
    mei: Newcomer, field: str, value: str, reason: str
) -> None:
    answer = mei.fill_in(**{field: value, "last_name": value if field == "last_name" else "Tan-Wong"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(reason) == 2
    assert "One thing needs a second look." in page
    assert field == "last_name" or "Tan-Wong" in page
    assert SignUp.objects.count() == 0


@pytest.mark.promise("P16")
@pytest.mark.promise("A41")
def test_somebody_under_13_leaves_nothing_behind_and_hears_a_neutral_sentence(mei: Newcomer) -> None:
    answer = mei.fill_in(grown="")

    assert answer.status_code == 422
    assert "We can only open an account for people of 13 or older." in answer.content.decode()
    assert (SignUp.objects.count(), Consent.objects.count(), len(mail.outbox)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("علي", "بن محمد"),
        ("Nurul ’Aina", "binti Ismail"),
        ("陈", "美玲"),
        ("O'Neil", "d’Été"),
        ("M" * 80, "T" * 79),
        ("A", "B"),
    ],
)
def test_names_of_all_scripts_and_lengths_are_taken(mei: Newcomer, first: str, last: str) -> None:
    thanks = mei.fill_in(first_name=first, last_name=last)["Location"]

    assert SignUp.objects.get().name == f"{first} {last}"
    assert mei.get(thanks).status_code == 200


def test_marks_that_turn_the_direction_do_not_get_in(mei: Newcomer) -> None:
    mei.fill_in(first_name="Mei\u202e", company="Kedai\u2066 Kopi\u200f")

    assert (SignUp.objects.get().name, SignUp.objects.get().company) == ("Mei Tan", "Kedai Kopi")


@pytest.mark.parametrize("name", ["Ren%E9", "%FF%FE", "%ED%A0%80", "Ren%C3"])
def test_letters_of_another_encoding_are_named_as_broken(mei: Newcomer, name: str) -> None:
    body = "&".join(f"{key}={value}" for key, value in TYPED.items()).replace("Mei Ling", name)

    answer = mei.browser.post("/get-started/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422
    assert "arrived broken" in answer.content.decode()


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"first_name=%00", b"x" * 50_000])
def test_nonsense_is_answered_with_the_form(mei: Newcomer, body: bytes) -> None:
    answer = mei.browser.post("/get-started/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422


def test_pressing_twice_is_one_sign_up_and_one_letter(mei: Newcomer) -> None:
    first, second = mei.fill_in(), mei.fill_in()
    run_all()

    assert SignUp.objects.seen(first["Location"].split("/")[3]) == SignUp.objects.seen(second["Location"].split("/")[3])
    assert (SignUp.objects.count(), Consent.objects.count(), len(mail.outbox)) == (1, 3, 1)


def test_going_back_and_correcting_the_address_is_another_sign_up(mei: Newcomer) -> None:
    mei.fill_in(email="typo@kopi.example")
    mei.fill_in()

    assert sorted(SignUp.objects.values_list("email", flat=True)) == [EMAIL, "typo@kopi.example"]


def neutral(content: bytes) -> str:
    """A page without what differs by its nature."""
    text = content.decode()
    text = re.sub(r"/get-started/thanks/[^/]+/", "/get-started/thanks/…/", text)
    return re.sub(r"[\w.+-]+@[\w.-]+\.example", "…", text)


def test_nobody_learns_from_the_page_whether_an_address_has_an_account(mei: Newcomer) -> None:
    Account.objects.create_user("known@kopi.example", name="Known")

    new, known = mei.fill_in(), mei.fill_in(email="known@kopi.example")

    assert (new.status_code, neutral(new["Location"].encode())) == (
        known.status_code,
        neutral(known["Location"].encode()),
    )
    assert dict(new.headers).keys() == dict(known.headers).keys()
    assert neutral(mei.get(new["Location"]).content) == neutral(mei.get(known["Location"]).content)


def test_the_owner_of_a_known_address_gets_another_letter_which_opens_nothing_new(mei: Newcomer) -> None:
    Account.objects.create_user(EMAIL, name="Mei")
    mei.register()

    (letter,) = letters_to(EMAIL)
    assert letter.subject == "You already have an account"
    assert "/verify/" not in letter.body
    assert mei.get(f"/verify/{SignUp.objects.get().token}/").status_code == 404


def test_the_letter_can_be_asked_for_again_after_thirty_seconds(mei: Newcomer) -> None:
    thanks = mei.register()
    first = mei.link

    assert mei.post(f"{thanks}again/").status_code == 429
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert mei.post(f"{thanks}again/").status_code == 302
        run_all()

    assert len(letters_to(EMAIL)) == 2
    assert mei.link == first, "the first letter's link must go on working"


def test_the_page_counts_down_with_and_without_a_script(mei: Newcomer) -> None:
    page = mei.get(mei.register()).content.decode()

    assert '<pv-countdown seconds="30">' in page
    assert '<noscript><meta http-equiv="refresh" content="31"></noscript>' in page
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        page = mei.get(f"/get-started/thanks/{SignUp.objects.get().sealed}/").content.decode()
    assert "data-wait" not in page
    assert "hidden>" not in page.split("<pv-countdown")[1].split("</pv-countdown>")[0]


def test_letters_end_after_six(mei: Newcomer) -> None:
    thanks = mei.register()
    for minute in range(1, 9):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute)):
            mei.post(f"{thanks}again/")
            run_all()

    assert len(letters_to(EMAIL)) == 6


@pytest.mark.parametrize("sealed", ["x", "a:b:c", "ü", "%00"])
def test_a_thank_you_page_without_a_sign_up_leads_to_the_form(stranger: Browser, sealed: str) -> None:
    assert stranger.get(f"/get-started/thanks/{sealed}/")["Location"] == "/get-started/"
    assert stranger.post(f"/get-started/thanks/{sealed}/again/")["Location"] == "/get-started/"


def test_a_flood_from_one_network_is_slowed_and_others_are_not(mei: Newcomer) -> None:
    mei.browser.defaults["REMOTE_ADDR"] = "203.0.113.7"
    answers = [mei.fill_in(once=str(turn), email=f"m{turn}@kopi.example").status_code for turn in range(22)]

    mei.browser.defaults["REMOTE_ADDR"] = "198.51.100.7"
    other = mei.fill_in(once="other").status_code

    assert answers == [302] * 20 + [429] * 2
    assert other == 302


def test_a_refused_flood_keeps_what_was_typed(mei: Newcomer) -> None:
    for turn in range(7):
        answer = mei.fill_in(once=str(turn))

    assert answer.status_code == 429
    assert "Too many tries." in answer.content.decode()
    assert "Kedai Kopi" in answer.content.decode()


def test_what_nobody_proved_is_swept_after_seven_days(mei: Newcomer) -> None:
    mei.register()

    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        sweep_sign_ups()
        assert SignUp.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        sweep_sign_ups()

    assert (SignUp.objects.count(), Consent.objects.count()) == (0, 0)


@pytest.mark.promise("P01")
def test_the_form_and_the_log_in_page_lead_to_the_policy(stranger: Browser) -> None:
    for path in ("/get-started/", "/sign-in/"):
        assert b'href="/privacy/' in stranger.get(path).content
