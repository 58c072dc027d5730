"""The instance in one file: every row, files and pages people can read, the same whichever engine it came from.

    pack(place, out)                  write the archive to a binary stream, while people go on working
    look(file)                        check everything about an archive without writing anything
    unpack(file, place)               fill the empty database of `place` with it, whole or not at all
    contents(place)                   the digest an archive of this instance would have

`docs/` and the archive's own FORMAT.md describe the format. Rooms join in from their `takeout.py` (`registry`).
"""

from pivotino.tenancy.packing.checking import look
from pivotino.tenancy.packing.loading import unpack
from pivotino.tenancy.packing.manifest import Manifest
from pivotino.tenancy.packing.refusals import Damaged, NewerFormat, NotAnExport, NotEmpty, OtherSchema, Refused, Unsafe
from pivotino.tenancy.packing.writing import contents, pack

__all__ = [
    "Damaged", "Manifest", "NewerFormat", "NotAnExport", "NotEmpty", "OtherSchema", "Refused", "Unsafe", "contents", "look",
    "pack", "unpack",
]  # fmt: skip
