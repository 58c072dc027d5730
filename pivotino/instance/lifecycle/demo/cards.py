"""The cards of Atap Suria's busy month that stand on top of their columns: told exactly, so that pictures can be taken."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Given:
    """One open card: in which of the four stages (0 to 3) it has been for how many days, whose it is, and what is next.

    `owner` counts the house's people, None is nobody's. `due` counts days from today, None says that nothing is planned.
    """

    stage: int
    title: str
    who: str
    amount: int
    owner: int | None
    days: int
    due: int | None = None
    kind: str = "call"
    at: time | None = None
    say: str = ""


N, F, M, K, D = range(5)
ATAP_CARDS = (
    Given(0, "Carport with 6 kWp solar", "Puan Salmah Yusof", 38_400, N, 6, -1),
    Given(0, "Clay tile replacement", "Rumah Teh Ipoh", 22_750, F, 3, 0, at=time(15)),
    Given(0, "Solar for cold room", "Pasar Segar Klang", 96_000, None, 1),
    Given(0, "Ceiling insulation, 2 lots", "Tadika Ceria", 11_900, M, 1, 2, "email"),
    Given(0, "Awning and polycarbonate", "Kopi Tiam Sri Muda", 6_480, F, 0, 3),
    Given(1, "Metal deck re-roof, Block C", "Bukit Raja Logistik", 148_500, F, 9, -2, say="Ask for the drawings"),
    Given(1, "18 kWp rooftop solar", "Klinik Harmoni", 64_800, N, 4, 0, "visit", time(16, 30), "Measure the roof"),
    Given(1, "Leak survey, 3 blocks", "Pangsapuri Damai", 4_200, M, 3, 0, "email", say="Send the photos"),
    Given(1, "Roof inspection report", "Rimba Villas JMB", 5_600, K, 2, 0),
    Given(1, "Battery for a clinic at home", "Dr Anand Pillai", 27_300, D, 2, 2),
    Given(1, "Flashing repair", "Surau Al-Hidayah", 3_650, M, 5),
    Given(2, "Warehouse ventilators ×24", "Perkasa Plastik", 31_200, K, 9, -4, say="Hear about the sample"),
    Given(2, "Shoplot re-roof, 4 units", "Wawasan Property", 118_000, N, 3, 0, "meeting", time(11)),
    Given(2, "48 kWp solar, factory roof", "Jaya Food Packing", 172_500, N, 3, 2, "meeting", time(14), "Walk the roof together"),
    Given(2, "Skylight leak repair", "Sekolah Seri Cempaka", 9_200, M, 2, 3, "visit"),
    Given(2, "Homestay solar, 5 cabins", "Meranti Homestay", 54_000, D, 6),
    Given(3, "Temple roof restoration", "Sri Muneswaran Temple Committee", 86_000, K, 5, -1, say="Ask what the committee said"),
    Given(3, "120 kWp solar with NEM", "Megah Furniture", 418_000, N, 4, 0, "email", say="Answer their questions"),
    Given(3, "Roof wash and coating", "Taska Pelangi", 8_900, M, 3, 2),
    Given(3, "Insulated panels, annex", "Bengkel Setia", 44_600, F, 2, 4),
    Given(3, "Solar water heater ×12", "Hotel Seri Bayu", 39_900, D, 2, 7, "email"),
    Given(3, "Bungalow re-roof", "Mr and Mrs Gomez", 72_300, K, 1),
)  # fmt: skip
