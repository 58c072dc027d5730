"""The sample: a small roofing company's quarter. Names and addresses are made up; `.example` reaches nobody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Firm:
    name: str
    city: str
    industry: str
    person: str
    job: str

    @property
    def domain(self) -> str:
        return "".join(letter for letter in self.name.lower() if letter.isalnum())[:20] + ".example"


@dataclass(frozen=True, slots=True)
class Deal:
    """`stage` is how many steps it has gone (0 to 3), or "won", or a reason for losing. `plan`: kind, summary, days from today.

    `age` is how many days ago somebody asked, `here` how many it has been in its stage.
    """

    title: str
    firm: int
    amount: int
    stage: int | str
    age: int
    here: int
    plan: tuple[str, str, int] | None = None
    stars: int = 0
    tags: tuple[str, ...] = ()
    note: str = ""


FIRMS = [
    Firm("Klinik Harmoni", "Ipoh", "Healthcare", "Faridah Hassan", "Practice manager"),
    Firm("Bukit Raja Logistik", "Klang", "Transportation", "Rosli Othman", "Warehouse manager"),
    Firm("Jaya Food Packing", "Shah Alam", "Food & Beverage", "Grace Lim", "Director"),
    Firm("Teratai Homestay", "Melaka", "Hospitality", "Zainab Idris", "Owner"),
    Firm("Hotel Seri Bayu", "Port Dickson", "Hospitality", "Kumar Rajan", "Chief engineer"),
    Firm("Pasar Segar", "Klang", "Retail", "Wong Mei Ling", "Purchasing"),
    Firm("SJK Bukit Cerakah", "Meru", "Education", "Tan Siew Hoon", "Headmistress"),
    Firm("Kilang Papan Utama", "Kajang", "Manufacturing", "Azlan Yusof", "Plant manager"),
    Firm("Ladang Sri Mawar", "Kuala Selangor", "Agriculture", "Ganesh Pillai", "Estate manager"),
    Firm("Studio Tanah Liat", "Petaling Jaya", "Crafts", "Nadia Rahim", "Founder"),
]

DEALS = [
    Deal("Solar water heater ×12", 3, 38_400, 0, 1, 1, tags=("Solar",)),
    Deal("Skylight leak repair", 6, 9_200, 0, 2, 2, plan=("visit", "Look at the skylight", 1), tags=("Repair",)),
    Deal("Roof wash, two halls", 7, 6_800, 0, 9, 9, tags=("Repair",)),
    Deal("Carport with panels", 9, 21_500, 0, 0, 0, tags=("Solar",)),
    Deal("Gutter guards, block A", 4, 4_600, 0, 3, 3),
    Deal(
        "18 kWp rooftop solar",
        0,
        64_800,
        1,
        8,
        3,
        plan=("visit", "Measure the roof with Faridah", 0),
        stars=2,
        tags=("Solar", "NEM"),
    ),
    Deal(
        "Metal deck re-roof, block C",
        1,
        148_500,
        1,
        12,
        5,
        plan=("call", "Ask for the drawings", -2),
        stars=3,
        tags=("Roofing",),
    ),
    Deal(
        "Insulation for the cold store",
        2,
        52_300,
        1,
        6,
        2,
        plan=("email", "Send the two data sheets", 2),
        tags=("Roofing",),
    ),
    Deal("Barn roof, 600 m²", 8, 88_000, 1, 10, 8, plan=("call", "Hear about the loan", 4), tags=("Roofing",)),
    Deal(
        "Homestay solar, 5 cabins",
        3,
        54_000,
        2,
        20,
        4,
        plan=("meeting", "Go through the savings", 3),
        stars=1,
        tags=("Solar",),
    ),
    Deal(
        "48 kWp solar, factory",
        2,
        172_500,
        2,
        25,
        6,
        plan=("meeting", "Meet the directors", 1),
        stars=3,
        tags=("Solar", "NEM"),
        note="They want to be finished before the fasting month.",
    ),
    Deal(
        "Waterproofing, pool deck",
        4,
        39_900,
        2,
        18,
        11,
        plan=("call", "Ask whether the board met", -1),
        tags=("Repair",),
    ),
    Deal(
        "Dust-free loading roof",
        1,
        96_000,
        2,
        15,
        2,
        plan=("visit", "Show the loading bay at Meru", 6),
        tags=("Roofing",),
    ),
    Deal(
        "Market hall, ridge vents",
        5,
        74_200,
        3,
        30,
        3,
        plan=("call", "Any questions on the quote?", 1),
        stars=2,
        tags=("Roofing",),
    ),
    Deal(
        "School hall re-roof",
        6,
        118_000,
        3,
        34,
        8,
        plan=("meeting", "Explain the phases to the committee", 2),
        stars=2,
        tags=("Roofing",),
    ),
    Deal("Kiln shed extension", 9, 17_300, 3, 21, 5, plan=("email", "Send the changed drawing", 0)),
    Deal("Inverter replacement", 0, 12_900, "won", 28, 6, tags=("Solar",)),
    Deal("Sawmill roof, north side", 7, 131_000, "won", 45, 12, stars=2, tags=("Roofing",)),
    Deal("Canopy at the entrance", 4, 15_800, "Went with competitor", 32, 9),
    Deal("Estate office solar", 8, 43_700, "Timing", 40, 15, tags=("Solar",), note="Asks again after the harvest."),
]

# How many of a currency buy about one ringgit, so that amounts look at home; others are taken as they are.
SCALE = {
    "IDR": 3500,
    "VND": 5500,
    "KRW": 300,
    "JPY": 35,
    "INR": 19,
    "THB": 8,
    "PHP": 13,
    "TWD": 7,
    "MMK": 470,
    "KHR": 900,
    "LAK": 4900,
}
