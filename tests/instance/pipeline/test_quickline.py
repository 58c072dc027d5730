# Tables are read by row.
# ruff: noqa: E501

import datetime
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pivotino.instance.pipeline.quickline import MAX_LINES, Parsed, Planned, QuickLineRefused, parse, parse_lines

TUESDAY = datetime.date(2026, 3, 3)
MEMBERS = {
    "farid": "Farid Hassan",
    "mei": "Mei Ling Tan",
    "anna": "Anna Snelling",
    "siti": "Siti Aminah",
    "zhang": "张伟",
}
SAMPLES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "quickline_samples.toml").read_text("utf-8"))[
    "sample"
]
FULL = "Gutter guards for Taman Melawis RM 7.8k call Thu 10am @Farid #solar *high"


def read(line: str, **more: Any) -> Parsed:
    return parse(line, today=TUESDAY, currency="MYR", people=MEMBERS, **more)


def as_sample(parsed: Parsed) -> dict[str, Any]:
    plan = parsed.activity
    found = {
        "line": parsed.line,
        "title": parsed.title,
        "company": parsed.company,
        "person": parsed.person,
        "amount": f"{parsed.amount.currency} {parsed.amount.amount}" if parsed.amount else "",
        "activity": " ".join([plan.kind, str(plan.day), *([f"{plan.at:%H:%M}"] if plan.at else [])]) if plan else "",
        "owner": parsed.owner,
        "tags": list(parsed.tags),
        "stars": parsed.stars,
    }
    return {key: value for key, value in found.items() if value}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["line"])
def test_a_line_means_what_the_table_says(sample: dict[str, Any]) -> None:
    assert as_sample(read(sample["line"])) == sample


def test_the_table_has_at_least_forty_samples() -> None:
    assert len(SAMPLES) >= 40


def test_every_part_knows_its_place_in_the_line() -> None:
    parsed = read(FULL)

    assert [(part.kind, part.text) for part in parsed.parts] == [
        ("company", "Taman Melawis"),
        ("amount", "RM 7.8k"),
        ("activity", "call Thu 10am"),
        ("owner", "@Farid"),
        ("tag", "#solar"),
        ("stars", "*high"),
    ]
    assert all(FULL[part.start : part.end] == part.text for part in parsed.parts)


@pytest.mark.parametrize("taken_back", ["RM 7.8k", "call Thu 10am", "@Farid", "#solar", "*high"])
def test_a_part_taken_back_returns_to_the_title(taken_back: str) -> None:
    parsed = read(FULL, ignore={taken_back})

    assert taken_back in parsed.title
    assert taken_back not in [part.text for part in parsed.parts]
    assert len(parsed.parts) == 5


def test_a_part_can_be_taken_back_by_its_place() -> None:
    amount = next(part for part in read(FULL).parts if part.kind == "amount")

    parsed = read(FULL, ignore={(amount.start, amount.end)})

    assert parsed.amount is None


def test_taking_back_one_word_of_an_activity_keeps_the_rest() -> None:
    parsed = read("Chairs call Thu 10am", ignore={"Thu"})

    assert parsed.activity == Planned("todo", TUESDAY, datetime.time(10))
    assert parsed.title == "Chairs call Thu"


def test_two_members_of_one_first_name_are_not_guessed_between() -> None:
    parsed = parse("Chairs @Anna", today=TUESDAY, currency="MYR", people={"1": "Anna Lim", "2": "Anna Tan"})

    assert (parsed.owner, parsed.title) == ("", "Chairs @Anna")


def test_a_dollar_is_the_companys_own_dollar() -> None:
    parsed = parse("Chairs $500", today=TUESDAY, currency="SGD")

    assert parsed.amount is not None
    assert parsed.amount.currency == "SGD"


def test_today_is_never_the_coming_weekday_of_its_name() -> None:
    for days in range(7):
        today = TUESDAY + datetime.timedelta(days=days)
        activity = parse("Chairs call Thursday", today=today, currency="MYR").activity
        assert activity is not None
        assert activity.day.weekday() == 3
        assert 1 <= (activity.day - today).days <= 7


def test_thirty_pasted_lines_are_thirty_opportunities() -> None:
    pasted = "\n".join(f"- Chairs for Hall {number} RM {number}00\n" for number in range(1, 31))

    parsed = parse_lines(pasted, today=TUESDAY, currency="MYR")

    assert [each.title for each in parsed] == [f"Chairs for Hall {number}" for number in range(1, 31)]
    assert [each.amount.minor for each in parsed if each.amount] == [number * 10_000 for number in range(1, 31)]


def test_bullets_numbers_and_blank_lines_of_a_pasted_list_fall_away() -> None:
    parsed = parse_lines("1. Chairs\n\n  2) Tables\n* Lamps\n[x] Rugs\n• Sofas\n3 beds", today=TUESDAY, currency="MYR")

    assert [each.title for each in parsed] == ["Chairs", "Tables", "Lamps", "Rugs", "Sofas", "3 beds"]


def test_too_much_is_refused_in_words() -> None:
    with pytest.raises(QuickLineRefused, match="500 is the most"):
        read("x" * 501)
    with pytest.raises(QuickLineRefused, match="Import a sheet"):
        parse_lines("chair\n" * (MAX_LINES + 1), today=TUESDAY, currency="MYR")


PIECES = st.sampled_from(
    ["RM", "7.8k", "9999999999999999m", "call", "Thu", "99:99", "10am", "0pm", "31/2", "2026-13-40", "@Farid", "@", "#", "#a", "*",
     "**", "*high", "“", "”", '"', "for", "Taman", "next", "in 999 months", "明天", "下周三", "12点", "99点", "13月45日", "99号", "万", "8万",
     "给", "公司", "untuk", "pukul", "25", "十二点半", "1,2,3", "1.2.3", "\n", "\0", "²", "٣", "𝟠k", "ﬃ", "İ", "5k", "亿", "$"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    line=st.one_of(
        st.text(max_size=120), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=14).map("".join)
    ),
    today=st.dates(),
    currency=st.sampled_from(["MYR", "USD", "JPY", "KWD", "XYZ", ""]),
)
def test_no_line_can_upset_the_reader(line: str, today: datetime.date, currency: str) -> None:
    parsed = parse(line, today=today, currency=currency, people=MEMBERS)

    spans = [(part.start, part.end) for part in parsed.parts]
    assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:], strict=False))
    assert all(line[part.start : part.end] == part.text for part in parsed.parts)


@settings(max_examples=150, deadline=None)
@given(line=st.lists(PIECES, max_size=10).map(" ".join))
def test_with_everything_taken_back_nothing_but_the_title_is_left(line: str) -> None:
    ignored: set[tuple[int, int] | str] = set()
    for _ in range(30):
        parts = read(line, ignore=ignored).parts
        if not parts:
            return
        ignored |= {(part.start, part.end) for part in parts}
    raise AssertionError(parts)
