"""What a file is, by its first bytes. Its name only tells texts apart."""

import re
from dataclasses import dataclass

from pivotino.kit.uploads import documents, texts
from pivotino.kit.uploads.names import ending_of
from pivotino.kit.uploads.refusals import Archive, OtherKind, Program, Unknown, WebPage


@dataclass(frozen=True, slots=True)
class Kind:
    """The ending it gets, the type it is sent with, and what people call it."""

    ending: str
    type: str
    called: str


_DOCUMENT = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
OF = {
    kind.ending: kind
    for kind in (
        Kind("jpg", "image/jpeg", "Picture"), Kind("png", "image/png", "Picture"), Kind("webp", "image/webp", "Picture"),
        Kind("gif", "image/gif", "Picture"), Kind("pdf", "application/pdf", "PDF"),
        Kind("docx", f"{_DOCUMENT}.wordprocessingml.document", "Document"), Kind("odt", f"{_OPEN}.text", "Document"),
        Kind("xlsx", f"{_DOCUMENT}.spreadsheetml.sheet", "Spreadsheet"), Kind("ods", f"{_OPEN}.spreadsheet", "Spreadsheet"),
        Kind("pptx", f"{_DOCUMENT}.presentationml.presentation", "Slides"), Kind("odp", f"{_OPEN}.presentation", "Slides"),
        Kind("csv", "text/csv", "Table"), Kind("txt", "text/plain", "Text"), Kind("md", "text/markdown", "Text"),
        Kind("ics", "text/calendar", "Calendar"), Kind("vcf", "text/vcard", "Address card"), Kind("eml", "message/rfc822", "Mail"),
    )
}  # fmt: skip
PICTURES = frozenset(OF[ending] for ending in ("jpg", "png", "webp", "gif"))
OFFICE = frozenset(OF[ending] for ending in ("docx", "odt", "xlsx", "ods", "pptx", "odp"))
TEXTS = frozenset(OF[ending] for ending in ("csv", "txt", "md", "ics", "vcf", "eml"))

PROGRAMS = (
    b"MZ", b"\x7fELF", b"#!", b"dex\n", b"\x4c\x00\x00\x00\x01\x14\x02\x00", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\x00asm", b"!<arch>",
)  # fmt: skip
ARCHIVES = (
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
    b"PK\x05\x06",
    b"PK\x07\x08",
)
SOUND = (b"ID3", b"OggS", b"fLaC", b"\x1a\x45\xdf\xa3", b"\xff\xfb", b"\x00\x00\x01\xba", b"FLV")
# Text that a machine would run, or a browser draw.
RUN = frozenset(
    [
        "bat",
        "cmd",
        "com",
        "exe",
        "scr",
        "pif",
        "msi",
        "msp",
        "ps1",
        "psm1",
        "vbs",
        "vbe",
        "js",
        "jse",
        "mjs",
        "cjs",
        "wsf",
        "wsh",
        "hta",
        "jar",
        "sh",
        "bash",
        "zsh",
        "py",
        "pyw",
        "rb",
        "pl",
        "php",
        "lnk",
        "url",
        "desktop",
        "reg",
        "inf",
        "cpl",
        "dll",
        "sys",
        "app",
        "command",
        "applescript",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "pptm",
        "potm",
        "ppsm",
        "ppam",
    ]
)
DRAWN = frozenset({"html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz", "xml", "xsl", "xslt", "swf"})
BEGINS_AS_CODE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:[!?a-zA-Z])")
HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})


def of(data: bytes, name: str) -> Kind:
    """The kind of a file that may be kept. Raises Refused."""
    begin, ending = data[:512], ending_of(name)
    if begin.startswith(PROGRAMS):
        raise Program
    if begin.startswith(b"\xff\xd8\xff"):
        return OF["jpg"]
    if begin.startswith(b"\x89PNG\r\n\x1a\n"):
        return OF["png"]
    if begin[:6] in (b"GIF87a", b"GIF89a"):
        return OF["gif"]
    if begin[:4] == b"RIFF" and begin[8:12] == b"WEBP":
        return OF["webp"]
    if begin.startswith(b"%PDF-"):
        return OF["pdf"]
    if begin.startswith(b"PK\x03\x04"):
        return OF[documents.ending_of(data)]
    _refuse_what_we_know(begin)
    return _text(data, ending)


def _refuse_what_we_know(begin: bytes) -> None:
    if begin.startswith(ARCHIVES) or begin[257:262] == b"ustar":
        raise Archive
    if begin[4:8] == b"ftyp" and begin[8:12] in HEIC:
        # What reads HEIC is a large library in C++ with holes every year, and its encoder would bind us to a licence. Phones turn
        # their photos into JPEG by themselves where a page asks for JPEG, as ours do (ACCEPT); only a copy in a folder stays HEIC.
        raise OtherKind(
            "This is a HEIC or AVIF picture, which we cannot clean of the place where it was taken. On an iPhone, choose it under"
            " Photo Library instead of Files, and it comes as JPEG; or set Camera, Formats to Most Compatible."
        )
    if begin[4:8] == b"ftyp" or begin[:4] == b"RIFF" or begin.startswith(SOUND):
        raise OtherKind("Films and sound are not kept here. Send a link to it instead.")
    if begin.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise OtherKind(
            "This is a document of an older Office, which may hold programs. Save it as DOCX, XLSX, PPTX or PDF."
        )
    if begin.startswith((b"{\\rtf", b"%!PS")):
        raise OtherKind("This kind of document may hold programs. Save it as PDF or DOCX.")


def _text(data: bytes, ending: str) -> Kind:
    if ending in RUN:
        raise Program
    if ending in DRAWN or BEGINS_AS_CODE.match(data[:512]):
        raise WebPage
    if not texts.is_text(data):
        raise Unknown
    if ending == "tsv":
        ending = "csv"
    kind = OF.get(ending)
    if kind in TEXTS:
        return kind
    return OF["eml"] if texts.is_mail(data) and not ending else OF["txt"]
