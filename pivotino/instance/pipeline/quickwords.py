"""The words the quick-add line understands, in English, Malay and Chinese, and how days and times are said."""

# Chinese letters count twice in the width of a line, and a pattern is read as one piece.

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from collections.abc import Callable
from typing import Literal

ActivityKind = Literal["call", "email", "meeting", "visit", "todo"]

# -- words -------------------------------------------------------------------------------------------------------------

# Latin words end where Latin letters and digits end; Chinese is written without spaces. None of these signs has a large
# and a small form: said so, a pattern is ready three times as soon.
B, E = r"(?<!(?-i:[^\W_\u2e80-\u9fff]))", r"(?!(?-i:[^\W_\u2e80-\u9fff]))"


def _one_of(latin: str, chinese: str = "") -> str:
    """A pattern for any of the words, the longest first."""

    def longest_first(words: str) -> str:
        listed = sorted((word.strip() for word in words.split(",")), key=len, reverse=True)
        return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in listed)

    latin_words = rf"{B}(?:{longest_first(latin)}){E}"
    return f"(?:{latin_words}|{longest_first(chinese)})" if chinese else latin_words


KIND_WORDS: tuple[tuple[ActivityKind, str, str], ...] = (
    (
        "call",
        "call, call back, phone, ring, telephone, hubungi, telefon, panggil",
        "打电话, 打个电话, 致电, 电话, 回电, 联系",
    ),
    ("email", "email, e-mail, mail, emel, e-mel, hantar emel", "发邮件, 发电邮, 发电子邮件, 邮件, 电邮"),
    ("meeting", "meeting, meet, mesyuarat, jumpa, berjumpa, temujanji, perjumpaan", "开会, 会议, 见面, 会面, 面谈"),
    ("visit", "site visit, visit, lawat, lawatan, melawat, lawatan tapak", "拜访, 上门, 参观, 走访"),
    (
        "todo",
        "to do, todo, to-do, task, follow up, follow-up, followup, remind, reminder, tugasan, susulan, ingatkan, due",
        "跟进, 待办, 提醒, 任务",
    ),
)
KINDS = tuple((kind, _one_of(latin, chinese)) for kind, latin, chinese in KIND_WORDS)

WEEKDAYS = (
    (0, "monday, mon, isnin", "一"),
    (1, "tuesday, tue, tues, selasa", "二"),
    (2, "wednesday, wed, weds, rabu", "三"),
    (3, "thursday, thu, thur, thurs, khamis", "四"),
    (4, "friday, fri, jumaat", "五"),
    (5, "saturday, sat, sabtu", "六"),
    (6, "sunday, sun, ahad", "日, 天"),
)
WEEKDAY_NUMBER = {
    word.strip(): number for number, latin, chinese in WEEKDAYS for word in (*latin.split(","), *chinese.split(","))
}
LATIN_WEEKDAY = "|".join(sorted((word for word in WEEKDAY_NUMBER if word.isascii()), key=len, reverse=True))

