import pytest
from hypothesis import given
from hypothesis import strategies as st

from pivotino.kit.slugs import LONGEST, BadSlug, check_slug, problem_with, skeleton, suggest_slug


@pytest.mark.parametrize(
    ("company", "slug"),
    [
        ("Acme Sdn Bhd", "acme"),
        ("Klinik Harmoni Pte. Ltd.", "klinik-harmoni"),
        ("Café Münze", "cafe-munze"),
        ("Ben & Jerry’s", "ben-and-jerrys"),
        ("阿克米有限公司", "company"),
        ("", "company"),
        ("3M", "company-3m"),
        ("42", "company-42"),
        ("1" * 40, "company"),
        ("Admin", "company-2"),
        ("Gallery", "gallery-2"),
        ("Pivotino", "company-2"),
        ("The Very Long Name of a Trading House", "very-long-name-of-a-trading"),
        ("A" * 50, "a" * 30),
    ],
)
def test_a_company_is_offered_its_own_name(company, slug):
    assert suggest_slug(company) == slug


def test_a_taken_name_gets_the_next_number_and_never_grows_too_long():
    taken = {"acme", "acme-2", "a" * 30}

    assert suggest_slug("Acme", taken=taken.__contains__) == "acme-3"
    assert suggest_slug("A" * 50, taken=taken.__contains__) == "a" * 28 + "-2"


@given(st.text(max_size=60) | st.text("ab01- &Admin.Pivotino", max_size=60))
def test_every_suggestion_is_valid_and_so_is_the_next(company):
    first = suggest_slug(company)
    second = suggest_slug(company, taken=lambda slug: slug == first)

    assert [problem_with(first), problem_with(second)] == ["", ""]
    assert first != second


@pytest.mark.parametrize(
    ("slug", "reason"),
    [
        ("", "Choose a name for your address."),
        ("ab", "Use at least 3 characters."),
        ("a" * (LONGEST + 1), "Use at most 30 characters."),
        ("Acme", "Use small letters."),
        ("acme_food", "Use only letters, digits and hyphens."),
        ("acme food", "Use only letters, digits and hyphens."),
        ("acme\n", "Use only letters, digits and hyphens."),
        ("-acme", "A hyphen stands between two words: not at an end, not twice."),
        ("xn--acme", "A hyphen stands between two words: not at an end, not twice."),
        ("2026", "Use at least one letter."),
        ("münze", "Use the letters a to z, without accents."),
        ("аcme", "“а” is not a Latin letter, it may only look like one. Use a to z."),
        ("асме", "Use the letters a to z, without accents."),
        ("gallery", "This name is kept for our own pages. Choose another."),
        ("promises", "This name is kept for our own pages. Choose another."),
        ("adm1n", "This name could be taken for ours. Choose another."),
        ("p1vot1no", "This name could be taken for ours. Choose another."),
        ("pivotino-help", "This name could be taken for ours. Choose another."),
    ],
)
def test_a_bad_address_is_refused_with_its_reason(slug, reason):
    assert problem_with(slug) == reason
    with pytest.raises(BadSlug) as refusal:
        check_slug(slug)
    assert refusal.value.message == reason


def test_look_alikes_share_a_skeleton():
    assert skeleton("acrne") == skeleton("acme") == skeleton("ac-me")
    assert skeleton("bill") == skeleton("b1ll")
    assert skeleton("acme") != skeleton("apex")
