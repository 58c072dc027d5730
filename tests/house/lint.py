"""Rules of the house that no linter knows. `python -m tests.house.lint` prints each breach and ends with 1 if there is one."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Rule:
    """What may not stand where, and why. `allowed` are the paths (prefixes) that may."""

    name: str
    pattern: re.Pattern[str]
    files: tuple[str, ...]
    why: str
    allowed: tuple[str, ...] = ()


RULES = [
    Rule("other-database", re.compile(r"\.using\(|connections\["), (".py",), "only tenancy chooses a database",
         ("pivotino/tenancy/", "tests/", "benches/", "pivotino/jobs/", "pivotino/control/")),
    Rule("threads", re.compile(r"\bthreading\.Thread\(|ThreadPoolExecutor\(|sync_to_async|async_to_sync"), (".py",),
         "a thread starts without a context", ("pivotino/tenancy/", "pivotino/kit/bridge.py", "config/asgi.py", "tests/", "benches/",
                                               "pivotino/jobs/", "pivotino/letters/")),
    Rule("async-orm", re.compile(r"\bawait [\w.]+objects\.|\.a(get|create|filter|save|delete|first|count|exists)\("), (".py",),
         "the context does not survive the async ORM"),
    Rule("inline-style", re.compile(r"<[^>]*\sstyle="), (".html",), "the content policy forbids it", ("pivotino/letters/", "/letters/")),
    Rule("inline-script", re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|\son\w+=\"|javascript:"), (".html",), "the content policy forbids it"),
    Rule("raw-colour", re.compile(r"#[0-9a-fA-F]{3,8}\b(?![\w-])|\brgba?\(|\bhsla?\("), (".css",), "colours come from tokens.css",
         ("pivotino/ui/static/ui/css/tokens.css",)),
    Rule("machine-path", re.compile(r"(?<![\w.@)}/-])/(?:home|root|work|Users|tmp)/\w"), ("",),
         "a path of one machine"),
    Rule("package-host", re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian"), ("",), "an address of a package host",
         ("tests/house/lint.py",)),
    Rule("lock-address", re.compile(r"https?://(?!github\.com/sponsors|opencollective\.com)|\"resolved\":"),
         ("requirements.txt", "requirements-dev.txt", "package-lock.json"), "a lock file names no address of a package host"),
    Rule("mark-safe", re.compile(r"mark_safe\(|\|\s*safe\b"), (".py", ".html"), "markup is escaped unless a sanitiser made it",
         ("pivotino/ui/", "pivotino/control/privacy/", "pivotino/letters/", "tests/")),
    Rule("float-money", re.compile(r"FloatField\("), (".py",), "money and rates are whole numbers or decimals"),
]  # fmt: skip
OWN = ("tests/house/",)


def breaches() -> Iterator[str]:
    """One line for each breach: where, which rule, why."""
    for name in tracked():
        path = ROOT / name
        if not path.is_file() or path.suffix in (".png", ".woff2", ".ico", ".xlsx"):
            continue
        text = path.read_text(errors="replace")
        for rule in RULES:
            if not name.endswith(rule.files) or any(part in name if part.startswith("/") else name.startswith(part)
                                                    for part in (*rule.allowed, *OWN)):  # fmt: skip
                continue
            for number, line in enumerate(text.splitlines(), start=1):
                if rule.pattern.search(line) and f"lint: {rule.name}" not in line:
                    yield f"{name}:{number}: {rule.name}: {rule.why}: {line.strip()[:100]}"


def tracked() -> list[str]:
    """The files of the project, new ones included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


if __name__ == "__main__":
    found = list(breaches())
    print("\n".join(found))
    sys.exit(1 if found else 0)
