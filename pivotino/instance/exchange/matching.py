"""What a word of the sheet means here: a stage, a colleague, or another spelling of a product."""

# Chinese letters count twice in the width of a line; these tables are read by word, not by line.

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .words import compact, fold

MOST_COMPARED = 5_000

# The stages of a new instance, and what others call them. A word may fit several; the first one that exists is taken.
STAGE_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("New",),
        "new, new lead, lead, leads, prospect, prospects, prospecting, prospecting stage, open, inbox, to contact, "
        "not contacted, uncontacted, backlog, suspect, baru, prospek, bakal pelanggan, 新, 新建, 新商机, 潜在, 潜在客户, 线索, 未联系",
    ),
    (
        ("First Activity", "Follow Up"),
        "first activity, first contact, engaging, engaged, contacted, contact made, initial contact, approached, "
        "qualification, qualifying, qualified, discovery, appointment scheduled, demo scheduled, demo, meeting, needs analysis, "
        "aktiviti pertama, dihubungi, telah dihubungi, 首次活动, 首次联系, 已联系, 初步接触, 接洽, 接触, 需求分析",
    ),
    (
        ("Follow Up", "First Activity"),
        "follow up, following up, followup, follow, in progress, ongoing, nurturing, working, evaluation, in discussion, "
        "presentation, decision maker bought in, value proposition, id decision makers, perception analysis, "
        "susulan, tindakan susulan, dalam proses, 跟进, 跟进中, 进行中, 洽谈, 沟通中, 方案",
    ),
    (
        ("Quotation", "Follow Up"),
        "quotation, quote, quoted, quotation sent, quote sent, proposal, proposal sent, propose, offer, offered, "
        "proposal price quote, negotiation, negotiating, negotiation review, negotiations started, contract, contract sent, "
        "tender, sebut harga, sebutharga, tawaran, cadangan, rundingan, 报价, 已报价, 报价中, 谈判, 商务谈判, 合同, 投标, 提案",
    ),
    (
        ("Won",),
        "won, closed won, close won, win, deal won, success, successful, sold, ordered, order, signed, confirmed, "
        "menang, berjaya, dijual, 赢, 赢单, 成交, 已成交, 成功, 已签约, 签约",
    ),
    (
        ("Lost",),
        "lost, closed lost, close lost, deal lost, failed, dead, rejected, declined, abandoned, cancelled, canceled, "
        "disqualified, unqualified, no sale, kalah, gagal, hilang, ditolak, batal, 输, 输单, 丢单, 失败, 流失, 已取消, 关闭",
    ),
)

_MEANINGS: dict[str, tuple[str, ...]] = {
    compact(word): stages for stages, written in STAGE_WORDS for word in written.split(",")
}


def means_a_stage(word: str) -> str:
    """The usual stage a word stands for, or "" if it is none we know."""
    return next(iter(_MEANINGS.get(_bare(word), ())), "")


def _bare(word: str) -> str:
    """“3. Negotiation/Review (60%)” is about negotiation review."""
    return compact(re.sub(r"^\s*\d+\s*[.)\-:]\s*|\(.*?\)|\d+\s*%|^stage\b|\bstage$", " ", word, flags=re.IGNORECASE))


def guess_stages(values: Iterable[str], stages: Iterable[str]) -> dict[str, str | None]:
    """Word of the sheet → name of a stage that exists here, or None. Spelling and case never matter."""
    own = {compact(stage): stage for stage in stages}
    return {value: _stage_for(value, own) for value in values}


def _stage_for(value: str, own: dict[str, str]) -> str | None:
    word = _bare(value) or compact(value)
    if word in own:
        return own[word]
    for meaning in _MEANINGS.get(word, ()):
        if compact(meaning) in own:
            return own[compact(meaning)]
    known = [*own, *(word for word in _MEANINGS if word.isascii() and len(word) > 4)]
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.86) if len(word) > 3 else []
    if not near:
        return None
    return own.get(near[0]) or next(
        (own[compact(meaning)] for meaning in _MEANINGS[near[0]] if compact(meaning) in own), None
    )


def guess_people(values: Iterable[str], members: Mapping[str, str]) -> dict[str, str | None]:
    """Name in the sheet → key of a member, or None. `members` is key → name (or e-mail address).

    The same words in any order, an e-mail address, or a first name only one member has. Two candidates are none.
    """
    index: dict[str, set[str]] = defaultdict(set)
    for key, name in members.items():
        for way in _ways_to_say(name):
            index[way].add(key)
    return {value: _member_for(value, index, members) for value in values}


def _ways_to_say(name: str) -> set[str]:
    whole = " ".join(sorted(fold(name.split("@")[0]).split()))
    ways = {whole, compact(name)}
    if (parts := fold(name.split("@")[0]).split()) and len(parts[0]) > 1:
        ways.add(parts[0])
    return ways - {""}


def _member_for(value: str, index: Mapping[str, set[str]], members: Mapping[str, str]) -> str | None:
    exact = [key for key, name in members.items() if fold(name) == fold(value)]
    if exact:
        return exact[0] if len(exact) == 1 else None
    local = value.split("@")[0]
    sure = [way for way in (compact(value), " ".join(sorted(fold(local).split())), fold(local)) if way in index]
    for way in sure:
        if len(index[way]) == 1:
            return next(iter(index[way]))
    if sure:
        return None
    whole = [way for way in index if len(way) > 6]
    near = difflib.get_close_matches(compact(value), whole, n=2, cutoff=0.9)
    keys = {key for way in near for key in index[way]}
    return keys.pop() if len(keys) == 1 else None


# -- spellings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Variant:
    """Pairs that are probably one thing spelled twice: (the rarer spelling, the one to keep). Only ever a question."""

    pairs: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.pairs)


def normalise_product(counts: Mapping[str, int], known: Iterable[str] = ()) -> Variant:
    """Near-duplicate spellings in one column, or between it and names already `known` here, which win.

    Spaces, case and marks do not make a difference (`GTXPro`, `GTX Pro`), nor does one wrong letter inside a long
    word (`technolgy`, `technology`). A different number always does.
    """
    kept = list(dict.fromkeys(known))
    by_count = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_COMPARED]
    seen: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    for name in [*kept, *(name for name in by_count if name not in kept)]:
        ways = _spellings(name)
        twin = next((seen[way] for way in ways if way in seen), None)
        if twin is not None and name not in kept and _one_slip_apart(name, twin):
            pairs.append((name, twin))
            continue
        for way in ways:
            seen.setdefault(way, name)
    return Variant(tuple(sorted(pairs)))


LONG_WORD = 7


def _spellings(name: str) -> list[str]:
    """The name without spaces, and with any one letter missing from any one long word."""
    parts = fold(name).split()
    ways = [compact(name)]
    for place, part in enumerate(parts):
        if len(part) >= LONG_WORD - 1 and part.isalpha():
            around = ("".join(parts[:place]), "".join(parts[place + 1 :]))
            ways += [f"{around[0]}{part[:cut]}{part[cut + 1 :]}{around[1]}" for cut in range(len(part))]
    return [way for way in dict.fromkeys(ways) if way]


def _one_slip_apart(one: str, other: str) -> bool:
    if compact(one) == compact(other):
        return True
    numbers = [re.findall(r"\d+", name) for name in (one, other)]
    return numbers[0] == numbers[1] and abs(len(compact(one)) - len(compact(other))) <= 1
