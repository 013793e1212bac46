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

from tests.support.proof import Proof
from twauth_gui.domain.secret import Secret
from twauth_gui.store import sealed_header
from twauth_gui.store.sealed import Key, key_for, new_key, open_sealed, seal
from twauth_gui.store.sealed_errors import (
    CostRefusedError,
    DamagedFileError,
    EmptyPassphraseError,
    ForeignFileError,
    NewerFileError,
    WrongPassphraseError,
)
from twauth_gui.store.sealed_header import HIGHEST, Cost, Header, Purpose, unpacked
from twauth_gui.store.vault_errors import VaultError

WHERE = Path("credentials.twauth")
CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("marsh marigold ferry")
DATA = b'{"records": "of a few accounts"}'
KEY = new_key(PASSPHRASE, WHERE, CHEAP)
RAW = seal(DATA, KEY, Purpose.VAULT)
FULL = os.environ.get("TWAUTH_FULL") == "1"


def with_digest(body: bytes) -> bytes:
    """What somebody does who changes a file on purpose."""
    return body + hashlib.sha256(body).digest()


def opened(raw: bytes) -> bytes:
    return open_sealed(raw, key_for(raw, PASSPHRASE, Purpose.VAULT, WHERE), Purpose.VAULT, WHERE)


def forged(**changes: Any) -> bytes:
    """A file whose header says something else, with a digest that fits."""
    header = unpacked(RAW)
    assert header is not None
    changed: Header = replace(header, **changes)
    return with_digest(changed.packed() + RAW[sealed_header.SIZE : -32])


@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=300), passphrase=st.text(min_size=1, max_size=30))
def test_what_is_sealed_opens_again(data: bytes, passphrase: str) -> None:
    raw = seal(data, new_key(Secret(passphrase), WHERE, CHEAP), Purpose.BACKUP)
    key = key_for(raw, Secret(passphrase), Purpose.BACKUP, WHERE)
    assert open_sealed(raw, key, Purpose.BACKUP, WHERE) == data


def test_a_nonce_is_never_used_twice() -> None:
    files = [seal(DATA, KEY, Purpose.VAULT) for _ in range(1000)]
    assert len({raw[32:44] for raw in files}) == 1000
    assert {raw[16:32] for raw in files} == {KEY.salt}


def test_accents_are_the_same_however_they_are_composed() -> None:
    raw = seal(DATA, new_key(Secret("caf\u00e9"), WHERE, CHEAP), Purpose.VAULT)
    key = key_for(raw, Secret("cafe\u0301"), Purpose.VAULT, WHERE)
    assert open_sealed(raw, key, Purpose.VAULT, WHERE) == DATA


def test_another_passphrase_is_told_from_damage() -> None:
    key = key_for(RAW, Secret("marsh marigold fery"), Purpose.VAULT, WHERE)
    with pytest.raises(WrongPassphraseError, match="does not open"):
        _ = open_sealed(RAW, key, Purpose.VAULT, WHERE)
    with pytest.raises(EmptyPassphraseError):
        _ = new_key(Secret(""), WHERE, CHEAP)


def test_every_flipped_bit_is_damage(proof: Proof) -> None:
    for bit in range(len(RAW) * 8):
        raw = bytearray(RAW)
        raw[bit // 8] ^= 1 << (bit % 8)
        # The byte of the version can then be that of a newer program, whose form nobody knows yet.
        newer = (NewerFileError,) if bit // 8 == len(sealed_header.MAGIC) else ()
        with pytest.raises((DamagedFileError, ForeignFileError, *newer)):
            _ = open_sealed(bytes(raw), KEY, Purpose.VAULT, WHERE)
    proof.saw(
        "A bit of a backup is flipped",
        "It is refused",
        bits=len(RAW) * 8,
        accepted=0,
    )


def test_every_flipped_bit_with_a_digest_that_fits_is_refused() -> None:
    """Whoever changes the file can compute the digest, but not the tag."""
    for bit in range((len(RAW) - 32) * 8):
        body = bytearray(RAW[:-32])
        body[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(VaultError):
            _ = open_sealed(with_digest(bytes(body)), KEY, Purpose.VAULT, WHERE)


def test_every_truncation_and_addition_is_refused() -> None:
    for size in range(len(RAW)):
        with pytest.raises(VaultError):
            _ = open_sealed(RAW[:size], KEY, Purpose.VAULT, WHERE)
    for size in range(len(RAW) - 32):
        with pytest.raises(VaultError):
            _ = open_sealed(with_digest(RAW[:size]), KEY, Purpose.VAULT, WHERE)
    with pytest.raises(DamagedFileError):
        _ = open_sealed(RAW + b"\0", KEY, Purpose.VAULT, WHERE)


def test_random_files_give_only_our_failures() -> None:
    source = random.Random(4)  # noqa: S311 - the same files in every run
    start = RAW[: sealed_header.SIZE]
    for number in range(10_000 if FULL else 1_000):
        noise = source.randbytes(source.randrange(200))
        raw = (noise, start + noise, with_digest(start + noise), with_digest(noise))[number % 4]
        with pytest.raises(VaultError):
            _ = open_sealed(raw, KEY, Purpose.VAULT, WHERE)


TOO_MUCH = [
    replace(CHEAP, memory_kib=HIGHEST.memory_kib + 1),
    replace(CHEAP, memory_kib=2**32 - 1),
    replace(CHEAP, iterations=HIGHEST.iterations + 1),
    replace(CHEAP, lanes=HIGHEST.lanes + 1, memory_kib=1024),
    replace(CHEAP, iterations=0),
    replace(CHEAP, lanes=0),
    replace(CHEAP, lanes=16),
    replace(CHEAP, memory_kib=0),
]


@pytest.mark.parametrize("cost", TOO_MUCH, ids=range(len(TOO_MUCH)))
def test_a_cost_out_of_bounds_is_refused_before_it_is_paid(cost: Cost) -> None:
    with pytest.raises(CostRefusedError):
        _ = key_for(forged(cost=cost), PASSPHRASE, Purpose.VAULT, WHERE)
    with pytest.raises(CostRefusedError):
        _ = new_key(PASSPHRASE, WHERE, cost)


def test_another_purpose_or_version_is_named() -> None:
    with pytest.raises(ForeignFileError, match="an encrypted file for credentials"):
        _ = open_sealed(RAW, KEY, Purpose.BACKUP, WHERE)
    with pytest.raises(ForeignFileError, match="a backup"):
        _ = opened(seal(DATA, KEY, Purpose.BACKUP))
    with pytest.raises(ForeignFileError, match="something else"):
        _ = opened(forged(purpose=b"?"))
    with pytest.raises(NewerFileError, match="version 3"):
        _ = opened(forged(version=3))
    with pytest.raises(ForeignFileError, match="no encrypted file of Twauth"):
        _ = opened(b"PK\x03\x04 something else entirely")


def test_a_key_does_not_show_itself() -> None:
    assert repr(KEY) == "Key(••••)"
    with pytest.raises(TypeError):
        _ = pickle.dumps(KEY)
    assert isinstance(KEY, Key)
    assert PASSPHRASE.reveal().encode() not in RAW
