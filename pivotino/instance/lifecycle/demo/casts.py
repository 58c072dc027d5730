"""Two companies that do not exist, who works there, whom they sell to and what. Nobody here is real."""

from dataclasses import dataclass, field
from datetime import time

from pivotino.instance.lifecycle.demo.cards import ATAP_CARDS, Given


@dataclass(frozen=True, kw_only=True)
class Ware:
    """Something they sell: how cards are called, between which amounts in the base currency, and the card's tag."""

    title: str
    least: int
    most: int
    tag: str


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A company, where it is, and whom to ask for there."""

    name: str
    city: str
    person: str
    job: str


@dataclass(frozen=True, kw_only=True)
class House:
    """One demo company. The first of its people is the Business Owner. `given` are cards told exactly, for the busy month."""

    slug: str
    name: str
    industry: str
    domain: str
    people: tuple[str, ...]
    customers: tuple[Customer, ...]
    wares: tuple[Ware, ...]
    given: tuple[Given, ...] = field(default=())
    country: str = "MY"
    currency: str = "MYR"
    zone: str = "Asia/Kuala_Lumpur"
    opens: time = time(9, 0)

    def email(self, name: str) -> str:
        """The address of one of its people."""
        return f"{name.split()[0].lower()}@{self.domain}"


def _customers(text: str) -> tuple[Customer, ...]:
    rows = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    return tuple(Customer(name=name, city=city, person=person, job=job) for name, city, person, job in rows)


def _wares(text: str) -> tuple[Ware, ...]:
    rows = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    return tuple(Ware(title=title, least=int(least), most=int(most), tag=tag) for title, least, most, tag in rows)


ATAP = House(
    slug="atap-suria",
    name="Atap Suria Sdn Bhd",
    industry="Construction",
    domain="atap-suria.example",
    people=("Nurul Aina", "Farid Hakim", "Mei Lim", "Kavitha Raman", "Daniel Lau"),
    given=ATAP_CARDS,
    customers=_customers("""
        Kilang Roti Mewangi | Shah Alam | Encik Zulkifli Daud | Plant manager
        Bukit Raja Logistik | Klang | Encik Rosli Othman | Operations
        Perkasa Plastik | Rawang | Puan Lim Siew Har | Purchasing
        Wawasan Property | Petaling Jaya | Mr Ganesh Kumar | Facilities
        Jaya Food Packing | Nilai | Madam Chong Yee Ling | Director
        Megah Furniture | Muar | Mr Teoh Boon Kiat | Owner
        Hotel Seri Bayu | Port Dickson | Puan Faridah Ismail | General manager
        Bengkel Setia | Kajang | Encik Amir Salleh | Owner
        Klinik Harmoni | Subang | Dr Preethi Nair | Partner
        Tadika Ceria | Bangi | Cikgu Normah Idris | Head teacher
        Dewan Serbaguna Mutiara | Seremban | Encik Hafiz Rahman | Committee
        Kolam Ikan Sentosa | Kuala Selangor | Mr Ng Wai Keong | Owner
        Gudang Sejuk Utara | Ipoh | Ms Vimala Devi | Site engineer
        Pasaraya Gemilang | Banting | Encik Shahrul Nizam | Branch manager
        Kondo Teratai Indah | Ampang | Puan Rohana Bakar | Management office
        Surau An-Nur Taman Murni | Puchong | Haji Karim Jalil | Treasurer
        Ladang Mentari | Jelebu | Mr Suresh Menon | Estate manager
        Studio Tari Kenanga | Cheras | Ms Adeline Foo | Owner
        Asrama Desa Cempaka | Semenyih | Encik Latif Hamzah | Warden
        Percetakan Lumut | Lumut | Madam Saw Mei Fong | Owner
    """),
    wares=_wares("""
        {n} kWp rooftop solar | 28000 | 190000 | solar
        Metal deck re-roof, {place} | 42000 | 160000 | roofing
        Leak repair, {place} | 2400 | 14000 | repair
        Gutter and downpipe, {place} | 3200 | 18000 | roofing
        Solar water heater ×{n} | 6500 | 48000 | solar
        Roof inspection, {place} | 1200 | 5800 | inspection
        Battery storage, {n} kWh | 18000 | 92000 | solar
        Polycarbonate awning, {place} | 4800 | 22000 | awning
        Ceiling insulation, {place} | 6000 | 34000 | insulation
        Inverter replacement ×{n} | 5200 | 26000 | service
        Yearly panel cleaning, {place} | 1800 | 9600 | service
        Insulated roof panels, {place} | 22000 | 88000 | roofing
    """),
)
KINABALU = House(
    slug="kinabalu-print",
    name="Kinabalu Print House",
    industry="Printing",
    domain="kinabalu-print.example",
    people=("Priscilla Gimbang", "Jeffry Lojuta", "Aishah Tahir", "Raymond Chin", "Melisa Kinsuan"),
    customers=_customers("""
        Kafe Tanjung Aru | Kota Kinabalu | Ms Shirley Majin | Owner
        Sekolah Sri Melati | Penampang | Cikgu Ramlah Yusof | Yearbook team
        Borneo Trail Tours | Kota Kinabalu | Mr Alvin Sipayung | Marketing
        Hotel Puteri Laut | Kudat | Puan Hasnah Omar | Front office
        Klinik Gigi Senyum | Papar | Dr Winnie Thien | Owner
        Kedai Buku Harapan | Keningau | Mr Peter Angkang | Owner
        Sabah Orkid Growers | Ranau | Madam Lucy Gansau | Sales
        Restoran Ikan Segar | Sandakan | Mr Hiew Kok Fui | Owner
        Persatuan Basikal Gunung | Tuaran | Encik Jamal Buntar | Race director
        Madu Hutan Crocker | Tambunan | Ms Rosnah Jipun | Founder
        Pusat Tuisyen Bijak | Lahad Datu | Encik Faisal Abas | Manager
        Galeri Seni Teratai | Kota Kinabalu | Ms Doreen Lim | Curator
        Teh Bukit Kabus | Kundasang | Mr Julius Kiyau | Brand
        Butik Manik | Tenom | Puan Zaiton Ali | Owner
        Syarikat Feri Pulau | Labuan | Mr Anthony Goh | Operations
        Kelab Renang Delima | Tawau | Encik Yusri Matlan | Secretary
    """),
    wares=_wares("""
        Menu cards ×{n}0 | 480 | 3200 | cards
        Yearbook, {n}0 pages | 9000 | 42000 | book
        Festival banner set, {place} | 1400 | 9800 | large format
        Product labels, {n} kinds | 1800 | 16000 | packaging
        Wall calendar ×{n}00 | 3600 | 21000 | calendar
        Shop front lettering, {place} | 2200 | 12500 | large format
        Gift boxes ×{n}00 | 4200 | 28000 | packaging
        Brochure, {n} pages | 1600 | 11000 | book
        Race numbers ×{n}00 | 900 | 5400 | event
        Vehicle wrap ×{n} | 3800 | 24000 | large format
        Exhibition stand, {place} | 8800 | 56000 | event
        Letterheads and cards, {n} people | 600 | 4200 | cards
    """),
)