MONTH_NUMBER = {
    word: number
    for number, words in enumerate(
        (
            "january januari jan", "february februari feb", "march mac mar", "april apr", "may mei", "june jun",
            "july julai jul", "august ogos aug ogo", "september sept sep", "october oktober oct okt",
            "november nov", "december disember dec dis",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
MONTH = "|".join(sorted(MONTH_NUMBER, key=len, reverse=True))

CHINESE_NUMBER = {sign: number for number, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}
COUNT = rf"(?P<count>\d{{1,3}}|{B}(?:a|an|one|two|three|satu|dua|tiga|se){E}|[一二两三四五六七八九十])"
COUNTED = {"a": 1, "an": 1, "one": 1, "satu": 1, "se": 1, "two": 2, "dua": 2, "three": 3, "tiga": 3} | CHINESE_NUMBER

SOON = (
    (0, _one_of("today, tonight, hari ini", "今天, 今日, 今晚")),
    (3, _one_of("tulat", "大后天")),
    (2, _one_of("the day after tomorrow, day after tomorrow, lusa", "后天")),
    (1, _one_of("tomorrow, tmr, tmrw, tml, esok, besok", "明天, 明日, 明早, 明晚")),
)

# -- days --------------------------------------------------------------------------------------------------------------

DayReader = Callable[[re.Match[str], datetime.date], "datetime.date | None"]


def _weekday(found: re.Match[str], today: datetime.date) -> datetime.date:
    """The coming one, never today; “this” is of this week, “next” of the week after it. Weeks begin on Monday."""
    number = WEEKDAY_NUMBER[found["weekday"].lower()]
    which = (found["which"] or found["after"] or "").strip().lower()
    monday = today - datetime.timedelta(days=today.weekday())
    if which in NEXT:
        return monday + datetime.timedelta(days=7 + number)
    if which in THIS:
        return monday + datetime.timedelta(days=number)
    return today + datetime.timedelta(days=(number - today.weekday() - 1) % 7 + 1)


NEXT = frozenset({"next", "depan", "minggu depan", "下", "下个"})
THIS = frozenset({"this", "ini", "minggu ini", "这", "这个", "本"})


def _in_some_time(found: re.Match[str], today: datetime.date) -> datetime.date | None:
    count = found["count"].lower()
    number = int(count) if count.isdecimal() else COUNTED[count]
    unit = found["unit"].lower()
    if unit.startswith(("day", "hari")) or unit in "天日":
        return today + datetime.timedelta(days=number)
    if unit.startswith(("week", "minggu")) or unit in ("周", "星期", "礼拜"):
        return today + datetime.timedelta(weeks=number)
    return _months_on(today, number)


def _months_on(day: datetime.date, number: int) -> datetime.date:
    years, month = divmod(day.month - 1 + number, 12)
    year = day.year + years
    return datetime.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_week(found: re.Match[str], today: datetime.date) -> datetime.date:
    return today + datetime.timedelta(days=7 - today.weekday())


def _next_month(found: re.Match[str], today: datetime.date) -> datetime.date:
    return _months_on(today.replace(day=1), 1)


def _end_of_month(found: re.Match[str], today: datetime.date) -> datetime.date:
    return today.replace(day=monthrange(today.year, today.month)[1])


def _written_date(found: re.Match[str], today: datetime.date) -> datetime.date | None:
    parts = found.groupdict()
    name = parts.get("name")
    month = MONTH_NUMBER[name.lower()] if name else int(parts["month"]) if parts.get("month") else None
    day, year = int(found["day"]), parts.get("year")
    try:
        if month is None:  # 12号: of this month, or the next
            here = today.replace(day=day)
            return here if here >= today else _months_on(today.replace(day=1), 1).replace(day=day)
        if year:
            return datetime.date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        here = datetime.date(today.year, month, day)
        return here if here >= today else here.replace(year=today.year + 1)
    except ValueError:
        return None


def _fixed(days: int) -> DayReader:
    return lambda found, today: today + datetime.timedelta(days=days)


YEAR = r"(?P<year>20\d\d|\d\d)"
# (pattern, reader, weak). A weak one means a day only next to a time, a kind of activity, or a word like “on”:
# sun shades and ½ inch pipes are for sale too.
DAYS: tuple[tuple[re.Pattern[str], DayReader, bool], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader, weak)
    for pattern, reader, weak in (
        *((pattern, _fixed(days), False) for days, pattern in SOON),
        (rf"{B}(?:in|dalam)\s+{COUNT}\s*(?P<unit>days?|weeks?|months?|hari|minggu|bulan){E}", _in_some_time, False),
        (rf"{COUNT}\s*(?P<unit>days|weeks|months|day|week|month)\s+(?:later|from\s+now){E}", _in_some_time, False),
        (rf"{COUNT}\s*(?P<unit>hari|minggu|bulan)\s+lagi{E}", _in_some_time, False),
        (rf"{COUNT}\s*个?(?P<unit>天|日|周|星期|礼拜|月)(?:之后|以后|后)", _in_some_time, False),
        (
            rf"(?:{B}(?P<which>next|this)\s+)?{B}(?P<weekday>{LATIN_WEEKDAY}){E}(?:\s+(?P<after>(?:minggu\s+)?(?:depan|ini)){E})?",
            _weekday,
            False,
        ),
        (r"(?P<which>下个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?P<after>)", _weekday, False),
        (_one_of("next week, minggu depan", "下周, 下星期, 下个星期, 下礼拜"), _next_week, False),
        (_one_of("next month, bulan depan", "下个月, 下月"), _next_month, False),
        (_one_of("end of month, end of the month, eom, hujung bulan, akhir bulan", "月底, 月末"), _end_of_month, False),
        (rf"{B}(?P<year>20\d\d)[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){E}", _written_date, False),
        (rf"{B}(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<year>20\d\d){E}", _written_date, False),
        (
            rf"{B}(?P<day>\d{{1,2}})(?:st|nd|rd|th|hb)?\s+(?P<name>{MONTH}){E}(?:\s+(?P<year>20\d\d){E})?",
            _written_date,
            False,
        ),
        (
            rf"{B}(?P<name>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{E}(?:,?\s+(?P<year>20\d\d){E})?",
            _written_date,
            False,
        ),
        (r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]", _written_date, False),
        (r"(?<!\d)(?P<day>\d{1,2})号(?![楼室线])", _written_date, True),
        (rf"{B}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?:/{YEAR})?{E}(?!/)", _written_date, True),
    )
)
WEAK_WORDS = frozenset({"sun", "sat", "wed", "mon", "fri", "may"})

# -- times -------------------------------------------------------------------------------------------------------------

EVENING = frozenset({"petang", "malam", "下午", "晚上", "傍晚", "今晚", "晚"})
TIMES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{B}(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s?(?P<half>am|pm|a\.m\.|p\.m\.){E}",
        rf"{B}(?:(?:pukul|jam)\s+)?(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s?(?P<half>pagi|petang|malam|tengah\s?hari){E}",
        rf"{B}(?:at|pukul|jam)\s+(?P<loose>\d{{1,2}})(?:[:.](?P<minute>\d\d))?{E}(?!\s*[%,.]?\d)",
        r"(?P<half>上午|早上|中午|下午|晚上|傍晚|凌晨)?(?P<hour>\d{1,2}|十[一二]?|[一二两三四五六七八九])[点點](?:钟|鐘)?"
        r"(?:(?P<minute>\d{1,2})分?|(?P<thirty>半)|(?P<quarter>一刻))?",
        rf"{B}(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d){E}",
        rf"(?:(?P<noon>{_one_of('noon, midday, tengah hari', '中午')}))",
    )
)


def read_time(found: re.Match[str]) -> datetime.time | None:
    parts = found.groupdict()
    if parts.get("noon"):
        return datetime.time(12)
    written = parts.get("loose") or parts["hour"]
    hour = int(written) if written.isdecimal() else sum(CHINESE_NUMBER[sign] for sign in written)
    minute = 30 if parts.get("thirty") else 15 if parts.get("quarter") else int(parts.get("minute") or 0)
    half = (parts.get("half") or "").lower().replace(".", "").replace(" ", "")
    if half in ("am", "pm") and not 1 <= hour <= 12:
        return None
    if half == "pm" or half in EVENING:
        hour = hour if hour >= 12 else hour + 12
    elif half in ("am", "pagi", "上午", "早上", "凌晨"):
        hour = 0 if hour == 12 else hour
    elif half in ("tengahhari", "中午"):
        hour = hour if hour >= 10 else hour + 12
    elif parts.get("loose") or not found["hour"].isdecimal() or "点" in found[0] or "點" in found[0]:
        # “at 3” among colleagues is in the afternoon.
        hour = hour + 12 if 1 <= hour <= 7 else hour
    return datetime.time(hour, minute) if hour < 24 and minute < 60 else None


# -- amounts -----------------------------------------------------------------------------------------------------------

SIGNS = {
    "rm": "MYR", "s$": "SGD", "us$": "USD", "a$": "AUD", "hk$": "HKD", "nt$": "TWD", "b$": "BND", "€": "EUR", "£": "GBP",
    "rp": "IDR", "฿": "THB", "₹": "INR", "₩": "KRW", "₫": "VND", "₱": "PHP", "rmb": "CNY", "ringgit": "MYR",
    "令吉": "MYR", "马币": "MYR", "人民币": "CNY", "美元": "USD", "美金": "USD", "新元": "SGD", "新币": "SGD", "欧元": "EUR",
    "euro": "EUR", "euros": "EUR", "baht": "THB", "rupiah": "IDR",
}  # fmt: skip
DOLLARS = ("USD", "SGD", "AUD", "NZD", "HKD", "CAD", "BND", "TWD")
SHARED_SIGNS = {
    "$": DOLLARS, "＄": DOLLARS, "¥": ("JPY", "CNY"), "￥": ("JPY", "CNY"), "元": ("CNY", "TWD", "MYR", "SGD"),
    "块": ("CNY", "MYR", "SGD", "TWD"), "块钱": ("CNY", "MYR", "SGD", "TWD"), "dollars": DOLLARS,
}  # fmt: skip
# The codes people type. Of all codes, too many are words: ALL, TOP, TRY, CUP.
CODES = (
    "MYR", "SGD", "USD", "EUR", "GBP", "AUD", "NZD", "CNY", "JPY", "HKD", "TWD", "IDR", "THB", "PHP", "VND", "INR", "KRW",
    "BND", "CAD", "CHF", "AED", "SAR",
)  # fmt: skip
SCALES = {
    "k": ("k", 1), "rb": ("k", 1), "ribu": ("k", 1), "thousand": ("k", 1), "千": ("k", 1), "m": ("m", 1), "mil": ("m", 1),
    "mio": ("m", 1), "mn": ("m", 1), "juta": ("m", 1), "jt": ("m", 1), "million": ("m", 1), "万": ("k", 10), "萬": ("k", 10),
    "百万": ("m", 1), "亿": ("m", 100), "億": ("m", 100), "b": ("b", 1), "bn": ("b", 1),
}  # fmt: skip
NUMBER = r"(?P<number>\d[\d,.']*\d|\d)"
LATIN_SCALE = "|".join(sorted((scale for scale in SCALES if scale.isascii()), key=len, reverse=True))
CHINESE_SCALE = "|".join(sorted((scale for scale in SCALES if not scale.isascii()), key=len, reverse=True))
SCALE = rf"(?:\s?(?P<scale>(?:{LATIN_SCALE}){E}|{CHINESE_SCALE}))?"
# A bare “5m” is a length and a bare “20,000” may be litres; “5k” and “3万” are money.
BARE_SCALE = rf"\s?(?P<scale>(?:k|rb|ribu|juta|jt|mil|mio|million){E}|{CHINESE_SCALE})(?![个台件套名人克米])"


def money_patterns(own: str) -> tuple[re.Pattern[str], ...]:
    signs = sorted({*SIGNS, *SHARED_SIGNS, *(code.lower() for code in CODES), own.lower()}, key=len, reverse=True)
    words = "|".join(re.escape(sign) for sign in signs)
    before = rf"{B}(?P<sign>{words})"
    after = rf"(?P<sign>(?:{words}))(?![A-Za-z0-9])"
    return (
        re.compile(rf"{before}\s?{NUMBER}{SCALE}(?![\d%])", re.IGNORECASE),
        re.compile(rf"{B}{NUMBER}{SCALE}\s?{after}", re.IGNORECASE),
        re.compile(rf"(?<![\w$€£.,#/-]){NUMBER}{BARE_SCALE}(?P<sign>)(?![\w]*/)", re.IGNORECASE),
    )


# -- names -------------------------------------------------------------------------------------------------------------

# What stands for somebody ends where another thought begins.
STOP = r"(?=\s*[,;，。；|(（]|\s+[-–—]\s|\s+(?:for|at|in|on|by|with|from|via|re|about|and\s+then|untuk|dengan|di|pada|oleh|dari)\b|\s*$)"
HONORIFIC = r"(?:mr|mrs|ms|miss|mdm|madam|dr|prof|encik|en|puan|pn|cik|tuan|datuk|dato'?|datin|haji|hajah|hj|ustaz|tan\s+sri)\.?"
FOR_SOMEBODY = re.compile(rf"{B}(?:for|untuk){E}\s+(?P<name>[^\s].*?){STOP}", re.IGNORECASE)
WITH_SOMEBODY = re.compile(rf"{B}(?:with|dengan|attn:?|pic:?){E}\s+(?P<name>[^\s].*?){STOP}", re.IGNORECASE)
FOR_IN_CHINESE = re.compile(
    r"(?:给|為|为|帮)(?P<name>[^\s,，。;；、的做安装送换修]{2,12}?)(?=的|做|安装|送|换|修|[\s,，。;；、]|$)"
)
COMPANY_IN_CHINESE = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,12}?(?:有限公司|公司|集团|酒店|学校|医院|餐厅|工厂))")
PERSON_IN_CHINESE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐|太太|老板|经理|总))(?![\u4e00-\u9fff]*公司)"
)
LEGAL = re.compile(r"(?:sdn\.?\s*bhd|bhd|berhad|ltd|llc|inc|plt|pte|enterprise|gmbh|corp|co)\.?$", re.IGNORECASE)

