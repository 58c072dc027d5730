import pytest

from pivotino.kit.addresses import Piece, host_of, pieces


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no address at all", []),
        ("see https://kopi.example/menu.", ["https://kopi.example/menu"]),
        ("(www.kopi.example), then call", ["https://www.kopi.example"]),
        ("https://a.example/x_(y)", ["https://a.example/x_(y)"]),
        ("https://a.example/?q=1&r=2#top!", ["https://a.example/?q=1&r=2#top"]),
        ("two: http://a.example and HTTPS://B.example/…", ["http://a.example", "HTTPS://B.example/…"]),
        ("https:// and http://... and www.", []),
        ("javascript:alert(1) data:text/html,x ftp://a.example", []),
        ("“https://a.example/b”", ["https://a.example/b"]),
        ('<a href="https://a.example/b">', ["https://a.example/b"]),
    ],
)
def test_addresses_are_found_and_nothing_else(text: str, found: list[str]) -> None:
    cut = pieces(text)

    assert [piece.href for piece in cut if piece.href] == found
    assert "".join(piece.text for piece in cut) == text


def test_a_text_without_addresses_is_one_piece() -> None:
    assert pieces("plain\ntext") == [Piece("plain\ntext")]


@pytest.mark.parametrize(
    ("address", "host"),
    [("https://a.example/x", "a.example"), ("https://me@a.example:8443/", "a.example:8443"), ("/board/", ""), ("//b.example/x", "b.example"), ("https://[", "")],
)  # fmt: skip
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host
