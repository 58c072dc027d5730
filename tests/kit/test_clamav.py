"""Our client of ClamAV's daemon, against one that speaks its protocol."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pivotino.kit.clamav import Away, Daemon

ANSWERS = {
    b"good": b"stream: OK\0",
    b"bad": b"stream: Win.Test.EICAR_HDB-1 FOUND\0",
    b"odd": b"INSTREAM size limit exceeded. ERROR\0",
}


def served(listening: socket.socket) -> None:
    """Reads one stream a connection, piece by piece, and answers by what it said."""
    while True:
        try:
            line, _ = listening.accept()
        except OSError:
            return
        with line, line.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            data = b""
            while (size := struct.unpack("!L", said.read(4))[0]) > 0:
                data += said.read(size)
            if answer := ANSWERS.get(data[:4].strip(b"!")):
                line.sendall(answer)


@pytest.fixture(params=["unix", "tcp"])
def daemon(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Daemon]:
    if request.param == "unix":
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(tmp_path / "clamd"))
        address = f"unix:{tmp_path / 'clamd'}"
    else:
        listening = socket.create_server(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    listening.listen()
    threading.Thread(target=served, args=[listening], daemon=True).start()
    yield Daemon.at(address)
    listening.close()


@pytest.mark.parametrize(
    ("data", "found"), [(b"good", ""), (b"bad!", "Win.Test.EICAR_HDB-1"), (b"good" + b"x" * 300_000, "")]
)
def test_it_says_what_was_found(daemon: Daemon, data: bytes, found: str) -> None:
    assert daemon.look(data) == found


@pytest.mark.parametrize("data", [b"odd!", b"mute"])
def test_an_answer_that_is_neither_yes_nor_no_is_none(daemon: Daemon, data: bytes) -> None:
    with pytest.raises(Away):
        daemon.look(data)


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd.ctl", "tcp://127.0.0.1:1"])
def test_nobody_there(address: str) -> None:
    with pytest.raises(Away):
        Daemon.at(address).look(b"x")


@pytest.mark.parametrize("address", ["", "clamd", "http://a", "tcp://"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ValueError, match="CLAMAV"):
        Daemon.at(address)


def test_only_the_host_that_was_named_may_be_called() -> None:
    from pivotino.kit import egress

    make: Callable[[str], Daemon] = Daemon.at
    assert not egress.may_call("clamd.example")
    make("tcp://clamd.example:3310")
    assert egress.may_call("clamd.example") and not egress.may_call("other.example")
