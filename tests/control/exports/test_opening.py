"""`pivotino open FILE`: a process on a laptop, a link that works once, the same board."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.tenancy import inside
from tests.cast import Person
from tests.tenancy import packed as world

ROOT = Path(__file__).resolve().parents[3]
LONGEST = 120


@pytest.fixture
def file(busy_anna: Person, tmp_path: Path) -> Path:
    file = tmp_path / "export.zip"
    file.write_bytes(world.packed(busy_anna.instance.place)[0].getvalue())
    return file


@contextmanager
def opened(*words: str, tmp: Path) -> Iterator[tuple[int, str, str]]:
    """The command as a process of its own: its port, its link and what it printed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # What is set on the machine must not matter: a mail server and a database that are not there.
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp), "TMPDIR": str(tmp), "PYTHONPATH": str(ROOT),
        "PIVOTINO_EMAIL_URL": "smtp://nowhere.invalid", "PIVOTINO_DATABASE_URL": "postgres://nobody@nowhere.invalid/none",
    }  # fmt: skip
    command = [sys.executable, "-m", "pivotino", "open", *words, "--port", str(port)]
    with open(tmp / "said", "w") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
    try:
        end, link = time.monotonic() + LONGEST, ""
        while not link:
            text = (tmp / "said").read_text()
            assert process.poll() is None and time.monotonic() < end, text
            link = next(iter(re.findall(r"http://\S+/opened/\S+", text)), "")
            time.sleep(0.1)
        while not answers(port):
            assert process.poll() is None and time.monotonic() < end, (tmp / "said").read_text()
            time.sleep(0.1)
        yield port, link, text
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Laptop:
    """A browser on the same machine."""

    def __init__(self) -> None:
        self.open = build_opener(HTTPCookieProcessor(CookieJar())).open

    def get(self, address: str) -> tuple[int, str, str]:
        try:
            with self.open(address, timeout=30) as answer:
                return answer.status, answer.url, answer.read().decode()
        except HTTPError as error:
            return error.code, address, error.read().decode()

    def post(self, address: str, data: bytes) -> int:
        request = Request(address, data=data, headers={"Sec-Fetch-Site": "same-origin", "HX-Request": "true"})  # noqa: S310
        try:
            with self.open(request, timeout=30) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code


def cards_of(person: Person) -> dict[str, int]:
    with inside(person.instance):
        return {stage.name: Opportunity.objects.kept().filter(stage=stage).count() for stage in Stage.objects.all()}


def test_the_board_is_as_it_was(file: Path, busy_anna: Person, tmp_path: Path) -> None:
    with opened(str(file), tmp=tmp_path) as (port, link, said):
        anna = Laptop()
        status, where, page = anna.get(link)
        again = Laptop().get(link)[0]
        stranger = Laptop().get(f"http://127.0.0.1:{port}/@atap-suria/board/")
        added = anna.post(
            f"http://127.0.0.1:{port}/@atap-suria/opportunities/", b"title=Tried+on+a+laptop&line=Tried+on+a+laptop"
        )

    assert (status, where) == (200, f"http://127.0.0.1:{port}/@atap-suria/board/")
    for stage, count in cards_of(busy_anna).items():
        assert re.search(rf"{stage}\W", page) and str(count) in page
    assert again == 404, "the link works once"
    assert "/sign-in/" in stranger[1]
    assert added < 400, "it may be written to"
    assert "Enter here as Nurul Anna" in said and "opportunities" in said
    assert not list(tmp_path.glob("pivotino-open-*")), "nothing is left"


def test_what_is_kept_is_there_the_next_time(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with opened(str(file), "--keep", str(folder), tmp=tmp_path) as (_, first, _said):
        pass
    with opened("--keep", str(folder), tmp=tmp_path) as (_, link, _said):
        status, where, _page = Laptop().get(link)

    assert (status, where.endswith("/@atap-suria/board/")) == (200, True)
    assert first.rsplit("/", 2)[1] != link.rsplit("/", 2)[1]


@pytest.mark.parametrize(("words", "word"), [
    ([], "Name the file"), (["no-such-file.zip"], "No such file"), (["README.md"], "not a file that Pivotino took out"),
])  # fmt: skip
def test_what_cannot_be_opened_is_said(words: list[str], word: str, tmp_path: Path, control: Any) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pivotino", "open", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST)

    assert done.returncode != 0
    assert word in done.stderr
    assert "Traceback" not in done.stderr
