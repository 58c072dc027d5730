"""What an operator may set: `PIVOTINO_…` variables, typed and checked at the start."""

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pivotino.tenancy.places import postgres_login

SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Operator:
    """Who runs this service, as the policy, the letters and the imprint name them."""

    name: str
    support: str
    address: str


@dataclass(frozen=True)
class Seller:
    """Who sells, as invoices must say it, and after how many days an unpaid bill has which consequence."""

    name: str
    address: str
    email: str
    country: str
    registration: str
    tax_number: str
    service_tax_number: str
    service_tax_percent: int
    msic: str
    retry_days: int
    grace_days: int
    read_only_days: int


def _home() -> Path:
    """Where an installed package keeps its files: never beside its code."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "pivotino"


@dataclass(frozen=True)
class Dkim:
    """The key letters are signed with, and where the world finds its other half."""

    key: str
    selector: str
    domain: str


@dataclass(frozen=True)
class Mailbox:
    """Where answers to our letters arrive."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    secure: bool


class Environment(BaseSettings):
    """One line a setting. Names are PIVOTINO_ + the name here; secrets may also be files in PIVOTINO_SECRETS."""

    model_config = SettingsConfigDict(
        env_prefix="PIVOTINO_", extra="forbid", secrets_dir=os.environ.get("PIVOTINO_SECRETS") or None
    )

    debug: bool = False
    secret_key: str = ""
    hosts: list[str] = ["localhost", "127.0.0.1", "[::1]"]
    base_url: str = "http://localhost:8000"
    https: bool = False
    # One company on a machine of its own: no website, no plans, no sign-up; the first run founds it.
    single: bool = False
    behind_proxy: bool = False
    var: str = "var"
    # sqlite:///path or postgres://user:password@host:port/name
    database_url: str = ""
    # A JSON object {"name": {"url": …, "admin_url": …, "region": "Malaysia"}}; empty means one folder of SQLite files.
    instance_buckets: dict[str, dict[str, str]] = {}
    instances_per_bucket: int = 5000
    # Empty databases kept ready, so that a sign-up never waits for one to be made.
    pool_spares: int = 2
    # A bucket with less room on its disk takes in nobody, in bytes. Of a PostgreSQL server it is unknown.
    bucket_least_free: int = 200_000_000
    # A start brings every database to this version. Turn it off where many are upgraded in groups.
    upgrade_at_start: bool = True
    instance_connections_per_thread: int = 12
    # More threads than four only wait for each other; more processes use more cores.
    web_threads: int = 4
    web_workers: int = 1
    # smtp://user:password@host:port (STARTTLS), smtps://…, smtp+plain:// for a relay on this machine, or empty: letters are kept and shown at /_dev/mail/ in development.
    email_url: str = ""
    # Letters are signed with this RSA key (the PEM itself, or a file with it); its public half stands in the DNS at SELECTOR._domainkey.DOMAIN.
    dkim_key: str = ""
    dkim_selector: str = ""
    dkim_domain: str = ""
    # imaps://user:password@host:port/INBOX: where answers to our letters arrive; empty: nobody reads them for wishes and bounces.
    mailbox: str = ""
    # name:password with which the mail provider tells us of bounces and complaints; empty: nobody may.
    mail_reports_secret: str = ""
    # The key Mailgun signs the mails with that it received for us; empty: it may hand on none.
    mail_signing_key: str = ""
    # base64 of 32 random bytes that seal backups; after a change the old ones follow, with commas between. Empty: one is made and kept in VAR/backup_key.
    backup_key: str = ""
    # s3://key:secret@bucket/folder?endpoint=https://…&region=…, or a folder; empty: VAR/backups.
    backup_storage: str = ""
    # Where the files of customers lie, written like backup_storage; empty: VAR/files.
    file_storage: str = ""
    # unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310; empty: only what everybody knows is found in uploaded files.
    clamav: str = ""
    log_level: str = "INFO"
    operator_name: str = "Pivotino"
    operator_support: str = "support@pivotino.example"
    operator_address: str = "Kuala Lumpur, Malaysia"
    # What invoices must say of the seller: country, company number, tax number (TIN), business code (MSIC).
    operator_country: str = "MY"
    operator_registration: str = ""
    operator_tax_number: str = ""
    operator_msic: str = ""
    # Malaysian service tax is charged to customers in Malaysia once there is a number.
    operator_service_tax_number: str = ""
    service_tax_percent: int = 8
    # After a payment failed: days in which it is tried again, days of grace after that, days read-only before the end.
    billing_retry_days: int = 7
    billing_grace_days: int = 14
    billing_read_only_days: int = 30
    # Whether plans are sold here at all.
    sells: bool = True
    # Stripe's secret key. Empty: `pivotino serve` starts the sandbox, in which no money moves (not behind HTTPS: there nothing is sold).
    payment_key: str = ""
    # What Stripe signs its messages with, as a JSON list: the new secret and, while they change, the old one.
    payment_webhook_secrets: list[str] = []
    # Where a sandbox answers that somebody else started; empty with a key: Stripe.
    payment_url: str = ""
    # Where `serve` starts its own; 0: beside the port that BASE_URL names, and not at all where it names none.
    sandbox_port: int = 0
    # An MMDB file with countries; empty: what Debian's tor-geoipdb installs, or every country is unknown.
    geo_file: str = ""
    # Networks of data centres, one a line: who looks from there is no person.
    datacentre_file: str = ""
    # G-MEASUREMENT:api_secret of Google Analytics, whom visits that agreed to it are then told to, thirty days after; empty: nobody.
    google_analytics: str = ""

    @field_validator("backup_key")
    @classmethod
    def _whole_keys(cls, value: str) -> str:
        for word in value.replace(",", " ").split():
            try:
                whole = len(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))) == 32
            except ValueError:
                whole = False
            if not whole:
                raise ValueError("must be base64 of 32 bytes; openssl rand -base64 32 | tr +/ -_ makes one")
        return value

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _closed_in_public(self) -> Self:
        """Behind HTTPS nothing travels open and no key is a guess."""
        if not self.https:
            return self
        if self.debug:
            raise ValueError("PIVOTINO_DEBUG shows the inside of the program; not behind HTTPS.")
        if self.secret_key and len(self.secret_key) < SHORTEST_SECRET:
            raise ValueError(
                f"PIVOTINO_SECRET_KEY is shorter than {SHORTEST_SECRET} signs; leave it out and one is made."
            )
        if self.email_url and not self.email_url.startswith(("smtp://", "smtps://")):
            raise ValueError("PIVOTINO_EMAIL_URL would send letters open; write smtp:// (STARTTLS) or smtps://.")
        if self.mailbox and not self.mailbox.startswith("imaps://"):
            raise ValueError("PIVOTINO_MAILBOX would fetch letters open; write imaps://.")
        return self

    def var_folder(self, base: Path) -> Path:
        """Where this installation keeps its files, made if absent."""
        home = base if (base / "pyproject.toml").exists() else _home()
        folder = Path(self.var) if Path(self.var).is_absolute() else home / self.var
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def secret(self, var: Path) -> str:
        """The secret key: as set, or one made once and kept in the var folder, readable by its owner only."""
        if self.secret_key:
            return self.secret_key
        kept = var / "secret_key"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(50))
        return kept.read_text()

    def backup_keys(self, var: Path) -> list[bytes]:
        """What seals backups, the present key first."""
        kept = var / "backup_key"
        if not self.backup_key and not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        words = (self.backup_key or kept.read_text()).replace(",", " ").split()
        return [base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)) for word in words]

    def store(self, address: str, folder: Path) -> dict[str, Any]:
        """Django's storage at this address: a folder (this one without a word), or a bucket that speaks S3."""
        if not address.startswith("s3://"):
            folder = Path(address) if address else folder
            return {"BACKEND": "django.core.files.storage.FileSystemStorage",
                    "OPTIONS": {"location": str(folder), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}}  # fmt: skip
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query))
        options = {
            "bucket_name": parts.hostname, "location": parts.path.strip("/"), "access_key": unquote(parts.username or "") or None,
            "secret_key": unquote(parts.password or "") or None, "endpoint_url": asked.get("endpoint"),
            "region_name": asked.get("region"), "default_acl": None, "file_overwrite": True,
        }  # fmt: skip
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}

    def operator(self) -> Operator:
        return Operator(self.operator_name, self.operator_support, self.operator_address)

    def seller(self) -> Seller:
        return Seller(
            name=self.operator_name, address=self.operator_address, email=self.operator_support, country=self.operator_country,
            registration=self.operator_registration, tax_number=self.operator_tax_number,
            service_tax_number=self.operator_service_tax_number, service_tax_percent=self.service_tax_percent,
            msic=self.operator_msic, retry_days=self.billing_retry_days, grace_days=self.billing_grace_days,
            read_only_days=self.billing_read_only_days,
        )  # fmt: skip

    def own_sandbox(self) -> int:
        """The port of the sandbox that `serve` starts; 0 where real money is taken, or nothing is sold."""
        if self.payment_key or self.payment_url or self.https or self.single or not self.sells:
            return 0
        beside = urlsplit(self.base_url).port
        return self.sandbox_port or (beside + 1 if beside else 0)

    def webhook_secrets(self, var: Path) -> list[str]:
        """What the provider signs with; our own sandbox with something that follows from the secret key."""
        if self.payment_webhook_secrets or not self.own_sandbox():
            return self.payment_webhook_secrets
        return [f"whsec_{hashlib.sha256(f'sandbox {self.secret(var)}'.encode()).hexdigest()}"]

    def control_database(self, var: Path) -> dict[str, Any]:
        """Django's settings of the control database."""
        if self.database_url.startswith("postgres"):
            return {
                "ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True,
                "OPTIONS": {"options": "-c jit=off"}, **postgres_login(self.database_url),
            }  # fmt: skip
        name = self.database_url.removeprefix("sqlite:///") or str(var / "control.sqlite3")
        # What is deleted is overwritten in the file too.
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON"
        return {
            "ENGINE": "django.db.backends.sqlite3", "NAME": name, "CONN_MAX_AGE": 600,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
        }  # fmt: skip

    def buckets(self, var: Path) -> dict[str, dict[str, str]]:
        """The rooms for instances; without a word from the operator one folder of SQLite files."""
        return self.instance_buckets or {"files": {"url": f"sqlite:///{var / 'instances'}"}}

    def email_backend(self) -> str:
        if self.email_url:
            return "django.core.mail.backends.smtp.EmailBackend"
        return "pivotino.letters.backends.KeptMail"

    def smtp(self) -> dict[str, Any]:
        """Django's mail settings out of `email_url`."""
        if not self.email_url:
            return {}
        login = postgres_login(self.email_url)
        return {
            "EMAIL_HOST": login["HOST"], "EMAIL_PORT": login["PORT"] or 587, "EMAIL_HOST_USER": login["USER"],
            "EMAIL_HOST_PASSWORD": login["PASSWORD"], "EMAIL_USE_SSL": self.email_url.startswith("smtps:"),
            "EMAIL_USE_TLS": self.email_url.startswith("smtp:"),
        }  # fmt: skip

    def dkim(self) -> Dkim | None:
        """What letters are signed with; nothing, or all three settings."""
        if not (self.dkim_key or self.dkim_selector or self.dkim_domain):
            return None
        if not (self.dkim_key and self.dkim_selector and self.dkim_domain):
            raise ValueError("PIVOTINO_DKIM_KEY, PIVOTINO_DKIM_SELECTOR and PIVOTINO_DKIM_DOMAIN go together.")
        key = self.dkim_key if "BEGIN" in self.dkim_key else Path(self.dkim_key).read_text()
        return Dkim(key.replace("\\n", "\n"), self.dkim_selector, self.dkim_domain)

    def inbox(self) -> Mailbox | None:
        """The mailbox of our own address, out of `mailbox`."""
        if not self.mailbox:
            return None
        parts = urlsplit(self.mailbox)
        if parts.scheme not in ("imaps", "imap+plain") or not parts.hostname:
            raise ValueError("PIVOTINO_MAILBOX is written imaps://user:password@host:993/INBOX.")
        secure = parts.scheme == "imaps"
        return Mailbox(
            parts.hostname, parts.port or (993 if secure else 143), unquote(parts.username or ""), unquote(parts.password or ""),
            unquote(parts.path.strip("/")) or "INBOX", secure,
        )  # fmt: skip

    def static_storage(self) -> str:
        if self.debug:
            return "django.contrib.staticfiles.storage.StaticFilesStorage"
        return "whitenoise.storage.CompressedManifestStaticFilesStorage"
