"""Static files for a server outside of development: copied, named by what they hold, and compressed beforehand."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_hashed() -> bool:
    """Collect the static files where they changed since the last time; in development there is nothing to do. True if it did."""
    if is_collected():
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    _kept().write_text(_digest())
    return True


def is_collected() -> bool:
    """True where nothing changed since the last time, or nothing is collected at all."""
    return settings.DEBUG or (_kept().exists() and _kept().read_text() == _digest())


def _kept() -> Path:
    return Path(settings.STATIC_ROOT) / "collected.digest"


def _digest() -> str:
    return hashlib.sha256("\n".join(sorted(_files())).encode()).hexdigest()


def _files() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            yield f"{path} {found.st_size} {found.st_mtime_ns}"
