"""An instance as one PostgreSQL schema with a role of its own, reached through a pool of its bucket."""

from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from psycopg.errors import InvalidParameterValue

from pivotino.tenancy.engine.sqlite import InstanceGone
from pivotino.tenancy.places import Place

POOL = {"min_size": 0, "max_size": 16, "timeout": 15}


class Connection(PostgreSQL):
    """A pooled login that owns nothing and becomes the instance's role while it is checked out."""

    place: Place

    def be(self, place: Place) -> None:
        """The same database as its place is now: a frozen one can only be read, from the next check-out on."""
        self.place = place

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
        raw = super().get_new_connection(conn_params)
        try:
            self._become(raw)
        except InvalidParameterValue as error:
            raw._pool.putconn(raw)
            raise InstanceGone(f"The schema of {self.place.slug} is missing.") from error
        except BaseException:
            raw._pool.putconn(raw)
            raise
        return raw

    def _become(self, raw: Any) -> None:
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
    """A connection to the schema of `place`, taken from the bucket's pool at the first query."""
    options = {"pool": POOL, "options": "-c jit=off"}
    engine = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": options, "CONN_MAX_AGE": 0, **place.bucket.login()}
    connection = Connection({**template, **engine}, alias)
    connection.place = place
    return connection
