"""The built package, installed elsewhere, founds a company and shows its board."""

import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.parse
import urllib.request
import venv
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `pivotino` command of a fresh environment. Its libraries are those of this one; our package is only the wheel's."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([ROOT / "bin" / "wheel"], check=True, capture_output=True, timeout=300)
    venv.create(folder, with_pip=False)
    wheel = max((ROOT / "dist").glob("*.whl"), key=lambda path: path.stat().st_mtime)
    site = next(folder.glob("lib/python3*/site-packages"))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        folder / "bin" / "python",
        "install",
        "--quiet",
        "--no-deps",
        wheel,
    ]
    subprocess.run(install, check=True, timeout=120)
    return folder / "bin" / "pivotino"


@pytest.mark.engine("sqlite")
def test_the_installed_package_founds_a_company_and_shows_its_board(program: Path, tmp_path: Path) -> None:
    port = free_port()
    mine = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PIVOTINO_BASE_URL": f"http://localhost:{port}"}
    server = subprocess.Popen(
        [program, "serve", "--single", "--port", str(port)], env=mine, cwd=tmp_path, text=True, stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        found = next(match for line in server.stdout if (match := re.search(r"http\S+/first-run/\S+", line)))
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = open_when_there(browser, found.group())
        assert "Your own Pivotino" in page
        form = {
            "company": "Rooftop", "country": "MY", "currency": "MYR", "name": "Anna", "email": "anna@rooftop.example",
            "password": "seven quiet tiles", "grown": "on",
        }  # fmt: skip
        sent = urllib.request.Request(
            found.group(), urllib.parse.urlencode(form).encode(), {"Sec-Fetch-Site": "same-origin"}
        )
        browser.open(sent, timeout=30)
        board = browser.open(f"http://localhost:{port}/@rooftop/board/", timeout=30).read().decode()
        style = re.search(r'href="(/static/[^"]+\.css)"', board)

        assert "First Activity" in board
        assert style is not None
        assert browser.open(f"http://localhost:{port}{style.group(1)}", timeout=30).status == 200
        assert (tmp_path / ".local" / "share" / "pivotino" / "var" / "control.sqlite3").exists()
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0


@pytest.mark.engine("sqlite")
def test_the_installed_package_shows_what_the_public_sees(program: Path, tmp_path: Path) -> None:
    port = free_port()
    mine = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PIVOTINO_SELLS": "false"}
    server = subprocess.Popen([program, "serve", "--no-worker", "--port", str(port)], env=mine, cwd=tmp_path)
    try:
        browser = urllib.request.build_opener()
        home = open_when_there(browser, f"http://localhost:{port}/")
        promises = browser.open(f"http://localhost:{port}/promises/", timeout=30).read().decode()

        assert "Pivotino" in home
        assert "P63" in promises
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0


def test_the_installed_package_checks_its_machine(program: Path, tmp_path: Path) -> None:
    mine = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    told = subprocess.run([program, "check"], env=mine, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert told.returncode == 0, told.stderr
    assert "Files can be written" in told.stdout


def open_when_there(browser: urllib.request.OpenerDirector, address: str) -> str:
    for _ in range(200):
        try:
            return str(browser.open(address, timeout=30).read().decode())
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.2)
    raise AssertionError("The server never answered.")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
