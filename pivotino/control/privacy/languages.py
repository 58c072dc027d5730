"""The words round a document in the language it is read in. The rest of the site speaks English."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.http import HttpRequest

from pivotino.control.privacy.documents import LANGUAGES, Language

NAMES: Final[Mapping[Language, str]] = {"en": "English", "ms": "Bahasa Melayu"}
MONTHS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "ms": ("Januari", "Februari", "Mac", "April", "Mei", "Jun", "Julai", "Ogos", "September", "Oktober", "November", "Disember"),
}  # fmt: skip
WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "policy": "Privacy policy",
        "terms": "Terms of service",
        "about_policy": "What Pivotino knows about you, why, for how long, and who else ever sees it. Each promise with its proof.",
        "about_terms": "The agreement between your company and Pivotino, written to be read.",
        "old": "This is not the version in force.",
        "not_yet": "This version does not count yet. It takes effect on {day}.",
        "next": "A new version takes effect on {day}.",
        "agreed": "You agreed to the version of {day}.",
        "read_in_force": "Read the one in force",
        "read_next": "Read it",
        "changed": "See what changed",
        "language": "Language",
        "takes_effect": "Takes effect",
        "operator": "Operator",
        "support": "Support address",
        "versions": "Versions",
        "all": "All of them, and what changed",
        "contents": "Contents",
        "helpers": "The list of those who work for us",
        "fingerprint": "Fingerprint (SHA-256) of this version:",
        "file": "The file it was taken of",
        "permanent": "The permanent address of this version",
        "all_of": "{name}: all versions",
        "sealed": "A version that was published once is never edited. Its fingerprint proves it.",
        "in_force": "In force",
        "from": "From",
        "to": "To",
        "compare": "Compare",
        "from_to": "From {old} to {new}",
        "nothing": "Nothing to compare yet",
        "first": "This is the first version kept here. As soon as there is a second one, you see on this page which words were added and which were taken out.",
    },
    "ms": {
        "policy": "Dasar privasi",
        "terms": "Terma perkhidmatan",
        "about_policy": "Apa yang Pivotino tahu tentang anda, sebabnya, berapa lama, dan siapa lagi yang melihatnya. Setiap janji dengan buktinya.",
        "about_terms": "Perjanjian antara syarikat anda dengan Pivotino, ditulis supaya dibaca.",
        "old": "Ini bukan versi yang sedang berkuat kuasa.",
        "not_yet": "Versi ini belum terpakai. Ia berkuat kuasa pada {day}.",
        "next": "Versi baharu berkuat kuasa pada {day}.",
        "agreed": "Anda bersetuju dengan versi bertarikh {day}.",
        "read_in_force": "Baca versi yang berkuat kuasa",
        "read_next": "Baca versi itu",
        "changed": "Lihat apa yang berubah",
        "language": "Bahasa",
        "takes_effect": "Berkuat kuasa",
        "operator": "Pengendali",
        "support": "Alamat sokongan",
        "versions": "Versi",
        "all": "Semua versi, dan apa yang berubah",
        "contents": "Kandungan",
        "helpers": "Senarai mereka yang bekerja untuk kami",
        "fingerprint": "Cap jari (SHA-256) versi ini:",
        "file": "Fail yang diambil cap jarinya",
        "permanent": "Alamat tetap versi ini",
        "all_of": "{name}: semua versi",
        "sealed": "Versi yang telah diterbitkan tidak pernah disunting. Cap jarinya membuktikannya.",
        "in_force": "Berkuat kuasa",
        "from": "Dari",
        "to": "Hingga",
        "compare": "Bandingkan",
        "from_to": "Dari {old} hingga {new}",
        "nothing": "Belum ada yang boleh dibandingkan",
        "first": "Ini versi pertama yang disimpan di sini. Sebaik sahaja ada versi kedua, anda akan melihat di halaman ini perkataan yang ditambah dan yang dibuang.",
    },
}


def language_of(request: HttpRequest) -> Language:
    """`?lang=ms`; anything else is English."""
    asked = request.GET.get("lang")
    return next((one for one in LANGUAGES if one == asked), "en")


def day_in(day: date, language: Language) -> str:
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"
