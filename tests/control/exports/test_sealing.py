"""A file that opens with one key, from anywhere in it, or not at all."""

import os
import random
from pathlib import Path

import pytest

from pivotino.control.exports.sealing import HEAD, PIECE, TAG, Broken, new_key, sealed, unsealed


def seal(path: Path, data: bytes, key: str) -> None:
    with sealed(path, key) as out:
        for at in range(0, len(data), 50_001):
            out.write(data[at : at + 50_001])
        assert out.size == len(data)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 17])
def test_it_comes_out_as_it_went_in(tmp_path: Path, size: int) -> None:
    key, data = new_key(), os.urandom(size)
    seal(tmp_path / "one", data, key)

    with unsealed(tmp_path / "one", key) as file:
        assert file.read() == data
        for _ in range(20):
            start = random.randrange(size + 1)
            file.seek(start)
            assert file.read(1000) == data[start : start + 1000]
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert data[:64] not in (tmp_path / "one").read_bytes() or size < 64


@pytest.mark.parametrize("harm", ["another key", "a bit", "cut off", "swapped", "no file of ours"])
def test_whatever_was_done_to_it_shows(tmp_path: Path, harm: str) -> None:
    key, path = new_key(), tmp_path / "one"
    seal(path, os.urandom(4 * PIECE), key)
    raw = bytearray(path.read_bytes())
    whole = PIECE + TAG
    match harm:
        case "another key":
            key = new_key()
        case "a bit":
            raw[HEAD + whole + 5] ^= 1
        case "cut off":
            del raw[HEAD + 2 * whole :]
        case "swapped":
            raw[HEAD : HEAD + 2 * whole] = raw[HEAD + whole : HEAD + 2 * whole] + raw[HEAD : HEAD + whole]
        case "no file of ours":
            raw[:4] = b"PK\x03\x04"
    path.write_bytes(raw)

    with pytest.raises(Broken):
        unsealed(path, key).read()


def test_a_block_that_fails_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), sealed(tmp_path / "in" / "one", new_key()) as out:
        out.write(b"x" * 200_000)
        raise ZeroDivisionError

    assert list((tmp_path / "in").iterdir()) == []
