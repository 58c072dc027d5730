"""Where an instance lives: which bucket, and there which file or schema."""

from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs", "afs", "davfs"}
)


class NetworkFileSystem(ImproperlyConfigured):
    """SQLite's locks do not hold on a network file system, so no bucket may stand on one."""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A room for instances: a folder of SQLite files, or a PostgreSQL database of at most 250 schemas.

    `region` is the country or region its server stands in, as its customers are told. `admin_url` is the login that may create roles and schemas; `url` the one that serves requests and owns nothing.
    """

    name: str
    url: str
    admin_url: str = ""
    region: str = ""

    @property
    def engine(self) -> str:
        return "sqlite" if self.url.startswith("sqlite:") else "postgres"

    @property
    def folder(self) -> Path:
        """The folder of a SQLite bucket, made if absent; raises NetworkFileSystem where locks would not hold."""
        folder = Path(self.url.removeprefix("sqlite:///"))
        folder = folder if folder.is_absolute() else Path(settings.BASE_DIR) / folder
        folder.mkdir(parents=True, exist_ok=True)
        kind = file_system_of(folder)
        if kind in NETWORK_FILE_SYSTEMS:
            raise NetworkFileSystem(f"Bucket {self.name} lies on {kind}. Put it on a local disk.")
        return folder

    def login(self, *, admin: bool = False) -> dict[str, str | int]:
        """The connection parameters of a PostgreSQL bucket, in Django's words."""
        return postgres_login((self.admin_url or self.url) if admin else self.url)


@dataclass(frozen=True, kw_only=True)
class Place:
    """The address of one instance. Its `key` prefixes cache keys, files, limits and log lines."""

    id: UUID
    slug: str
    name: str
    bucket: Bucket
    generation: int = 1
    frozen: bool = False
    # A copy to try: nothing may leave it, no letter, no call to others.
    is_copy: bool = False
    # What staff see before anything is revealed to them: the same database behind veils, and nothing kept is shared with it.
    veiled: bool = False

    @cached_property
    def key(self) -> str:
        return f"{self.id.hex}.veiled" if self.veiled else self.id.hex

    @cached_property
    def path(self) -> Path:
        """The SQLite file. A swapped file gets a new generation, so no old handle can be mistaken for it."""
        return self.bucket.folder / self.id.hex[-2:] / f"{self.id.hex}.{self.generation}.sqlite3"

    @cached_property
    def writable(self) -> "Place":
        """The same place for our own work in it while its people may only read."""
        return replace(self, frozen=False)

    @cached_property
    def behind_veils(self) -> "Place":
        """The same place, read only, with every name, text and number covered; see `tenancy.veils`."""
        return replace(self, frozen=True, veiled=True)

    @cached_property
    def read_only(self) -> "Place":
        """The same place for somebody who may not write in it."""
        return replace(self, frozen=True)

    @property
    def schema(self) -> str:
        """The PostgreSQL schema, which is also the name of the role that owns it."""
        return f"i_{self.id.hex}_{self.generation}"

    @cached_property
    def address(self) -> tuple[str, str]:
        """What tells two databases apart: the bucket and the file or schema in it."""
        return self.bucket.name, f"{self.key}.{self.generation}"


def buckets() -> dict[str, Bucket]:
    """The buckets of this installation, by name, in the order in which they fill."""
    return {name: Bucket(name=name, **urls) for name, urls in settings.INSTANCE_BUCKETS.items()}


def postgres_login(url: str) -> dict[str, str | int]:
    """Django's connection parameters from a postgres:// address. `?host=/socket` names a socket's folder."""
    parts = urlsplit(url)
    socket = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair).get("host", "")
    return {
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(socket) or parts.hostname or "",
        "PORT": parts.port or "",
    }


@cache
def file_system_of(folder: Path) -> str:
    """The kind of file system a folder stands on, or "" where the system does not tell. Asked once in a process."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    best, kind = "", ""
    for line in mounts.read_text(errors="replace").splitlines():
        _, point, found, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        if len(point) > len(best) and folder.resolve().is_relative_to(point):
            best, kind = point, found
    return kind
