"""Reading addresses, and what would happen to each."""

import pytest

from pivotino.instance.members.inviting import judge, read_addresses
from pivotino.instance.members.models import Member


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("siti@atap.example", [("siti@atap.example", "Siti")]),
        ("siti@atap.example, kim@atap.example", [("siti@atap.example", "Siti"), ("kim@atap.example", "Kim")]),
        ("siti@atap.example kim@atap.example", [("siti@atap.example", "Siti"), ("kim@atap.example", "Kim")]),
        ("siti@atap.example;\n\n kim@atap.example,", [("siti@atap.example", "Siti"), ("kim@atap.example", "Kim")]),
        ("Siti Aminah <Siti@Atap.example>", [("siti@atap.example", "Siti Aminah")]),
        ('"Lim, Wei Sheng" <ws@atap.example>', [("ws@atap.example", "Lim, Wei Sheng")]),
        ("Wei Sheng ws@atap.example", [("ws@atap.example", "Wei Sheng")]),
        ("siti.aminah_02@atap.example", [("siti.aminah_02@atap.example", "Siti Aminah")]),
        ("SITI@atap.example, siti@atap.example", [("siti@atap.example", "Siti")]),
    ],
)
def test_addresses_are_read_as_people_write_them(text, found):
    addresses, wrong = read_addresses(text)

    assert [(one.email, one.name) for one in addresses] == found
    assert wrong == []


@pytest.mark.parametrize("text", ["siti", "siti@", "@atap.example", "Siti <siti@atap>", "a b c", "<>", "x@y@z.example"])
def test_what_is_no_address_is_named(text):
    assert read_addresses(f"kim@atap.example, {text}")[1] == [text]


def test_each_address_is_judged(in_atap, anna, bruno):
    Member.objects.create(name="Lim Wei Sheng")
    gone = Member.objects.create(name="Old Hand", email="old@atap.example", account_uuid=anna.instance.id)
    gone.leave()
    addresses, _ = read_addresses(
        f"{anna.account.email}, {bruno.account.email}, old@atap.example, Lim Wei Sheng <ws@atap.example>, new@atap.example"
    )

    judged = judge(addresses, anna.member)

    assert [one.verdict for one in judged] == ["you", "here", "gone", "new", "new"]
    assert judged[3].member_id == Member.objects.get(name="Lim Wei Sheng").pk
