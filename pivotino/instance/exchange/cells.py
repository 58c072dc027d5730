"""What one cell of a sheet means: a day, an amount, an address, a country.

Every reader takes the cell as it came and answers a value, or raises `Refused` with a sentence for the person who
brought the sheet. Blank cells are the caller's business. The text readers remember what they read, for columns repeat.
"""

from __future__ import annotations

from .amounts import (
    DECIMAL_MARKS,
    guess_decimal_mark,
    read_amount,
    read_currency,
    read_number,
    read_percent,
    read_whole,
    scaled,
    split_currency,
)
from .choices import Country, read_country, read_flag, read_priority, read_tags
from .dates import DateGuess, DateOrder, guess_date_order, read_date
from .reaching import read_email, read_phone, read_website
from .texts import Refused, read_text, text_of

__all__ = [
    "DECIMAL_MARKS",
    "Country",
    "DateGuess",
    "DateOrder",
    "Refused",
    "guess_date_order",
    "guess_decimal_mark",
    "read_amount",
    "read_country",
    "read_currency",
    "read_date",
    "read_email",
    "read_flag",
    "read_number",
    "read_percent",
    "read_phone",
    "read_priority",
    "read_tags",
    "read_text",
    "read_website",
    "read_whole",
    "scaled",
    "split_currency",
    "text_of",
]
