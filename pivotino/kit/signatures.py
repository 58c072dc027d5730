"""Signatures that anybody can check without asking us: Ed25519, the public key beside them.

    sign(master, told)                 a signature over `told` as canonical JSON, by the key derived from `master`
    is_genuine(public, value, told)    whether that key signed exactly this
    pem(public)                        the public key as a file, as openssl reads it

A key has an id, so that signatures outlive a change of keys.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pivotino.kit.chains import canonical


class Signature(NamedTuple):
    """The id of the key, its public half and the signature, the last two in base64."""

    key: str
    public: str
    value: str


def sign(master: bytes, told: Mapping[str, Any]) -> Signature:
    """Sign what is told."""
    key = _key(master)
    public = _public(key)
    return Signature(id_of(public), public, base64.b64encode(key.sign(canonical(told))).decode())


def public_of(master: bytes) -> str:
    """The public half of the key that signs with this master."""
    return _public(_key(master))


def id_of(public: str) -> str:
    """What a key is called: the beginning of the fingerprint of its public half."""
    return hashlib.sha256(base64.b64decode(public)).hexdigest()[:16]


def is_genuine(public: str, value: str, told: Mapping[str, Any]) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(base64.b64decode(value), canonical(told))
    except (InvalidSignature, ValueError):
        return False
    return True


def pem(public: str) -> str:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _key(master: bytes) -> Ed25519PrivateKey:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"pivotino signatures")
    return Ed25519PrivateKey.from_private_bytes(derive.derive(master))


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
