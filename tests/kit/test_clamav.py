"""Our client of ClamAV's daemon, against one that speaks its protocol."""

import io
import os
import shutil
import socket
import struct
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pivotino.kit.clamav import Away, Daemon
from pivotino.kit.uploads import LARGEST
from pivotino.kit.uploads.harm import EICAR

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


# The harmless file of all scanners, as a signature of our own: a real daemon starts with it in a second, without 300 MB of others.
SIGNATURE = f"Pivotino.Test.Eicar:0:*:{EICAR.hex()}\n"


@pytest.fixture
def real_daemon(tmp_path: Path) -> Iterator[Daemon]:
    """ClamAV's own, where it is installed (`apt install clamav-daemon`), or where PIVOTINO_TEST_CLAMD says."""
    program = os.environ.get("PIVOTINO_TEST_CLAMD") or shutil.which("clamd")
    if not program:
        pytest.skip("ClamAV is not installed here.")
    (tmp_path / "signatures").mkdir()
    (tmp_path / "signatures" / "ours.ndb").write_text(SIGNATURE)
    (tmp_path / "clamd.conf").write_text(
        f"LocalSocket {tmp_path}/s\nDatabaseDirectory {tmp_path}/signatures\nForeground yes\nTemporaryDirectory {tmp_path}\n"
    )
    running = subprocess.Popen([program, "-c", str(tmp_path / "clamd.conf")], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    for line in running.stdout:
        if "Self checking" in line:
            break
    yield Daemon.at(f"unix:{tmp_path}/s")
    running.terminate()
    running.wait(timeout=20)


def test_the_real_daemon_finds_it_alone_and_packed(real_daemon: Daemon) -> None:
    with zipfile.ZipFile(packed := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", EICAR)

    assert real_daemon.look(b"hello") == real_daemon.look(b"x" * LARGEST) == ""
    assert "Eicar" in real_daemon.look(EICAR) and "Eicar" in real_daemon.look(packed.getvalue())
