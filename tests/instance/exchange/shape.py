"""A sales pipeline like the ones other CRMs export, warts included, made the same every time.

8,800 opportunities of 85 companies: 1,425 rows without a company, one product spelled two ways, days before months,
blank dates and values while a deal is open, misspelt sectors and countries. 35 people sell; 30 of them have deals.
"""

# Tables are read by row.
# ruff: noqa: E501

from __future__ import annotations

import csv
import datetime
import random
from pathlib import Path

ROWS = 8_800
STAGES = {"Won": 4_238, "Lost": 2_473, "Engaging": 1_589, "Prospecting": 500}
WITHOUT_COMPANY = {"Engaging": 1_088, "Prospecting": 337}
PRODUCTS = {"Fern Basic": 1_866, "FernPro": 1_480, "Moss Special": 1_651, "Moss Advanced": 1_412, "Fern Plus Basic": 1_383,
            "Fern Plus Pro": 968, "Kelp 500": 40}  # fmt: skip
PRICES = {"Fern Basic": 550, "Fern Pro": 4_821, "Moss Special": 55, "Moss Advanced": 3_393, "Fern Plus Basic": 1_096,
          "Fern Plus Pro": 5_482, "Kelp 500": 26_768}  # fmt: skip
SECTORS = ["retail", "technolgy", "medical", "marketing", "finance", "software", "telecommunications", "services"]
COUNTRIES = ["United States"] * 12 + ["Kenya", "Philipines", "Japan", "Italy", "Korea", "China"]
FIRST = ["Aida", "Bruno", "Carmen", "Dewi", "Elif", "Faizal", "Greta"]
LAST = ["Abadi", "Brandt", "Chong", "Dorai", "Eriksen"]

PIPELINE_HEADINGS = [
    "opportunity_id", "sales_agent", "product", "account", "deal_stage", "engage_date", "close_date", "close_value",
]  # fmt: skip
DAY_ONE = datetime.date(2016, 10, 20)


def sellers() -> list[str]:
    return [f"{first} {last}" for last in LAST for first in FIRST]


def companies() -> list[str]:
    stems = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Iris", "Jasmine", "Kapok", "Larch",
             "Maple", "Nutmeg", "Oak", "Palm", "Quince"]  # fmt: skip
    return [f"{stem}{ending}" for stem in stems for ending in ("tech", " Holdings", "-line", " Corporation", "zone")]


def write_pipeline(path: Path, *, rows: int = ROWS, misspelt: bool = True) -> Path:
    """`rows` beyond 8,800 repeat the shape with new numbers. `misspelt=False` writes every FernPro as Fern Pro."""
    chance = random.Random(8_800)
    stages = [stage for stage, times in STAGES.items() for _ in range(times)]
    products = [product for product, times in PRODUCTS.items() for _ in range(times)]
    chance.shuffle(products)
    # A fifth of the misspelt product is spelled right, so that both stand in one column.
    pros = [place for place, product in enumerate(products) if product == "FernPro"]
    for place in pros if not misspelt else pros[::5]:
        products[place] = "Fern Pro"
    without = dict(WITHOUT_COMPANY)
    lines = []
    for stage, product in zip(stages, products, strict=True):
        nobody = without.get(stage, 0) > 0
        without[stage] = without.get(stage, 0) - 1
        lines.append(_line(chance, stage, product, "" if nobody else chance.choice(companies())))
    chance.shuffle(lines)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(PIPELINE_HEADINGS)
        for number in range(rows):
            writer.writerow([_identity(number), *lines[number % ROWS]])
    return path


def write_companies(path: Path) -> Path:
    chance = random.Random(85)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"]
        )
        for number, name in enumerate(companies()):
            parent = companies()[0] if number % 6 == 5 else ""
            writer.writerow([
                name, SECTORS[number % len(SECTORS)], chance.randint(1979, 2017), chance.randint(454, 1_169_800) / 100,
                chance.randint(9, 34_288), COUNTRIES[number % len(COUNTRIES)], parent,
            ])  # fmt: skip
    return path


def write_products(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["product", "series", "sales_price"], *([name, name.split()[0], price] for name, price in PRICES.items())]
        )
    return path


def write_sellers(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ["sales_agent", "manager", "regional_office"],
                *(
                    [name, f"Boss {number % 6}", ["Central", "East", "West"][number % 3]]
                    for number, name in enumerate(sellers())
                ),
            ]
        )
    return path


def _line(chance: random.Random, stage: str, product: str, company: str) -> list[str]:
    engaged = DAY_ONE + datetime.timedelta(days=chance.randint(0, 430))
    closed = engaged + datetime.timedelta(days=chance.randint(1, 138))
    price = PRICES[product.replace("FernPro", "Fern Pro")]
    return [
        chance.choice(sellers()[:30]),
        product,
        company,
        stage,
        f"{engaged:%d-%m-%Y}" if stage != "Prospecting" else "",
        f"{closed:%d-%m-%Y}" if stage in ("Won", "Lost") else "",
        {"Won": str(round(price * chance.uniform(0.7, 1.3))), "Lost": "0"}.get(stage, ""),
    ]


def _identity(number: int) -> str:
    """Eight letters and digits, all different, as such exports have them."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    number = (number * 48_271 + 11) % (36**6 - 1)
    text = ""
    for _ in range(6):
        number, rest = divmod(number, 36)
        text += signs[rest]
    return f"O{text}X"
