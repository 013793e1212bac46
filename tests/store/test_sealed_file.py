"""A sealed file opens with its passphrase only, and no changed one opens at all."""

from __future__ import annotations

import hashlib
import os
import pickle
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.run_records import FaultProof
from twauth_gui.domain.secret import Secret
from twauth_gui.store import sealed_format
from twauth_gui.store.sealed_file import (
    DerivedKey,
    derive_key_of_file,
    derive_new_key,
    open_sealed,
    seal,
)
from twauth_gui.store.sealed_format import (
    MAX_COST,
    KdfCost,
    SealedHeader,
    SealPurpose,
    parse_header,
)
from twauth_gui.store.vault_errors import (
    CostRefusedError,
    DamagedFileError,
    EmptyPassphraseError,
    ForeignFileError,
    NewerFileError,
    VaultError,
    WrongPassphraseError,
)

WHERE = Path("credentials.twauth")
CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("marsh marigold ferry")
DATA = b'{"records": "of a few accounts"}'
KEY = derive_new_key(PASSPHRASE, WHERE, CHEAP)
RAW = seal(DATA, KEY, SealPurpose.VAULT)
FULL = os.environ.get("TWAUTH_FULL") == "1"


def with_digest(body: bytes) -> bytes:
    """Return the bytes with the digest of a file changed on purpose."""
    return body + hashlib.sha256(body).digest()


def open_file(raw: bytes) -> bytes:
    return open_sealed(
        raw, derive_key_of_file(raw, PASSPHRASE, SealPurpose.VAULT, WHERE), SealPurpose.VAULT, WHERE
    )


def forge(**changes: Any) -> bytes:
    """A file whose header says something else, with a digest that fits."""
    header = parse_header(RAW)
    assert header is not None
    changed: SealedHeader = replace(header, **changes)
    return with_digest(changed.pack() + RAW[sealed_format.HEADER_BYTES : -32])


@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=300), passphrase=st.text(min_size=1, max_size=30))
def test_what_is_sealed_opens_again(data: bytes, passphrase: str) -> None:
    raw = seal(data, derive_new_key(Secret(passphrase), WHERE, CHEAP), SealPurpose.BACKUP)
    key = derive_key_of_file(raw, Secret(passphrase), SealPurpose.BACKUP, WHERE)
    assert open_sealed(raw, key, SealPurpose.BACKUP, WHERE) == data


def test_a_nonce_is_never_used_twice() -> None:
    files = [seal(DATA, KEY, SealPurpose.VAULT) for _ in range(1000)]
    assert len({raw[32:44] for raw in files}) == 1000
    assert {raw[16:32] for raw in files} == {KEY.salt}


def test_accents_are_the_same_however_they_are_composed() -> None:
    raw = seal(DATA, derive_new_key(Secret("caf\u00e9"), WHERE, CHEAP), SealPurpose.VAULT)
    key = derive_key_of_file(raw, Secret("cafe\u0301"), SealPurpose.VAULT, WHERE)
    assert open_sealed(raw, key, SealPurpose.VAULT, WHERE) == DATA


def test_another_passphrase_is_distinguished_from_damage() -> None:
    key = derive_key_of_file(RAW, Secret("marsh marigold fery"), SealPurpose.VAULT, WHERE)
    with pytest.raises(WrongPassphraseError, match="does not open"):
        _ = open_sealed(RAW, key, SealPurpose.VAULT, WHERE)
    with pytest.raises(EmptyPassphraseError):
        _ = derive_new_key(Secret(""), WHERE, CHEAP)


