"""Preparing and serving: everything is loaded once, then shared by the processes that are forked from it.

The process that was started loads the code, and afterwards only watches its children: the server's processes and the
worker. Pages of memory that nobody writes to exist once. Where a system cannot fork well (macOS), each child loads the
code by itself.
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

RESTART_SECONDS = 2.0
# Whoever still listens for live changes at the end is let go of after so many seconds.
SECONDS_AT_THE_END = 10
APPLICATION = "config.asgi"

_forking: Any = multiprocessing.get_context("fork" if sys.platform.startswith("linux") else "spawn")


def prepare() -> None:
    """Migrate the control database, collect the static files, bring every instance to this code's schema. Safe to repeat."""
    import django

    django.setup()
    from django.core.management import call_command

    from pivotino.control.upgrades.starting import bring_all_at_start
    from pivotino.tenancy import provision
    from pivotino.tenancy.places import buckets
    from pivotino.ui.hashed import collect_hashed

    if provision.control_is_behind():
        call_command("migrate", database="default", verbosity=0, interactive=False)
    collect_hashed()
    for bucket in buckets().values():
        provision.prepare(bucket)
    bring_all_at_start()


def is_prepared() -> bool:
    """True where `prepare` would find nothing to do. It asks no instance, so that no connection of one stays behind."""
    from django.db import connections

    from pivotino.tenancy import provision
    from pivotino.tenancy.places import buckets
    from pivotino.ui.hashed import is_collected

    try:
        return (
            not provision.control_is_behind()
            and is_collected()
            and all(provision.is_prepared(bucket) for bucket in buckets().values())
            and not provision.behind().exists()
        )
    finally:
        connections.close_all()


def serve(*, port: int, host: str, worker: bool) -> None:
    """Be the server, with the worker beside it, until a signal comes or the server ends."""
    _expect_free(host, port)
    _load()
    beside = Beside() if worker else None
    sandbox = _sandbox(host, port)
    try:
        _web(host, port)
    finally:
        if beside:
            beside.stop()
        if sandbox:
            sandbox.terminate()


class Beside:
    """The worker, begun again where it died. The process that has it does nothing but wait, so signals tell it all."""

    def __init__(self) -> None:
        self._stopping = False
        # The processes of the web inherit what is done about signals, and have children of their own.
        self._here = os.getpid()
        self._child = _begin(_work)
        signal.signal(signal.SIGALRM, self._begin_again)
        signal.signal(signal.SIGCHLD, self._look)

    def stop(self) -> None:
        """Let it finish its job; after thirty seconds, not."""
        self._stopping = True
        self._child.terminate()
        self._child.join(timeout=30)
        if self._child.is_alive():
            self._child.kill()

    def _look(self, number: int, frame: object) -> None:
        if os.getpid() == self._here and not self._stopping and not self._child.is_alive():
            signal.setitimer(signal.ITIMER_REAL, RESTART_SECONDS)

    def _begin_again(self, number: int, frame: object) -> None:
        if os.getpid() == self._here and not self._stopping and not self._child.is_alive():
            self._child = _begin(_work)


def _expect_free(host: str, port: int) -> None:
    # Two servers could listen at one port and take every other visitor from each other.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"Nobody can listen at {host}:{port} ({error.strerror}). Choose another one with --port.")


def _load() -> None:
    import django

    # What is loaded stays: looking for rubbish in it meanwhile costs a tenth of the time, afterwards it would unshare it.
    gc.disable()
    django.setup()
    if not is_prepared():
        # In a process of its own: threads and connections that preparing needs do not survive a fork.
        preparing = _begin(prepare)
        preparing.join()
        if preparing.exitcode:
            sys.exit(preparing.exitcode)
    _invite()
    if _forking.get_start_method() == "fork":
        import_module(APPLICATION)
        from django.db import connections
        from django.urls import get_resolver

        for table in ("config.urls_control", "config.urls_instance"):
            _ = get_resolver(table).url_patterns  # else loaded by the first request
        connections.close_all()
        gc.collect()
        gc.freeze()
    gc.enable()


def _invite() -> None:
    from django.conf import settings

    if settings.SINGLE:
        from pivotino.control.hosting.founding import invitation

        print(invitation(), flush=True)


def _sandbox(host: str, port: int) -> "subprocess.Popen[bytes] | None":
    """Where nobody set up a payment provider: the one that plays, as a small program of its own."""
    from urllib.parse import urlsplit

    from django.conf import settings

    if not settings.SANDBOX_PORT:
        return None
    public = f"http://{urlsplit(settings.BASE_URL).hostname}:{settings.SANDBOX_PORT}"
    command = [
        sys.executable, "-m", "pivotino.sandbox", "--port", str(settings.SANDBOX_PORT), "--public", public,
        "--host", "0.0.0.0" if host == "0.0.0.0" else "127.0.0.1", "--file", str(settings.VAR_DIR / "sandbox.sqlite3"),  # noqa: S104
        "--hook", f"http://127.0.0.1:{port}/payments/webhooks/", "--parent", str(os.getpid()),
    ]  # fmt: skip
    return subprocess.Popen(command, env={**os.environ, "PIVOTINO_SANDBOX_SECRET": settings.PAYMENT_WEBHOOK_SECRETS[0]})


def _begin(task: Callable[..., None], *given: Any) -> Any:
    child = _forking.Process(target=_as_a_child, args=(task, *given))
    child.start()
    return child


def _as_a_child(task: Callable[..., None], *given: Any) -> None:
    _end_with_the_parent(signal.SIGTERM)
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGALRM):
        signal.signal(name, signal.SIG_DFL)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    task(*given)


def _end_with_the_parent(how: signal.Signals) -> None:
    """However the process that watches ends, nothing of it stays behind: it would keep the port, or work twice."""
    if sys.platform.startswith("linux"):
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, how)
        parent = multiprocessing.parent_process()
        if parent is not None and os.getppid() != parent.pid:  # it was quicker
            os.kill(os.getpid(), how)


def _web(host: str, port: int) -> None:
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        f"{APPLICATION}:application", address=host, port=port, interface=Interfaces.ASGI, workers=settings.WEB_WORKERS,
        websockets=False, log_level=LogLevels.warning, respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_AT_THE_END,
    )  # fmt: skip
    server.serve(target_loader=_application, wrap_loader=False)


def _application() -> Any:
    # Nobody would let go of those who still listen, so not politely; what was saved is saved.
    _end_with_the_parent(signal.SIGKILL)
    return import_module(APPLICATION).application


def _work() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("run_jobs")
