"""Finding any record by a word of it, one slip of the finger allowed. Rooms index their records in the same transaction.

Texts are kept folded with a space at either end, so that " ab" finds words that begin with "ab". Candidates come from
an index of trigrams and are capped; then they are ranked here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from pivotino.instance.history import sql
from pivotino.instance.history.sql import NOBODY
from pivotino.instance.members.models import Member
from pivotino.kit.fold import fold

CANDIDATES = 200
SHORTEST_FOR_A_SLIP = 4
LONGEST = 8000

__all__ = ["NOBODY", "Found", "find", "folded", "forget", "holding", "index", "index_many"]


@dataclass(frozen=True, slots=True)
class Found:
    """One record that was found. `score` is higher for a better match; `exact` where it holds every word as it was typed."""

    kind: str
    id: UUID
    score: int
    exact: bool = True


def index(kind: str, id: UUID, owner_id: UUID | None, text: str) -> None:
    """Remember what may be searched of a record. `owner_id` alone may find it; None: everybody; NOBODY: only Business Owners."""
    index_many([(kind, id, owner_id, text)])


def index_many(docs: Sequence[tuple[str, UUID, UUID | None, str]]) -> None:
    """The same for many records at once."""
    sql.run_many(
        "INSERT INTO history_searchdoc (kind, subject_id, owner_id, text) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (kind, subject_id) DO UPDATE SET owner_id = excluded.owner_id, text = excluded.text",
        [(kind, id, owner_id, folded(text)) for kind, id, owner_id, text in docs],
    )


def forget(kind: str, id: UUID) -> None:
    """Find this record no more."""
    sql.run("DELETE FROM history_searchdoc WHERE kind = %s AND subject_id = %s", [kind, id])


def find(member: Member, text: str, kinds: Collection[str] = (), limit: int = 20) -> list[Found]:
    """What this member may see that holds every word of the text, the best first; one letter of each longer word may be wrong."""
    words = fold(text).split()[:8]
    if not words:
        return []
    exact = _found(words, _candidates(member, _whole(words), kinds), slips=False)
    if len(exact) < limit:
        known = {found.id for found in exact}
        near = _found(words, _candidates(member, _pieces(words), kinds), slips=True)
        exact += [found for found in near if found.id not in known]
    return exact[:limit]


def holding(text: str, kind: str) -> tuple[str, list[object]]:
    """A condition for hand-written SQL: the ids of the records of a kind that hold every word of the text."""
    words = fold(text).split()[:8]
    condition, params = _condition(_whole(words))
    return f"SELECT d.subject_id FROM history_searchdoc d WHERE d.kind = %s AND {condition}", [kind, *params]  # noqa: S608


def folded(text: str) -> str:
    """As texts are kept."""
    return f" {fold(text)[:LONGEST]} "


# Each word is a list of alternatives, each alternative a list of pieces that must all be there.
Query = list[list[list[str]]]


def _whole(words: Sequence[str]) -> Query:
    return [[[word if len(word) > 2 or not word.isascii() else f" {word}"]] for word in words]


def _pieces(words: Sequence[str]) -> Query:
    """One slip leaves one half of a word whole, or swaps its middle and leaves both ends."""
    query: Query = []
    for word in words:
        half = len(word) // 2
        if len(word) < SHORTEST_FOR_A_SLIP:
            query += _whole([word])
            continue
        end = word[half:] if len(word) - half > 2 else f"{word[half:]} "
        ways = [[f" {word[:half]}"], [end]]
        if len(word) >= 6:
            ways.append([f" {word[: half - 1]}", f"{word[half + 1 :]} "])
        query.append(ways)
    return query


def _candidates(member: Member, query: Query, kinds: Collection[str]) -> list[tuple[str, UUID, str]]:
    condition, params = _condition(query)
    limits = ""
    if member.seen_owner is not None:
        limits += " AND (d.owner_id IS NULL OR d.owner_id = %s)"
        params.append(member.seen_owner)
    if kinds:
        # Written out, so that an engine which keeps plans knows how many there are of them. They are words of ours.
        # The plus keeps SQLite from walking the index of kinds once for each hit of the trigrams.
        column = "+d.kind" if condition.startswith("d.id IN") else "d.kind"
        limits += f" AND {column} IN ({', '.join(_word(kind) for kind in kinds)})"
    to_id, _, _ = sql.readers()
    rows = sql.rows(
        f"SELECT d.kind, d.subject_id, d.text FROM history_searchdoc d WHERE {condition}{limits} ORDER BY d.id DESC LIMIT {CANDIDATES}",  # noqa: S608
        params,
    )
    return [(kind, to_id(id), text) for kind, id, text in rows]


def _word(kind: str) -> str:
    if not kind.isidentifier():
        raise ValueError(kind)
    return f"'{kind}'"


def _condition(query: Query) -> tuple[str, list[object]]:
    """The query as SQL over `d`: trigrams where every piece has three letters, else a plain look at each text."""
    if not query:
        return "1 = 0", []  # signs without a word are in no text
    if not sql.is_postgres() and all(len(piece) > 2 for ways in query for way in ways for piece in way):
        match = " AND ".join(f"({_any(ways)})" for ways in query)
        return "d.id IN (SELECT rowid FROM history_searchtrigrams WHERE history_searchtrigrams MATCH %s)", [match]
    conditions: list[str] = []
    params: list[object] = []
    for ways in query:
        conditions.append(
            "(" + " OR ".join("(" + " AND ".join(["d.text LIKE %s"] * len(way)) + ")" for way in ways) + ")"
        )
        params += [f"%{piece}%" for way in ways for piece in way]
    return " AND ".join(conditions), params


def _any(ways: list[list[str]]) -> str:
    return " OR ".join("(" + " AND ".join(f'"{piece}"' for piece in way) + ")" for way in ways)


def _found(words: Sequence[str], rows: Iterable[tuple[str, UUID, str]], *, slips: bool) -> list[Found]:
    scored = []
    for kind, id, text in rows:
        others = text.split()
        scores = [_score(word, others, text, slips=slips) for word in words]
        if all(scores):
            scored.append(Found(kind, id, sum(scores) * 100 - min(len(others), 99), exact=not slips or min(scores) > 1))
    # Python's sort keeps the newest first among equals.
    return sorted(scored, key=lambda found: -found.score)


def _score(word: str, others: Sequence[str], text: str, *, slips: bool) -> int:
    """4 for the word itself, 3 for its beginning, 2 for a part, 1 for a slip, 0 for nothing."""
    if f" {word} " in text:
        return 4
    if f" {word}" in text:
        return 3
    if word in text:
        return 2
    if slips and len(word) >= SHORTEST_FOR_A_SLIP:
        return int(any(_one_slip(word, other[: len(word) + cut]) for other in others for cut in (0, 1, -1)))
    return 0


def _one_slip(a: str, b: str) -> bool:
    """True when one letter added, left out, changed or swapped with its neighbour makes them the same."""
    if abs(len(a) - len(b)) > 1:
        return False
    at = 0
    while at < len(a) and at < len(b) and a[at] == b[at]:
        at += 1
    if len(a) == len(b):
        return a[at + 1 :] == b[at + 1 :] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return long[at + 1 :] == short[at:]
