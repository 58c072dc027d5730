"""What `bin/test` runs: the checks, then every test on SQLite and on PostgreSQL. What cannot run here is named."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CI = os.environ.get("CI") == "true"


def main(arguments: list[str]) -> int:
    """Run all parts even when one fails; 0 only when every one passed. In CI a missing part is a failure."""
    failed = [] if run([str(ROOT / "bin" / "check")]) else ["bin/check"]
    (ROOT / "build" / "promises.json").unlink(missing_ok=True)
    for engine in ("sqlite", "postgres"):
        if engine == "postgres" and not postgres_is_here():
            print("SKIPPED every test on PostgreSQL: its server is not installed here (Debian: postgresql).")
            failed += ["postgres is missing"] if CI else []
            continue
        print(f"\n== {engine} ==", flush=True)
        for part, command in parts(arguments).items():
            passed = run([str(BIN / "pytest"), "-rs", *command], PIVOTINO_TEST_ENGINE=engine)
            if not passed:
                failed.append(f"{part} on {engine}")
    if not arguments and not run([sys.executable, "-m", "pivotino.control.privacy.promises", "check", "--results"]):
        failed.append("promises")
    print(f"\nbin/test: {'all of it passed' if not failed else 'failed: ' + ', '.join(failed)}")
    return 1 if failed else 0


def parts(arguments: list[str]) -> dict[str, list[str]]:
    """Tests on two cores, then the journeys by themselves: a browser's event loop and the ORM do not share a process."""
    if arguments:
        return {"tests": arguments}
    return {"tests": ["-n", "2", "--ignore", "tests/journeys"], "journeys": ["tests/journeys"]}


def postgres_is_here() -> bool:
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def run(command: list[str], **environment: str) -> bool:
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
