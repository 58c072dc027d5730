"""Everything that is left of one instance in any bucket: every generation, and what a move or a restore left behind."""

import re
from pathlib import Path
from uuid import UUID

from pivotino.tenancy import provision
from pivotino.tenancy.places import Bucket, Place, buckets


def everywhere(instance_id: UUID) -> list[Place]:
    """The place of every database of this instance that is really there. Asks the buckets, not the register."""
    return [
        Place(id=instance_id, slug="", name="", bucket=bucket, generation=generation)
        for bucket in buckets().values()
        for generation in sorted(_generations(instance_id, bucket))
    ]


def ids_in(bucket: Bucket) -> set[UUID]:
    """Whose databases are in this bucket, whether the register knows them or not."""
    if bucket.engine == "sqlite":
        names = [path.name for path in bucket.folder.glob("*/*.sqlite3")]
        return {UUID(found[1]) for name in names if (found := re.match(r"([0-9a-f]{32})\.\d+\.", name))}
    with provision.administrator(bucket) as admin:
        rows = admin.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^i_[0-9a-f]{32}_[0-9]+$'").fetchall()
    return {UUID(row[0].split("_")[1]) for row in rows}


def destroy_all(instance_id: UUID) -> None:
    """Remove every database of this instance from every bucket, half-made ones too."""
    for place in everywhere(instance_id):
        provision.destroy(place)
    for bucket in buckets().values():
        if bucket.engine == "sqlite":
            for path in _files(instance_id, bucket):
                path.unlink(missing_ok=True)


def _files(instance_id: UUID, bucket: Bucket) -> list[Path]:
    return list((bucket.folder / instance_id.hex[-2:]).glob(f"{instance_id.hex}.*"))


def _generations(instance_id: UUID, bucket: Bucket) -> set[int]:
    key = instance_id.hex
    if bucket.engine == "sqlite":
        # Journals and marks beside a file count too: they may hold what was written into it.
        names = [path.name for path in _files(instance_id, bucket)]
        return {int(found[1]) for name in names if (found := re.match(rf"{key}\.(\d+)\.", name))}
    with provision.administrator(bucket) as admin:
        rows = admin.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE %s UNION SELECT rolname FROM pg_roles WHERE rolname LIKE %s",
            [f"i\\_{key}\\_%"] * 2,
        ).fetchall()
    return {int(row[0].rpartition("_")[2]) for row in rows}
