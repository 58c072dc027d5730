"""What a server of ours may do and who may reach it, judged by the programs that will obey it."""

import datetime
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from deploy import roster, sbom

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
MOST_EXPOSED = "20"  # 2.0, as systemd counts from 0 to 10
TODAY = datetime.date(2026, 11, 23)
TOOLS = "/usr/sbin:/usr/bin:/sbin:/bin"


def tool(name: str) -> str:
    """The program, which bin/setup installs where it may; elsewhere the test is named as skipped."""
    found = shutil.which(name, path=TOOLS)
    return found or pytest.skip(f"{name} is not installed here")


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=False)


def key(comment: str = "") -> str:
    """A fresh Ed25519 key, as ssh-keygen writes it."""
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    form = (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return f"{public.public_bytes(*form).decode()} {comment}".strip()


def listed(*people: tuple[str, str, object]) -> str:
    return "\n".join(f'[[person]]\nlogin = "{login}"\nkey = "{key}"\nuntil = {until}' for login, key, until in people)


# ---------- units ----------


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
@pytest.mark.promise("P63", "A65")
def test_a_unit_may_do_little(unit: Path) -> None:
    judged = run(
        tool("systemd-analyze"), "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", unit
    )

    assert judged.returncode == 0, judged.stdout[-300:] + judged.stderr
    assert "Overall exposure level" in judged.stdout


@pytest.mark.promise("P63", "A65")
def test_a_unit_that_may_more_is_found(tmp_path: Path) -> None:
    loose = tmp_path / "loose.service"
    loose.write_text(re.sub(r"(?m)^(Protect|Restrict|System|Private|Capability).*\n", "", UNITS[0].read_text()))

    judged = run(
        tool("systemd-analyze"), "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", loose
    )

    assert judged.returncode != 0


def test_the_units_start_what_there_is() -> None:
    verbs = {found[1] for unit in UNITS if (found := re.search(r"-m pivotino (\w+)", unit.read_text()))}

    assert verbs == {"serve", "work"}
    for verb in verbs:
        assert run(sys.executable, "-m", "pivotino", verb, "--help").returncode == 0


@pytest.mark.promise("P65")
def test_every_day_the_keys_in_force_are_compared_with_the_roster() -> None:
    unit = (DEPLOY / "systemd" / "pivotino-roster.service").read_text()

    assert "ExecStart=/opt/pivotino/deploy/roster.py check" in unit
    assert "OnCalendar=daily" in (DEPLOY / "systemd" / "pivotino-roster.timer").read_text()
    assert os.access(DEPLOY / "roster.py", os.X_OK)


def test_no_page_can_be_made_to_run_what_it_wrote() -> None:
    """What the units forbid (memory that is written and then run) is needed by no library here.

    A kernel before Linux 6.3 cannot forbid it to a single process; there this only shows that the libraries work.
    """
    forbid = "import ctypes; ctypes.CDLL(None, use_errno=True).prctl(65, 1, 0, 0, 0)"
    use = "import argon2, weasyprint, sqlite3, psycopg; argon2.PasswordHasher().hash('x'); weasyprint.HTML(string='x').write_pdf()"

    tried = run(sys.executable, "-c", f"{forbid}; {use}")

    assert tried.returncode == 0, tried.stderr


# ---------- the way in ----------


@pytest.mark.promise("P64", "A65")
def test_the_packet_filter_opens_the_listed_ports_and_no_other() -> None:
    rules = (DEPLOY / "nftables" / "pivotino.nft").read_text()
    chain = rules.partition("chain input")[2].partition("chain forward")[0]

    opened = {
        int(port)
        for ports in re.findall(r"dport (?:\{([^}]*)\}|(\d+))", chain)
        for port in re.findall(r"\d+", "".join(ports))
    }

    assert opened == {port["number"] for port in tomllib.loads((DEPLOY / "ports.toml").read_text())["port"]}
    assert "hook input priority filter; policy drop;" in chain


@pytest.mark.promise("P64")
def test_nothing_of_ours_listens_outside_by_itself() -> None:
    for unit in UNITS:
        assert "0.0.0.0" not in unit.read_text()
    proxied = re.findall(r"proxy_pass (\S+);", (DEPLOY / "nginx" / "pivotino.conf").read_text())
    assert set(proxied) == {"http://127.0.0.1:8000"}


@pytest.mark.engine("sqlite")
@pytest.mark.promise("P64", "A65")
def test_what_the_units_start_is_heard_by_this_machine_only(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = tomllib.loads((DEPLOY / "environment").read_text())
    started = {}
    for name in ("pivotino-web", "pivotino-work"):
        line = re.search(r"(?m)^ExecStart=\S+ (.*)$", (DEPLOY / "systemd" / f"{name}.service").read_text())
        assert line
        started[name] = [sys.executable, *shlex.split(line[1].replace("--port 8000", f"--port {port}"))]
    for_both = {"PATH": os.environ["PATH"], "PIVOTINO_DEBUG": "0", "PIVOTINO_VAR": str(tmp_path), **settings}

    with running(started["pivotino-web"], for_both) as web:
        while listening(web) == set():  # it prepares its databases first
            assert web.poll() is None
            time.sleep(0.1)
        with running(started["pivotino-work"], for_both) as work:
            both = listening(web) | listening(work)

    assert both == {f"127.0.0.1:{port}"}


def listening(process: subprocess.Popen[bytes]) -> set[str]:
    """What the process and its children listen at, and from where they take packets that nobody asked for."""
    family = [process.pid]
    for pid in family:  # it grows meanwhile
        family += [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in words(task / "children")]
    doors = {door for pid in family for door in doors_of(pid)}
    heard = set()
    for table, waiting in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, address, _, state, *_, inode = row.split()[:10]
            if state == waiting and f"socket:[{inode}]" in doors:
                host, _, port = address.partition(":")
                heard.add(f"{'127.0.0.1' if host == '0100007F' else f'{table} {host}'}:{int(port, 16)}")
    return heard


def doors_of(pid: int) -> Iterator[str]:
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            yield os.readlink(file)


def words(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environment, cwd=DEPLOY.parent, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@pytest.mark.promise("P63", "P06")
def test_the_web_server_takes_its_configuration_and_keeps_no_address(tmp_path: Path) -> None:
    certify(tmp_path)
    site = (DEPLOY / "nginx" / "pivotino.conf").read_text()
    mine = site.replace("/etc/letsencrypt/live/crm.example", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "site.conf").write_text(mine)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\nhttp {{ access_log off; include {tmp_path}/site.conf; }}\n"
    )

    tried = run(tool("nginx"), "-t", "-q", "-c", tmp_path / "nginx.conf", "-p", tmp_path)

    assert tried.returncode == 0, tried.stderr
    assert site.count("access_log off;") == site.count("server {") and "access_log /" not in site
    assert "max-age=63072000" in site and "TLSv1.1" not in site


def certify(folder: Path) -> None:
    """A certificate nobody trusts, so that the configuration can be read."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "crm.example")])
    now = datetime.datetime.now(datetime.UTC)
    paper = x509.CertificateBuilder(name, name, secret.public_key(), 1, now, now + datetime.timedelta(days=1))
    (folder / "fullchain.pem").write_bytes(paper.sign(secret, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@pytest.mark.promise("P65", "A65")
def test_sshd_lets_in_keys_of_the_roster_only(tmp_path: Path) -> None:
    sshd, host = tool("sshd"), tmp_path / "host"
    Path("/run/sshd").mkdir(exist_ok=True)
    made = run(tool("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", host)
    assert made.returncode == 0, made.stderr

    judged = run(sshd, "-T", "-f", DEPLOY / "ssh" / "pivotino.conf", "-h", host)

    assert judged.returncode == 0, judged.stderr
    says = dict(line.split(" ", 1) for line in judged.stdout.splitlines() if " " in line)
    assert says["permitrootlogin"] == says["passwordauthentication"] == says["kbdinteractiveauthentication"] == "no"
    assert says["authenticationmethods"] == "publickey"
    assert says["allowgroups"] == "servers"
    assert says["allowtcpforwarding"] == says["x11forwarding"] == says["permittunnel"] == "no"


# ---------- the roster ----------


@pytest.mark.promise("P65", "A65")
def test_the_keys_in_force_are_made_of_the_roster_and_compared_with_it(tmp_path: Path) -> None:
    until = TODAY + datetime.timedelta(days=90)
    wanted = roster.read(listed(("nurul", key(), until), ("bruno", key(), TODAY - datetime.timedelta(days=1))), TODAY)
    (tmp_path / "somebody").write_text("left over")

    roster.write(wanted, tmp_path)

    assert sorted(file.name for file in tmp_path.iterdir()) == ["nurul"], (
        "who left, and whose day has passed, has no key"
    )
    assert roster.compare(wanted, tmp_path) == []
    (tmp_path / "nurul").write_text(key())
    (tmp_path / "eve").write_text(key())
    assert roster.compare(wanted, tmp_path) == [
        "eve has a key in force and is not on the list.", "nurul has another key in force.",
    ]  # fmt: skip
    assert roster.compare(wanted, tmp_path / "nowhere") == ["nurul is on the list and has no key in force."]


SAME = key()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (listed(("root", key(), TODAY)), "no login"),
        (listed(("nurul", "ssh-rsa AAAAB3NzaC1yc2E", TODAY)), "needs an Ed25519 key"),
        (listed(("nurul", "ssh-ed25519 bm90IGEga2V5", TODAY)), "needs an Ed25519 key"),
        (listed(("nurul", key(), TODAY + datetime.timedelta(days=500))), "a year ahead at most"),
        (listed(("nurul", key(), TODAY), ("nurul", key(), TODAY)), "twice"),
        (listed(("nurul", SAME, TODAY), ("bruno", SAME, TODAY)), "the same key"),
    ],
)
@pytest.mark.promise("P65")
def test_a_roster_that_is_not_of_single_people_is_refused(text: str, why: str) -> None:
    with pytest.raises(roster.Wrong, match=why):
        roster.read(text, TODAY)


def test_the_roster_as_it_is_shipped_lets_nobody_in(tmp_path: Path) -> None:
    assert roster.read((DEPLOY / "ssh" / "roster.toml").read_text(), TODAY) == {}


# ---------- what a release is made of ----------


@pytest.mark.promise("P64")
def test_the_list_of_parts_holds_every_locked_package_with_its_hashes() -> None:
    made = json.loads(run(sys.executable, DEPLOY / "sbom.py").stdout)
    parts = {part["purl"]: part for part in made["components"]}
    root = DEPLOY.parent

    pinned = re.findall(r"(?m)^([a-z0-9._-]+)(?:\[[^\]]*\])?==", (root / "requirements.txt").read_text())
    locked = [path for path in json.loads((root / "package-lock.json").read_text())["packages"] if path]

    assert len(parts) == len(pinned) + len(locked) > 40
    assert any(purl.startswith("pkg:pypi/django@5.2") for purl in parts)
    assert all(part["hashes"] for part in parts.values())
    assert list(sbom.python_parts("a==1 \\\n    --hash=sha256:" + "0" * 64)) == [
        {"type": "library", "name": "a", "version": "1", "purl": "pkg:pypi/a@1", "hashes": [{"alg": "SHA-256", "content": "0" * 64}]}
    ]  # fmt: skip


@pytest.mark.promise("P63", "P64")
def test_the_image_runs_as_nobody_special_and_holds_no_tools() -> None:
    made = (DEPLOY / "container" / "Containerfile").read_text()
    last = made.rpartition("FROM ")[2]

    assert re.search(r"(?m)^USER (?!0\b|root)\S+", last)
    assert "npm" not in last and "git" not in last and "ADD " not in made
    assert "--require-hashes" in made


@pytest.mark.promise("P63")
def test_security_updates_come_by_themselves() -> None:
    said = run(tool("apt-config"), "-c", DEPLOY / "apt" / "52pivotino", "dump").stdout

    assert 'APT::Periodic::Unattended-Upgrade "1";' in said
    assert 'APT::Periodic::Update-Package-Lists "1";' in said
    assert "label=Debian-Security" in said
