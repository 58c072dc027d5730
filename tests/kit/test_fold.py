import pytest
from hypothesis import given
from hypothesis import strategies as st

from pivotino.kit.fold import core_name, fold, likeness, similarity, trigrams


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Café  Münze! ", "cafe munze"),
        ("ＡＣＭＥ", "acme"),
        ("Straße", "strasse"),
        ("Søren Łódź", "soren lodz"),
        ("Việt Nam Đồng", "viet nam dong"),
        ("L'Oréal", "loreal"),
        ("がく", "がく"),
        ("김철수", "김철수"),
        ("ABC-123/4", "abc 123 4"),
        ("...", ""),
    ],
)
def test_spelling_variants_fold_to_one(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_trigrams_are_cut_as_the_database_cuts_them():
    assert trigrams("Cat") == {"  c", " ca", "cat", "at "}


def test_similarity_is_one_for_the_same_words_in_any_order_and_nothing_for_nothing():
    assert similarity("Tan Brothers", "brothers tan") == 1.0
    assert similarity("", "") == 0.0
    assert similarity("acme", "zzz") == 0.0


@pytest.mark.parametrize(
    "name",
    [
        "ACME",
        "Acme Sdn Bhd",
        "ACME (M) Sdn. Bhd.",
        "Acme Malaysia Sdn Bhd",
        "PT Acme Tbk",
        "The Acme Company, Inc.",
        "Acme S.A.",
        "Acme GmbH & Co. KG",
        "Acme Pte Ltd",
        "Acme Sp. z o.o.",
        "Acme株式会社",
        "acme 有限公司",
    ],
)
def test_legal_forms_do_not_make_another_company(name):
    assert core_name(name) == "acme"
    assert likeness(name, "Acme") == 1.0


def test_a_name_of_nothing_but_legal_words_stays():
    assert core_name("Company Limited") == "company"
    assert core_name("Co") == "co"
    assert core_name("有限公司") == "有限公司"


def test_near_names_are_near_and_far_names_are_far():
    assert likeness("Klinik Harmoni", "KlinikHarmoni Sdn Bhd") == 1.0
    assert likeness("Jaya Food", "Jaya Foods Sdn Bhd") > 0.6
    assert likeness("Acme", "Apex") < 0.3
    assert likeness("", "Acme") == 0.0


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_the_same_both_ways_and_between_nothing_and_one(a, b):
    assert likeness(a, b) == likeness(b, a)
    assert 0.0 <= likeness(a, b) <= 1.0
