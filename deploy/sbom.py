#!/usr/bin/env python3
"""What a release is made of, from the two lock files, as CycloneDX 1.5: `deploy/sbom.py > sbom.json`.

Only the standard library is needed, and no network: the locks carry every version and hash.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")


def main() -> None:
    parts = [
        *python_parts((ROOT / "requirements.txt").read_text()),
        *node_parts((ROOT / "package-lock.json").read_text()),
    ]
    sbom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "components": sorted(parts, key=lambda part: part["purl"]),
    }
    json.dump(sbom, sys.stdout, indent=1)
    print()


def python_parts(lock: str) -> Iterator[dict[str, Any]]:
    """Each pinned package with the hashes that pip accepts for it."""
    for block in re.split(r"\n(?=\S)", lock):
        if found := PINNED.match(block):
            name, version = re.sub(r"[-_.]+", "-", found[1]).lower(), found[2]
            hashes = [
                {"alg": "SHA-256", "content": value} for value in re.findall(r"--hash=sha256:([0-9a-f]{64})", block)
            ]
            yield _part(name, version, f"pkg:pypi/{name}@{version}", hashes)


def node_parts(lock: str) -> Iterator[dict[str, Any]]:
    """Each locked package with its integrity."""
    for path, told in json.loads(lock)["packages"].items():
        if path:
            name = path.rpartition("node_modules/")[2]
            kind, _, value = told.get("integrity", "").partition("-")
            content = base64.b64decode(value).hex()
            hashes = [{"alg": f"SHA-{kind.removeprefix('sha')}", "content": content}] if value else []
            yield _part(name, told["version"], f"pkg:npm/{name.replace('@', '%40')}@{told['version']}", hashes)


def _part(name: str, version: str, purl: str, hashes: list[dict[str, str]]) -> dict[str, Any]:
    return {"type": "library", "name": name, "version": version, "purl": purl, "hashes": hashes}


if __name__ == "__main__":
    main()