OPEN_TO_CLOSE = {'"': '"', "“": "”", "「": "」", "『": "』", "«": "»"}
QUOTED = re.compile(r'(?<![^\s(（\u2e80-\u9fff])"(?=\S)[^"]*"|“[^”]*”|「[^」]*」|『[^』]*』|«[^»]*»')

TAG = re.compile(r"(?<![^\s,，、;(（])#(?P<tag>[^\W\d_][^\s#@*,，。;；、()（）\"]*)")
MENTION = re.compile(
    r"(?<![^\s,，、;(（\u2e80-\u9fff])@(?P<name>[^\s@#*,，。;；、()（）\"]+(?:\s+[^\s@#*,，。;；、()（）\"]+){0,3})"
)
STARS = {
    "low": 0, "rendah": 0, "低": 0, "medium": 1, "mid": 1, "sederhana": 1, "中": 1, "high": 2, "tinggi": 2, "penting": 2,
    "important": 2, "高": 2, "重要": 2, "urgent": 3, "top": 3, "hot": 3, "segera": 3, "紧急": 3, "最高": 3,
    "0": 0, "1": 1, "2": 2, "3": 3,
}  # fmt: skip
STAR = re.compile(
    rf"(?<!\S)\*(?P<word>{'|'.join(sorted(STARS, key=len, reverse=True))})(?![^\s,，;。])"
    r"|(?<!\S)(?P<signs>[*★⭐]{2,3}|[★⭐])(?!\S)|(?<!\S)(?P<last>\*)\s*$",
    re.IGNORECASE,
)

JOINT = re.compile(
    rf"[\s,，]*(?:{B}(?:on|at|by|before|for|the|pada|hari|sebelum|jam|pukul){E}\s*|在|于)*[\s,，]*", re.IGNORECASE
)
LEAD_IN = re.compile(rf"(?:{B}(?:on|by|before|at|pada|hari|sebelum){E}\s+|[在于])+$", re.IGNORECASE)
LOOSE_END = re.compile(
    rf"(?:[\s,，;；:|/–—-]+|\s+{B}(?:for|at|by|on|with|and|untuk|pada|dengan|dan){E})+$", re.IGNORECASE
)
LOOSE_START = re.compile(r"^[\s,，;；:|/–—-]+")
