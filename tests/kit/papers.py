"""PDFs for tests, as small as they may be."""


def pdf(*pages: bytes, notes: str = "", field: str = "") -> bytes:
    """One page for each stream of text operators; `notes` go to the first page, `field` is what somebody filled in."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    parts = [
        f"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{4 + 2 * len(pages)} 0 R]>>>>".encode(),
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, said in enumerate(pages):
        about = f"/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents {5 + 2 * number} 0 R"
        parts.append(f"<</Type/Page{about}{notes if not number else ''}>>".encode())
        parts.append(b"<</Length %d>>\nstream\n" % len(said) + said + b"\nendstream")
    parts.append(f"<</FT/Tx/T(said)/V({field})>>".encode())
    out, at = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        at.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in at)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    return (
        out + head + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(out))
    )


def saying(text: str) -> bytes:
    """The operators that write one line."""
    return f"BT /F 12 Tf 50 700 Td ({text}) Tj ET".encode()
