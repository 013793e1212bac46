"""Changes appended to one file: a torn end is distinguished from every other damage."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.run_records import FaultProof
from tests.support.vaults import PASSPHRASE, make_file_vault, open_file_vault
from twauth_gui.domain.secret import Secret
from twauth_gui.store import sealed_format, sealed_log
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.rollback_detection import Rollback, TornWrite
from twauth_gui.store.sealed_format import (
    RECORD_HEAD_BYTES,
    SealedRecord,
    first_position,
    iter_records,
)
from twauth_gui.store.vault_errors import (
    DamagedFileError,
    ForeignFileError,
    NewerFileError,
    VaultError,
    WrongPassphraseError,
)

NAMES = [f"twauth/account/{number}/1" for number in range(4)]
REFUSED = (DamagedFileError, ForeignFileError, NewerFileError)


@pytest.fixture
def vault(tmp_path: Path) -> FileVault:
    """Return a file with four changes after its snapshot."""
    vault = make_file_vault(tmp_path)
    vault.create(PASSPHRASE)
    for name in NAMES:
        vault.write(name, Secret(f"value of {name}"))
    return vault


def spans(raw: bytes) -> list[tuple[int, int]]:
    """Where each record begins and ends."""
    found = [one for one in iter_records(raw, first_position(raw)) if isinstance(one, SealedRecord)]
    return [(one.position.at, one.next.at) for one in found]


def parts(raw: bytes) -> list[bytes]:
    return [raw[start:end] for start, end in spans(raw)]


def test_the_whole_save_is_followed_by_one_record_per_change(vault: FileVault) -> None:
    raw = vault.path.read_bytes()
    assert len(spans(raw)) == 1 + len(NAMES)
    assert spans(raw)[-1][1] == len(raw)


@pytest.mark.slow
def test_a_nonce_is_never_used_twice(vault: FileVault) -> None:
    nonces: list[bytes] = []
    for number in range(300):
        vault.write(NAMES[0], Secret(str(number)))
        nonces.append(parts(vault.path.read_bytes())[-1][12:24])
    assert len(set(nonces)) == 300


def test_every_flipped_bit_is_refused(vault: FileVault, proof: FaultProof) -> None:
    """Only a flip that looks like an interrupted write is dropped, and then it is reported."""
    whole = vault.path.read_bytes()
    last = spans(whole)[-1][0]
    dropped = 0
    vault.lock()
    key = sealed_log.unlock_log(vault.path, PASSPHRASE).key
    for bit in range(len(whole) * 8):
        raw = bytearray(whole)
        raw[bit // 8] ^= 1 << (bit % 8)
        try:
            log = sealed_log.parse_log(vault.path, bytes(raw), key)
        except REFUSED:
            continue
        assert log.is_torn
        assert bit // 8 >= last
        assert set(log.map.items) == set(NAMES[:-1])
        dropped += 1
    assert dropped <= 8
    proof.record(
        "A bit of the encrypted file is flipped",
        "It is refused; what looks like a change that was cut off is dropped and told",
        bits=len(whole) * 8,
        told=dropped,
        accepted=0,
    )


def test_every_truncation_is_refused_or_told(
    vault: FileVault, tmp_path: Path, proof: FaultProof
) -> None:
    whole = vault.path.read_bytes()
    record_ends = [end for _, end in spans(whole)]
    key = sealed_log.unlock_log(vault.path, PASSPHRASE).key
    for size in range(len(whole)):
        if size < record_ends[0]:
            with pytest.raises(VaultError):
                _ = sealed_log.parse_log(vault.path, whole[:size], key)
            continue
        log = sealed_log.parse_log(vault.path, whole[:size], key)
        whole_records = sum(end <= size for end in record_ends) - 1
        assert set(log.map.items) == set(NAMES[:whole_records])
        assert log.is_torn == (size not in record_ends)
        # A file system may have grown the file before the contents came. Zeros may be the contents.
        grown = whole[:size] + bytes(len(whole) - size)
        if whole_records == len(NAMES) - 1 and size not in record_ends and grown != whole:
            assert sealed_log.parse_log(vault.path, grown, key).is_torn
    for size in range(record_ends[-2], len(whole), 7):
        reports: list[object] = []
        path = tmp_path / str(size)
        path.mkdir()
        _ = (path / "credentials.twauth").write_bytes(whole[:size])
        again = open_file_vault(path, on_torn=reports.append)
        assert again.services() == NAMES[:-1]
        assert reports == ([] if size in record_ends else [TornWrite(again.path)])
        again.write(NAMES[3], Secret("again"))
        assert len(reports) == (size not in record_ends)
        assert open_file_vault(path, on_torn=reports.append).services() == NAMES
        assert len(reports) == (size not in record_ends)
    proof.record(
        "The encrypted file is cut off at any byte",
        "It is refused, or the changes before the cut are there; a torn one is told",
        cuts=len(whole),
        mixed=0,
    )


def add_records(raw: bytes, order: list[bytes]) -> bytes:
    """Append records to a header with valid checks and digests, which take no key."""
    link = raw[: sealed_format.HEADER_BYTES]
    records = [link]
    for record in order:
        fields = record[: RECORD_HEAD_BYTES - 8]
        check = hashlib.sha256(link + fields).digest()[:8]
        body = fields + check + record[RECORD_HEAD_BYTES:-32]
        link = hashlib.sha256(link + body).digest()
        records.append(body + link)
    return b"".join(records)


ORDERS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "one is missing": lambda all_: [*all_[:2], *all_[3:]],
    "the first is missing": lambda all_: all_[1:],
    "two are swapped": lambda all_: [*all_[:2], all_[3], all_[2], all_[4]],
    "one is there twice": lambda all_: [*all_, all_[-1]],
    "none is the first": lambda _all: [],
}


@pytest.mark.parametrize("name", ORDERS)
def test_no_record_moves(vault: FileVault, name: str, proof: FaultProof) -> None:
    raw = vault.path.read_bytes()
    key = sealed_log.unlock_log(vault.path, PASSPHRASE).key
    order = ORDERS[name](parts(raw))
    assert add_records(raw, parts(raw)) == raw
    for changed in (raw[: sealed_format.HEADER_BYTES] + b"".join(order), add_records(raw, order)):
        with pytest.raises((DamagedFileError, WrongPassphraseError)):
            _ = sealed_log.parse_log(vault.path, changed, key)
    proof.record(
        "Records of the encrypted file are removed, swapped or repeated, with digests made anew",
        "It is refused",
        forgeries=2,
        accepted=0,
    )


def test_no_record_of_another_history_is_taken(vault: FileVault) -> None:
    """Two copies of a file that went on by themselves do not mix."""
    key = sealed_log.unlock_log(vault.path, PASSPHRASE).key
    older = vault.path.read_bytes()
    _ = vault.path.write_bytes(older[: spans(older)[-1][0]])
    vault.write(NAMES[3], Secret("another"))
    newer = vault.path.read_bytes()
    mixed = [*parts(older), parts(newer)[-1]]
    assert len(parts(newer)) == len(parts(older))
    with pytest.raises(DamagedFileError):
        _ = sealed_log.parse_log(vault.path, add_records(newer, mixed), key)


def test_a_truncated_end_that_had_been_seen_is_an_older_copy(vault: FileVault) -> None:
    reports: list[object] = []
    whole = vault.path.read_bytes()
    watching = open_file_vault(vault.path.parent, on_rollback=reports.append)
    _ = vault.path.write_bytes(whole[: spans(whole)[-2][0]])
    assert watching.services() == NAMES[:2]
    assert reports == [Rollback(vault.path, 3, 5)]


def test_the_changes_are_tidied_up_when_they_outweigh_everything(vault: FileVault) -> None:
    sizes: list[int] = []
    for number in range(400):
        vault.write(NAMES[0], Secret(f"{number}" * 300))
        sizes.append(vault.path.stat().st_size)
    assert any(later < earlier for earlier, later in itertools.pairwise(sizes))
    assert max(sizes) < 3 * sealed_log.MIN_LOG_BYTES
    assert open_file_vault(vault.path.parent).read(NAMES[0]) == Secret("399" * 300)


def test_another_key_is_distinguished_from_damage(vault: FileVault) -> None:
    with pytest.raises(WrongPassphraseError):
        vault.unlock(Secret("another"))


def test_random_ends_give_only_our_failures(vault: FileVault) -> None:
    source = random.Random(5)  # noqa: S311 - the same files in every run
    whole = vault.path.read_bytes()
    key = sealed_log.unlock_log(vault.path, PASSPHRASE).key
    for _ in range(2_000):
        cut = source.randrange(spans(whole)[0][1], len(whole) + 1)
        raw = whole[:cut] + source.randbytes(source.randrange(1, 200))
        try:
            log = sealed_log.parse_log(vault.path, raw, key)
        except DamagedFileError:
            continue
        assert log.is_torn
        assert set(log.map.items) <= set(NAMES)
