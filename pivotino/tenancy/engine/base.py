"""The database alias `instance`: a stand-in that passes every call on to the real connection of the current instance.

Django makes one of these per thread. Each keeps its least recently used real, complete Django connections, one per
instance, and picks by the context. Outside of any instance it answers nothing but Django's own housekeeping.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from pivotino.tenancy.context import current, current_or_none
from pivotino.tenancy.engine import postgres, sqlite
from pivotino.tenancy.places import Place


class DatabaseWrapper:
    """Looks like a Django connection and is always the current instance's one."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = "instance") -> None:
        state = self.__dict__
        state["alias"] = alias
        state["_settings"] = settings_dict
        state["_real"] = OrderedDict()
        state["_latest"] = (None, None)
        state["_stays"] = False
        state["_resting"] = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._current(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._current(), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._current(), name)

    # What Django asks every connection between requests, in an instance or not.

    @property
    def settings_dict(self) -> dict[str, Any]:
        # Outside of any instance this is no database: `makemigrations` skips dummies when it compares histories.
        outside = {**self.__dict__["_settings"], "ENGINE": "django.db.backends.dummy"}
        return self._current().settings_dict if current_or_none() else outside

    @property
    def queries_log(self) -> deque[Any]:
        return self._current().queries_log if current_or_none() else deque()

    @property
    def in_atomic_block(self) -> bool:
        real = self._kept(current_or_none())
        return real is not None and real.in_atomic_block

    @in_atomic_block.setter
    def in_atomic_block(self, value: bool) -> None:
        self._current().in_atomic_block = value

    def close(self) -> None:
        """Close the current instance's connection; outside of any, all of this thread."""
        place = current_or_none()
        for real in [self._kept(place)] if place else list(self.__dict__["_real"].values()):
            if real is not None:
                real.close()

    def close_if_unusable_or_obsolete(self) -> None:
        for real in self.__dict__["_real"].values():
            if real.connection is not None:
                real.close_if_unusable_or_obsolete()

    def ask(self, statement: str, params: Sequence[Any]) -> Any:
        """The cursor of one plain statement, by the shortest way this engine has."""
        real: Any = self._current()
        return real.ask(statement, params)

    def enter(self, place: Place) -> None:
        """A block of an instance begins: a file that was removed or replaced meanwhile is not written into."""
        real: Any = self._kept(place)
        if isinstance(real, sqlite.Connection) and not real.in_atomic_block and real.is_lost():
            real.close()
        resting = self.__dict__["_resting"]
        if resting is not None and resting is not real:
            self.__dict__["_resting"] = None
            resting.close()
        if real is not None:
            real.be(place)

    def leave(self, place: Place) -> None:
        """The block of an instance ended: give back what others may need. A thread that stays keeps its latest one."""
        real = self._kept(place)
        if isinstance(real, postgres.Connection) and not real.in_atomic_block:
            if self.__dict__["_stays"]:
                self.__dict__["_resting"] = real
            else:
                real.close()

    def stay(self) -> None:
        """This thread lives as long as its process and visits one instance after the other, often the same."""
        self.__dict__["_stays"] = True

    def forget(self, place: Place) -> None:
        """Close and drop the connection of a place that is about to be moved or erased."""
        real = self.__dict__["_real"].pop(place.address, None)
        self.__dict__["_latest"] = (None, None)
        self.__dict__["_resting"] = None if self.__dict__["_resting"] is real else self.__dict__["_resting"]
        if real is not None:
            real.close()

    @property
    def open_count(self) -> int:
        """How many real connections this thread keeps."""
        return len(self.__dict__["_real"])

    def _kept(self, place: Place | None) -> BaseDatabaseWrapper | None:
        return self.__dict__["_real"].get(place.address) if place else None

    def _current(self) -> BaseDatabaseWrapper:
        place = current()
        state = self.__dict__
        latest, real = state["_latest"]
        if latest is place:  # Django asks hundreds of times a request
            found: BaseDatabaseWrapper = real
            return found
        kept: OrderedDict[tuple[str, str], BaseDatabaseWrapper] = self.__dict__["_real"]
        real = kept.get(place.address)
        if real is None:
            real = kept[place.address] = self._make(place)
            self._let_go(kept)
        else:
            kept.move_to_end(place.address)
        state["_latest"] = (place, real)
        return real

    def _make(self, place: Place) -> BaseDatabaseWrapper:
        make = sqlite.connect if place.bucket.engine == "sqlite" else postgres.connect
        return make(place, self.__dict__["_settings"], self.__dict__["alias"])

    def _let_go(self, kept: "OrderedDict[tuple[str, str], BaseDatabaseWrapper]") -> None:
        # The oldest first, but never one in the middle of a transaction.
        for address in list(kept)[:-1]:
            if len(kept) <= settings.INSTANCE_CONNECTIONS_PER_THREAD:
                return
            if not kept[address].in_atomic_block:
                kept.pop(address).close()
