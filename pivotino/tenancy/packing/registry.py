"""What rooms add to the archive beside their rows. They register from `AppConfig.ready`, mostly in a `takeout.py`.

@twin("contacts.vcf", of="contacts.contact")         a file for other programs or for people
@page("contacts", "Contacts", of="contacts.contact") a list that reads in any browser, offline
leave_out("history.searchdoc")                       rows that repeat others: not packed, made anew by …
@rebuilds(20)                                        … a function that runs after everything was unpacked
passing("history.outbox")                            rows that matter only while the same instance lives on
stays("history.trail", new=…)                        rows that are there already stay; which of the archive's go beside them
@in_use                                              says what work there is already, or ""
people_by, adopts_by, arrived_by                     one room knows the people; see their types below
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO
from uuid import UUID

if TYPE_CHECKING:
    from pivotino.tenancy.packing.book import Book

Write = Callable[["Book", TextIO], int]
# Asked once inside the place that is filled: says of each row of the archive whether it is to be taken.
Chooses = Callable[[], Callable[[dict[str, Any]], bool]]


@dataclass(frozen=True, kw_only=True)
class Twin:
    """A file beside the rows. `write` says how many things it wrote; `of` is the entity it walks through, for progress."""

    path: str
    of: str
    write: Write


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of a page with its lines. A line has one text a column."""

    heading: str
    note: str
    lines: "Iterator[tuple[str, ...]]"


@dataclass(frozen=True, kw_only=True)
class Page:
    """A list people read in a browser. `numbers` are the columns of figures."""

    name: str
    title: str
    of: str
    order: int
    columns: tuple[str, ...]
    numbers: frozenset[int]
    groups: "Callable[[Book], Iterator[Group]]"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who works in an instance, as the archive knows them."""

    account_id: UUID | None
    name: str
    email: str
    owner: bool


People = Callable[[], list[Person]]
# Whoever brings a file becomes its first Business Owner; everybody else waits to be invited. The id marks the arrival.
Adopt = Callable[[Person, UUID], None]
Arrived = Callable[[UUID], bool]

twins: dict[str, Twin] = {}
pages: dict[str, Page] = {}
derived: set[str] = set()
passed: set[str] = set()
standing: dict[str, Chooses] = {}
rebuilding: list[tuple[int, Callable[[], None]]] = []
uses: list[Callable[[], str]] = []
_people: list[People] = []
_adopts: list[Adopt] = []
_arrived: list[Arrived] = []


def twin(path: str, *, of: str = "") -> Callable[[Write], Write]:
    """Register a file beside the rows: the function gets the book and the open file."""

    def keep(write: Write) -> Write:
        twins[path] = Twin(path=path, of=of, write=write)
        return write

    return keep


def page(
    name: str, title: str, *, of: str, order: int, columns: tuple[str, ...], numbers: frozenset[int] = frozenset()
) -> "Callable[[Callable[[Book], Iterator[Group]]], Callable[[Book], Iterator[Group]]]":
    """Register a list people read: the function yields groups of lines."""

    def keep(groups: "Callable[[Book], Iterator[Group]]") -> "Callable[[Book], Iterator[Group]]":
        pages[name] = Page(name=name, title=title, of=of, order=order, columns=columns, numbers=numbers, groups=groups)
        return groups

    return keep


def leave_out(*labels: str) -> None:
    """These entities repeat others and are made anew by a function that `rebuilds`."""
    derived.update(labels)


def passing(*labels: str) -> None:
    """These entities travel only when the instance itself moves: what waits in a line, what browsers were just told."""
    passed.update(labels)


def stays(label: str, *, new: Chooses) -> None:
    """What is in the place already is not replaced by an archive; `new` says which of the archive's rows join it."""
    standing[label] = new


def rebuilds(order: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register what is made anew after unpacking, in rising order, in the same transaction."""

    def keep(rebuild: Callable[[], None]) -> Callable[[], None]:
        rebuilding.append((order, rebuild))
        return rebuild

    return keep


def in_use(says: Callable[[], str]) -> Callable[[], str]:
    """Register a look at the current instance: what work there is already, in a few words, or nothing."""
    uses.append(says)
    return says


def people_by(people: People) -> People:
    _people[:] = [people]
    return people


def adopts_by(adopt: Adopt) -> Adopt:
    _adopts[:] = [adopt]
    return adopt


def arrived_by(arrived: Arrived) -> Arrived:
    _arrived[:] = [arrived]
    return arrived


def use() -> str:
    """What work there is in the current instance already; "" for a fresh one."""
    return next((said for says in uses if (said := says())), "")


def people() -> list[Person]:
    """Who works in the current instance, owners first."""
    return [person for ask in _people for person in ask()]


def adopt(owner: Person, arrival: UUID) -> None:
    """The current instance was filled from a file: `owner` owns it now, nobody else has entered yet."""
    for take in _adopts:
        take(owner, arrival)


def arrived(arrival: UUID) -> bool:
    """Whether this arrival is in the current instance already: a worker may have died right after it."""
    return any(ask(arrival) for ask in _arrived)
