"""What is sealed opens with its own key, as what it was, or not at all."""

import io
import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import override_settings

from pivotino.control.backups import sealing

ID = uuid4()
NEW, OLD = b"n" * 32, b"o" * 32


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    file = tmp_path / "plain"
    file.write_bytes(os.urandom(2_500_000) + b"Dear customer " * 400_000)
    return file


@pytest.fixture
def sealed(plain: Path, tmp_path: Path) -> bytes:
    sealing.seal(plain, tmp_path / "sealed", id=ID)
    return (tmp_path / "sealed").read_bytes()


def opened(sealed: bytes, tmp_path: Path, id: object = ID) -> bytes:
    sealing.unseal(io.BytesIO(sealed), tmp_path / "out", id=id)  # type: ignore[arg-type]
    return (tmp_path / "out").read_bytes()


def test_it_comes_out_as_it_went_in(plain: Path, sealed: bytes, tmp_path: Path) -> None:
    assert opened(sealed, tmp_path) == plain.read_bytes()
    assert len(sealed) < plain.stat().st_size
    assert b"Dear customer" not in sealed


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    sealing.seal(tmp_path / "empty", tmp_path / "sealed", id=ID)

    assert opened((tmp_path / "sealed").read_bytes(), tmp_path) == b""


def test_the_same_file_is_sealed_differently_each_time(plain: Path, sealed: bytes, tmp_path: Path) -> None:
    sealing.seal(plain, tmp_path / "again", id=ID)

    assert (tmp_path / "again").read_bytes() != sealed


@pytest.mark.parametrize("at", [0, 5, 20, 40, 5_000, 1_500_000, -1])
def test_a_single_changed_byte_is_noticed(sealed: bytes, tmp_path: Path, at: int) -> None:
    wrong = bytearray(sealed)
    wrong[at] ^= 1

    with pytest.raises((sealing.Broken, sealing.NoKey)):
        opened(bytes(wrong), tmp_path)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("length", [0, 3, 28, 30, 100_000, 1_048_624])
def test_a_file_cut_off_anywhere_is_noticed(sealed: bytes, tmp_path: Path, length: int) -> None:
    with pytest.raises(sealing.Broken):
        opened(sealed[:length], tmp_path)


def test_a_file_with_more_at_its_end_is_noticed(sealed: bytes, tmp_path: Path) -> None:
    with pytest.raises(sealing.Broken):
        opened(sealed + b"x", tmp_path)


def test_pieces_may_not_change_places(sealed: bytes, tmp_path: Path) -> None:
    size = 4 + (1 << 20) + 16
    head, first, second, rest = (
        sealed[:28],
        sealed[28 : 28 + size],
        sealed[28 + size : 28 + 2 * size],
        sealed[28 + 2 * size :],
    )

    with pytest.raises(sealing.Broken):
        opened(head + second + first + rest, tmp_path)
    with pytest.raises(sealing.Broken):
        opened(head + first + rest, tmp_path)


def test_one_backup_does_not_open_in_anothers_place(sealed: bytes, tmp_path: Path) -> None:
    with pytest.raises(sealing.Broken):
        opened(sealed, tmp_path, uuid4())


def test_after_a_change_of_keys_both_open_and_the_new_one_seals(plain: Path, tmp_path: Path) -> None:
    with override_settings(BACKUP_KEYS=[OLD]):
        sealing.seal(plain, tmp_path / "before", id=ID)
    with override_settings(BACKUP_KEYS=[NEW, OLD]):
        sealing.seal(plain, tmp_path / "after", id=ID)
        assert opened((tmp_path / "before").read_bytes(), tmp_path) == plain.read_bytes()
    with override_settings(BACKUP_KEYS=[NEW]):
        assert opened((tmp_path / "after").read_bytes(), tmp_path) == plain.read_bytes()
        with pytest.raises(sealing.NoKey, match=sealing.name_of(OLD).hex()):
            opened((tmp_path / "before").read_bytes(), tmp_path)


def test_the_files_are_readable_by_their_owner_only(plain: Path, sealed: bytes, tmp_path: Path) -> None:
    opened(sealed, tmp_path)

    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("sealed", "out")] == [0o600, 0o600]
