"""The contacts' migrations of a release to come: those there are, and one more."""

from pathlib import Path

from pivotino.instance.contacts import migrations

__path__ = [*migrations.__path__, str(Path(__file__).parent)]
