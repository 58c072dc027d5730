"""Nothing travels open, no client trusts without looking, and no key lies in the source."""

import re
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import get_connection
from django.test import Client
from pydantic import ValidationError

from config.settings.environment import Environment

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = (".png", ".woff2", ".ico", ".xlsx", ".pdf", ".jpg", ".webp", ".gif", ".zip", ".heic")
# What the real ones look like; those of tests are too short or say that they are none.
SECRETS = re.compile(
    r"sk_live_\w{8,}|rk_live_\w{8,}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|xox[abp]-\w{10,}|AIza[\w-]{35}|whsec_[A-Za-z0-9+/]{32,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{200,}"
)
BLIND = re.compile(
    r"verify\s*=\s*False|CERT_NONE|_create_unverified_context|check_hostname\s*=\s*False|sslmode=(?:disable|allow|prefer)"
    r"|verify_ssl\w*\s*=\s*False|curl[^\n]*\s(?:-k|--insecure)\b|StrictHostKeyChecking[= ]no"
)
SOUND = {"debug": False, "https": True, "secret_key": "x" * 40, "email_url": "smtps://u:p@mail.example:465"}


def sources(*folders: str) -> list[Path]:
    said = subprocess.run(["git", "ls-files", *folders], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    paths = [ROOT / name for name in said.splitlines()]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def having(pattern: re.Pattern[str], *folders: str) -> list[str]:
    others = [path for path in sources(*folders) if path != Path(__file__)]
    return [str(path.relative_to(ROOT)) for path in others if pattern.search(path.read_text(errors="replace"))]


@pytest.mark.promise("P27")
def test_no_secret_lies_in_the_source() -> None:
    fakes = (
        "tests/kit/",
        "tests/control/helpdesk/test_mail.py",
        "pivotino/kit/sensitive",
    )  # made up to be found by the detector

    assert [path for path in having(SECRETS) if not path.startswith(fakes)] == []


@pytest.mark.promise("P27")
def test_what_holds_secrets_and_data_is_never_taken_into_the_source() -> None:
    names = [str(path.relative_to(ROOT)) for path in sources()]
    kept = re.compile(r"(^|/)(\.env|secret_key|backup_key|[^/]*\.(pem|key|p12|sqlite3|dump))$")

    assert [name for name in names if kept.search(name) and not name.startswith("tests/")] == []


@pytest.mark.promise("P28")
def test_no_client_of_ours_trusts_without_looking() -> None:
    assert having(BLIND, "pivotino", "config", "deploy", "bin") == []


@pytest.mark.promise("P28")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_letters_are_handed_over_encrypted_to_a_server_that_proves_its_name(scheme: str) -> None:
    told = Environment(email_url=f"{scheme}://u:p@mail.example", var="var").smtp()
    backend: Any = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", use_tls=told["EMAIL_USE_TLS"], use_ssl=told["EMAIL_USE_SSL"]
    )

    assert told["EMAIL_USE_TLS"] != told["EMAIL_USE_SSL"]
    assert backend.ssl_context.verify_mode == ssl.CERT_REQUIRED
    assert backend.ssl_context.check_hostname


@pytest.mark.promise("P28")
@pytest.mark.parametrize(("wrong", "says"), [
    ({"email_url": "smtp+plain://mail.example"}, "PIVOTINO_EMAIL_URL"), ({"mailbox": "imap://u:p@mail.example/INBOX"}, "PIVOTINO_MAILBOX"),
])  # fmt: skip
def test_in_public_no_letter_travels_open(wrong: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Environment(**{**SOUND, **wrong})  # type: ignore[arg-type]


@pytest.mark.promise("P27")
@pytest.mark.parametrize(("wrong", "says"), [
    ({"secret_key": "changeme"}, "PIVOTINO_SECRET_KEY"), ({"debug": True}, "PIVOTINO_DEBUG"),
])  # fmt: skip
def test_in_public_no_key_is_a_guess_and_the_inside_is_not_shown(wrong: dict[str, Any], says: str) -> None:
    assert Environment(**SOUND).https  # type: ignore[arg-type]

    with pytest.raises(ValidationError, match=says):
        Environment(**{**SOUND, **wrong})


@pytest.mark.promise("P27")
def test_without_a_word_of_the_operator_keys_are_made_long_and_for_the_owner_only(tmp_path: Path) -> None:
    made = Environment(secret_key="", backup_key="")

    assert len(made.secret(tmp_path)) >= 50
    assert len(made.backup_keys(tmp_path)[0]) == 32
    assert {(tmp_path / name).stat().st_mode & 0o077 for name in ("secret_key", "backup_key")} == {0}


@pytest.mark.promise("P28")
def test_browsers_are_told_to_insist_on_encryption(control: None, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 60 * 60 * 24 * 365, True

    answer = Client().get("/", secure=True)

    assert answer["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
