"""An instance as one PostgreSQL schema with a role of its own, reached through a pool of its bucket."""

import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from psycopg.errors import FeatureNotSupported, InvalidParameterValue

from pivotino.tenancy import veils
from pivotino.tenancy.engine.sqlite import KEPT_SECONDS, InstanceGone
from pivotino.tenancy.places import Place

# Threads of the web may keep one each; live updates and the watch take theirs now and then. Where a server is away, whoever
# comes next tries anew: a pool that waits longer each time would keep people out for a minute after it is back.
POOL = {"min_size": 0, "max_size": max(16, settings.WEB_THREADS + 8), "timeout": 15, "reconnect_timeout": 1}
# The statement a thread sends the second time is planned once and kept by the server. Another search path plans it anew.
PREPARED_AFTER, PREPARED_AT_MOST = 1, 300


class Connection(PostgreSQL):
    """A pooled login that owns nothing and becomes the instance's role while it is checked out."""

    place: Place
    _since = 0.0
    _frozen = False

    def be(self, place: Place) -> None:
        """The same database as its place is now: one that was frozen or thawed meanwhile is checked out anew."""
        self.place = place
        if place.frozen is not self._frozen and not self.in_atomic_block:
            self.close()

    def ask(self, statement: str, params: Sequence[Any]) -> Any:
        """The cursor of one statement whose values the server binds, so that it can keep the plan.

        Where somebody watches the statements, or the transaction is broken, it takes the long way.
        """
        self.ensure_connection()
        cursor = psycopg.Cursor(self.connection)
        if self.execute_wrappers or self.needs_rollback or self.queries_logged:
            told: Any = self._prepare_cursor(cursor)  # type: ignore[attr-defined]
            told.execute(statement, params)
            return told
        with self.wrap_database_errors:
            try:
                return cursor.execute(statement, params)
            except FeatureNotSupported:
                # Its columns changed their types since it was prepared. Within a transaction nothing more can be asked.
                if self.in_atomic_block:
                    raise
                return cursor.execute(statement, params, prepare=False)

    def close_if_unusable_or_obsolete(self) -> None:
        """Between two requests: what a thread kept goes back after a while, or when it failed."""
        if self.in_atomic_block:
            return
        if (self.errors_occurred and not self.is_usable()) or time.monotonic() > self._since + KEPT_SECONDS:
            self.close()
        self.errors_occurred = False

    @property
    def pool(self) -> Any:
        # Django keeps one pool per alias; ours is one per bucket, shared by all of its instances.
        alias, self.alias = self.alias, f"bucket:{self.place.bucket.name}"
        try:
            return super().pool
        finally:
            self.alias = alias

    def close_pool(self) -> None:
        pools: dict[str, Any] = self._connection_pools  # type: ignore[attr-defined]
        pool = pools.pop(f"bucket:{self.place.bucket.name}", None)
        if pool is not None:
            pool.close()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        while True:
            raw = super().get_new_connection(conn_params)
            raw.prepare_threshold, raw.prepared_max = PREPARED_AFTER, PREPARED_AT_MOST
            try:
                self._become(raw)
                self._since, self._frozen = time.monotonic(), self.place.frozen
            except InvalidParameterValue as error:
                self._give_back(raw)
                raise InstanceGone(f"The schema of {self.place.slug} is missing.") from error
            except BaseException:
                # The server went away since it was put into the pool: the others there are dead as well. Take the next one.
                is_dead = raw.broken
                self._give_back(raw)
                if is_dead and self.pool:
                    continue
                raise
            return raw

    def _give_back(self, raw: Any) -> None:
        if self.pool:
            self.pool.putconn(raw)
        else:
            raw.close()

    def _become(self, raw: Any) -> None:
        if self.place.veiled:
            raw.autocommit = True
            raw.execute(
                "SELECT set_config('role', %s, false), set_config('search_path', %s, false)",
                [self.place.schema, f'"{self.place.schema}", public'],
            )
            veils.hang_in_schema(raw, self.place.schema)
        raw.execute(
            "SELECT set_config('role', %s, false), set_config('search_path', %s, false),"
            " set_config('default_transaction_read_only', %s, false)",
            [self.place.schema, f'"{self.place.schema}", public', "on" if self.place.frozen else "off"],
        )

    def _close(self) -> None:
        raw = self.connection
        if raw is not None and not raw.closed and not raw.broken:
            with self.wrap_database_errors:
                raw.rollback()
                raw.autocommit = True
                raw.execute(
                    "SELECT set_config('role', 'none', false), set_config('search_path', '', false),"
                    " set_config('default_transaction_read_only', 'off', false)"
                )
        super()._close()  # type: ignore[misc]


def connect(place: Place, template: dict[str, Any], alias: str) -> Connection:
    """A connection to the schema of `place`, taken from the bucket's pool at the first query.

    One behind veils is nobody else's, before or after: it comes from no pool and ends with the request.
    """
    options = {"options": "-c jit=off"} if place.veiled else {"pool": POOL, "options": "-c jit=off"}
    engine = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": options, "CONN_MAX_AGE": 0, **place.bucket.login()}
    connection = Connection({**template, **engine}, alias)
    connection.place = place
    return connection
