"""Proof that a file can be taken in elsewhere: into a scratch database, out again, compared, destroyed."""

import time

from pivotino.control.exports import storing
from pivotino.control.exports.models import Rehearsal
from pivotino.control.exports.sealing import Broken, unsealed
from pivotino.tenancy import filing, packing, provision

MOST_TRIES = 4
NO_FILE = "The file is not there any more. Prepare a new one."
BROKEN = "The file is damaged. Prepare a new one, and tell support."
GIVEN_UP = "It did not work, several times. This is our fault. Tell support, or try again."


def rehearse(rehearsal: Rehearsal) -> None:
    """Try it, from the beginning whatever a dead worker left; the scratch is gone at the end, however it ended."""
    rehearsal.tries += 1
    rehearsal.save(update_fields=["tries"])
    clear(rehearsal)
    begun = time.monotonic()
    export = rehearsal.export
    if export.state != "ready":
        return rehearsal.end(equal=False, problem=NO_FILE)
    place = rehearsal.scratch
    try:
        provision.create(place)
        with unsealed(storing.path_of(export.instance_id, export.pk), export.key) as file:
            brought = packing.unpack(file, place)
        found = packing.contents(place)
        different = sorted(
            path
            for path in brought.files.keys() | found.files.keys()
            if brought.files.get(path) != found.files.get(path)
        )
        clear(rehearsal)
        rehearsal.end(
            counts=found.counts, contents=found.contents, different=different[:50], seconds=round(time.monotonic() - begun),
            equal=found.contents == export.contents == brought.contents and found.counts == export.counts,
        )  # fmt: skip
    except FileNotFoundError:
        rehearsal.end(equal=False, problem=NO_FILE)
    except (Broken, packing.Refused) as error:
        rehearsal.end(equal=False, problem=str(error) if isinstance(error, packing.Refused) else BROKEN)
    except OSError as error:
        if error.errno not in storing.FULL:
            _count(rehearsal)
            raise
        rehearsal.end(equal=False, problem=storing.NO_SPACE)
    except Exception:
        _count(rehearsal)
        raise
    finally:
        clear(rehearsal)


def clear(rehearsal: Rehearsal) -> None:
    """Destroy the scratch, files too. Safe to repeat."""
    provision.destroy(rehearsal.scratch)
    filing.remove_all(rehearsal.scratch)


def _count(rehearsal: Rehearsal) -> None:
    if rehearsal.tries >= MOST_TRIES:
        rehearsal.end(equal=False, problem=GIVEN_UP)