def test_every_flipped_bit_is_damage(proof: FaultProof) -> None:
    for bit in range(len(RAW) * 8):
        raw = bytearray(RAW)
        raw[bit // 8] ^= 1 << (bit % 8)
        # The byte of the version can then be that of a newer program, whose form nobody knows yet.
        newer = (NewerFileError,) if bit // 8 == len(sealed_format.MAGIC) else ()
        with pytest.raises((DamagedFileError, ForeignFileError, *newer)):
            _ = open_sealed(bytes(raw), KEY, SealPurpose.VAULT, WHERE)
    proof.record(
        "A bit of a backup is flipped",
        "It is refused",
        bits=len(RAW) * 8,
        accepted=0,
    )


def test_every_flipped_bit_with_a_digest_that_fits_is_refused() -> None:
    """A forger can compute the digest, but not the tag."""
    for bit in range((len(RAW) - 32) * 8):
        body = bytearray(RAW[:-32])
        body[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(VaultError):
            _ = open_sealed(with_digest(bytes(body)), KEY, SealPurpose.VAULT, WHERE)


def test_every_truncation_and_addition_is_refused() -> None:
    for size in range(len(RAW)):
        with pytest.raises(VaultError):
            _ = open_sealed(RAW[:size], KEY, SealPurpose.VAULT, WHERE)
    for size in range(len(RAW) - 32):
        with pytest.raises(VaultError):
            _ = open_sealed(with_digest(RAW[:size]), KEY, SealPurpose.VAULT, WHERE)
    with pytest.raises(DamagedFileError):
        _ = open_sealed(RAW + b"\0", KEY, SealPurpose.VAULT, WHERE)


def test_random_files_give_only_our_failures() -> None:
    source = random.Random(4)  # noqa: S311 - the same files in every run
    start = RAW[: sealed_format.HEADER_BYTES]
    for number in range(10_000 if FULL else 1_000):
        noise = source.randbytes(source.randrange(200))
        raw = (noise, start + noise, with_digest(start + noise), with_digest(noise))[number % 4]
        with pytest.raises(VaultError):
            _ = open_sealed(raw, KEY, SealPurpose.VAULT, WHERE)


TOO_MUCH = [
    replace(CHEAP, memory_kib=MAX_COST.memory_kib + 1),
    replace(CHEAP, memory_kib=2**32 - 1),
    replace(CHEAP, iterations=MAX_COST.iterations + 1),
    replace(CHEAP, lanes=MAX_COST.lanes + 1, memory_kib=1024),
    replace(CHEAP, iterations=0),
    replace(CHEAP, lanes=0),
    replace(CHEAP, lanes=16),
    replace(CHEAP, memory_kib=0),
]


@pytest.mark.parametrize("cost", TOO_MUCH, ids=range(len(TOO_MUCH)))
def test_a_cost_out_of_bounds_is_refused_before_it_is_paid(cost: KdfCost) -> None:
    with pytest.raises(CostRefusedError):
        _ = derive_key_of_file(forge(cost=cost), PASSPHRASE, SealPurpose.VAULT, WHERE)
    with pytest.raises(CostRefusedError):
        _ = derive_new_key(PASSPHRASE, WHERE, cost)


def test_another_purpose_or_version_is_named() -> None:
    with pytest.raises(ForeignFileError, match="an encrypted file for credentials"):
        _ = open_sealed(RAW, KEY, SealPurpose.BACKUP, WHERE)
    with pytest.raises(ForeignFileError, match="a backup"):
        _ = open_file(seal(DATA, KEY, SealPurpose.BACKUP))
    with pytest.raises(ForeignFileError, match="something else"):
        _ = open_file(forge(purpose=b"?"))
    with pytest.raises(NewerFileError, match="version 3"):
        _ = open_file(forge(version=3))
    with pytest.raises(ForeignFileError, match="no encrypted file of Twauth"):
        _ = open_file(b"PK\x03\x04 something else entirely")


def test_a_key_does_not_show_itself() -> None:
    assert repr(KEY) == "DerivedKey(••••)"
    with pytest.raises(TypeError):
        _ = pickle.dumps(KEY)
    assert isinstance(KEY, DerivedKey)
    assert PASSPHRASE.reveal().encode() not in RAW
