"""`pivotino open FILE`: the instance in one file, opened on a laptop as it was, with the board and everything.

It lives in a folder of its own and in SQLite files. No letter leaves, nothing is asked of anybody outside, and nothing runs
by the clock, so that an old file still shows what it showed. Without `--keep` everything is forgotten at the end.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pivotino.tenancy.models import Instance

WORK = "--work"


def open_file(file: Path | None, *, port: int, keep: Path | None) -> NoReturn:
    """Fill a folder from the file, print the one-time link, and serve until stopped."""
    if file is None and keep is None:
        sys.exit("Name the file of an export:  pivotino open FILE.zip")
    folder = keep.resolve() if keep else Path(tempfile.mkdtemp(prefix="pivotino-open-"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _own_world(folder, port)
    worker: subprocess.Popen[bytes] | None = None
    try:
        # In a process of its own: what filling needs does not stay with the one that serves.
        filled = subprocess.run(
            [sys.executable, "-m", "config.opening", *([str(file.resolve())] if file else [])],
            stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if filled.returncode:
            sys.exit(filled.returncode)
        told = json.loads(filled.stdout.splitlines()[-1])
        print(_greeting(told, port=port, file=file, keep=keep), flush=True)

        worker = subprocess.Popen([sys.executable, "-m", "config.opening", WORK])

        from pivotino import serving

        serving.serve(port=port, host="127.0.0.1", worker=False)
    finally:
        if worker:
            worker.terminate()
            worker.wait(timeout=30)
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0)


def _own_world(folder: Path, port: int) -> None:
    """Whatever else is set on this machine, databases and mail servers above all, has no part in it."""
    for name in [name for name in os.environ if name.startswith("PIVOTINO_")]:
        del os.environ[name]
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings", PIVOTINO_VAR=str(folder), PIVOTINO_SINGLE="1",
        PIVOTINO_BASE_URL=f"http://127.0.0.1:{port}", PIVOTINO_LOG_LEVEL="WARNING",
    )  # fmt: skip


def _greeting(told: dict[str, str], *, port: int, file: Path | None, keep: Path | None) -> str:
    lines = ["", f"{told['company']}, as it was on {told['taken']}." if told["taken"] else told["company"]]
    lines += [told["counts"]] if told["counts"] else []
    lines += ["", f"Enter here as {told['name']}, once:", f"  http://127.0.0.1:{port}/opened/{told['token']}/", ""]
    lines += ["No letter leaves this machine and nothing is asked of anybody outside."]
    if keep:
        lines += [f"What you change is kept in {keep}. Open it again:", f"  pivotino open --keep {keep}"]
    else:
        lines += ["Ctrl+C ends it, and what you changed is gone. To keep it:", f"  pivotino open {file} --keep FOLDER"]
    return "\n".join([*lines, ""])


def fill(file: Path | None) -> dict[str, str]:
    """Prepare the folder, put the file in where nothing is in it yet, and make a link. Says what to greet with."""
    from pivotino.serving import prepare

    prepare()
    from pivotino.control.exports import opening
    from pivotino.control.hosting.founding import the_instance
    from pivotino.tenancy import inside
    from pivotino.tenancy.packing import registry

    instance, taken, counts = the_instance(), "", ""
    if instance is None:
        if file is None:
            sys.exit("There is nothing in this folder yet. Name the file of an export too.")
        instance, taken, counts = _put_in(file)
    elif file is not None:
        sys.exit("There is something in this folder already. Open it without a file, or choose another folder.")
    with inside(instance):
        owner = next(person for person in registry.people() if person.owner and person.account_id)
    account_id = owner.account_id
    assert account_id is not None
    token = opening.issue(opening.Opening(account_id, instance.slug))
    return {"company": instance.name, "taken": taken, "counts": counts, "name": owner.name, "token": token}


def work() -> None:
    """Do what is asked for, lists that are brought above all, and nothing by the clock."""
    import django

    django.setup()
    from pivotino.jobs.worker import Worker

    worker = Worker(keeps_clock=False)
    worker.stop_on_signals()
    worker.run()


def _put_in(file: Path) -> "tuple[Instance, str, str]":
    from django.utils import timezone

    from pivotino.control.accounts.models import Account
    from pivotino.control.exports.queries import counted
    from pivotino.kit.ids import uuid7
    from pivotino.kit.slugs import suggest_slug
    from pivotino.tenancy import inside, packing, provision, registry, seats
    from pivotino.tenancy.models import Instance
    from pivotino.tenancy.packing import registry as rooms

    try:
        manifest = packing.look(file)
    except (packing.Refused, OSError) as error:
        sys.exit(str(error))
    name = manifest.instance["name"]
    instance = Instance(
        slug=suggest_slug(manifest.instance["slug"] or name, taken=lambda slug: False), name=name, bucket=registry.bucket_with_room(),
    )  # fmt: skip
    provision.create(instance.place)
    try:
        packing.unpack(file, instance.place)
    except packing.Refused as error:
        sys.exit(str(error))
    instance.schema_version, instance.ready_at = provision.schema_version(), timezone.now()
    instance.save(force_insert=True)
    with inside(instance):
        here = next((person for person in rooms.people() if person.owner and person.account_id), None)
        if here is None:
            here = rooms.Person(account_id=uuid7(), name="Owner", email="owner@pivotino.invalid", owner=True)
            rooms.adopt(here, uuid7())
    # The same id as in the file: nothing in it has to change for them to enter.
    account = Account.objects.create_user(
        here.email or "owner@pivotino.invalid", None, id=here.account_id, name=here.name
    )
    account.open()
    with inside(instance):
        seats.take(account.pk, owner=True)
    told = ", ".join(f"{sort.count:,} {sort.name}" for sort in counted(manifest.counts)[:6])
    return instance, f"{manifest.at:%-d %B %Y}", told


if __name__ == "__main__" and sys.argv[1:] == [WORK]:
    work()
elif __name__ == "__main__":
    print(json.dumps(fill(Path(sys.argv[1]) if len(sys.argv) > 1 else None)))
