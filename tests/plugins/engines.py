"""Chooses the engine of a test run before Django starts: PIVOTINO_TEST_ENGINE is `sqlite` (default) or `postgres`.

PostgreSQL runs as an own cluster in a temporary folder, reached by its socket only, and is stopped at the end by the
process that started it. Workers of a parallel run each get databases of their own in it.
"""

import atexit
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

ENGINE = os.environ.get("PIVOTINO_TEST_ENGINE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
APP, ADMIN = "pivotino_app", "pivotino_admin"


def begin() -> None:
    """Set the environment of this process. The first process makes the temporary folder and the cluster."""
    home = os.environ.get("PIVOTINO_TEST_HOME")
    if home is None:
        home = os.environ["PIVOTINO_TEST_HOME"] = tempfile.mkdtemp(prefix="pivotino-tests-", dir=memory())
        os.chmod(home, 0o755)
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        if ENGINE == "postgres":
            start_cluster(Path(home) / "postgres")
    var = own_folder(Path(home), WORKER)
    os.environ.update(
        PIVOTINO_VAR=str(var), PIVOTINO_DEBUG="1", PIVOTINO_SECRET_KEY="only for tests", PIVOTINO_LOG_LEVEL="WARNING"
    )
    os.environ["PIVOTINO_POOL_SPARES"] = "0"  # tests of the pool ask for them
    os.environ["PIVOTINO_BASE_URL"] = "http://testserver"
    os.environ["PIVOTINO_HOSTS"] = '["testserver", "localhost", "127.0.0.1"]'
    if ENGINE == "postgres":
        use_cluster(Path(home) / "postgres")


def own_folder(home: Path, name: str) -> Path:
    """Where one process keeps its things. The empty databases it copies are made once for all of a run."""
    var, templates = home / name, home / "templates"
    templates.mkdir(exist_ok=True)
    if not var.exists():
        var.mkdir()
        (var / "templates").symlink_to(templates)
    return var


def memory() -> Path | None:
    """A folder in memory with room for the databases of a run, where there is one. A bench measures disks."""
    folder = Path("/dev/shm")  # noqa: S108
    roomy = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 4 * 1024**3
    return folder if roomy and not os.environ.get("PIVOTINO_TEST_DURABLE") else None


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs, or None where they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    candidates = [path for path in reversed(found) if (path / "initdb").exists()]
    if not candidates and (here := shutil.which("initdb")):
        candidates = [Path(here).parent]
    return candidates[0] if candidates else None


def start_cluster(folder: Path) -> None:
    """A new cluster in `folder`, without the network and without waiting for disks; stopped when this process ends."""
    bin_ = programs()
    if bin_ is None:
        raise SystemExit("PostgreSQL's server is not installed, and PIVOTINO_TEST_ENGINE=postgres needs it.")
    folder.mkdir()
    as_postgres(folder)
    run(
        bin_ / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    # A bench measures commits that survive a power cut; a test need not wait for them.
    hasty = "" if os.environ.get("PIVOTINO_TEST_DURABLE") else "-c fsync=off -c synchronous_commit=off"
    quick = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=200 {hasty}"
    run(bin_ / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", quick, "start")
    atexit.register(run, bin_ / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    sql(folder, "postgres", f"CREATE ROLE {APP} LOGIN NOINHERIT; CREATE ROLE {ADMIN} LOGIN CREATEROLE CREATEDB")


def use_cluster(folder: Path) -> None:
    """Databases of this worker's own."""
    os.environ.update(own_databases(folder, WORKER))


def own_databases(folder: Path, name: str) -> dict[str, str]:
    """Two new databases, one for the control plane and one bucket of instances, and the environment that names them."""
    control, bucket = f"control_{name}", f"instances_{name}"
    for database in (control, bucket):
        sql(folder, "postgres", f"CREATE DATABASE {database} OWNER {ADMIN}")
        sql(folder, database, "CREATE EXTENSION IF NOT EXISTS pg_trgm; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    at = f"?host={folder}"
    urls = {"url": f"postgres://{APP}@/{bucket}{at}", "admin_url": f"postgres://{ADMIN}@/{bucket}{at}"}
    return {
        "PIVOTINO_DATABASE_URL": f"postgres://{ADMIN}@/{control}{at}",
        "PIVOTINO_INSTANCE_BUCKETS": json.dumps({"schemas": urls}),
    }


def sql(folder: Path, database: str, statements: str) -> None:
    import psycopg

    with psycopg.connect(host=str(folder), user="postgres", dbname=database, autocommit=True) as connection:
        for statement in statements.split("; "):
            connection.execute(statement)


def as_postgres(folder: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")


begin()
