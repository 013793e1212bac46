"""An age file from elsewhere can ask for any cost, and gets no more than one of Twauth."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from twauth_gui.domain.secret import Secret
from twauth_gui.store.age_file import check_memory_cost, decrypt_with_age, encrypt_with_age
from twauth_gui.store.vault_errors import CostRefusedError, ForeignFileError, WrongPassphraseError

LIBRARY: Any = importlib.import_module("pyrage")
PATH = Path("all.age")
PASSPHRASE = Secret("tidal ferry lantern")
MIB = 1024**2
HEAD = b"age-encryption.org/v1\n-> scrypt %s %s\n%s\n--- %s\n"
SALT, BODY, MAC = b"s" * 22, b"b" * 43, b"m" * 43

# With half a GiB of addresses: a library that does not get its memory ends the process.
_CHILD = """
import resource, sys
from pathlib import Path
from twauth_gui.domain.secret import Secret
from twauth_gui.store.age_file import decrypt_with_age
from twauth_gui.store.vault_errors import DerivationError
import pyrage
raw = sys.stdin.buffer.read()
resource.setrlimit(resource.RLIMIT_AS, (512 * 1024**2, 512 * 1024**2))
try:
    decrypt_with_age(raw, Secret("p"), Path("all.age"))
except DerivationError as error:
    print(error.diagnosis.advice)
"""


def make_head(work: bytes) -> bytes:
    return HEAD % (SALT, work, BODY, MAC) + b"x" * 100


@pytest.mark.slow
def test_what_we_write_is_read(tmp_path: Path) -> None:
    raw = encrypt_with_age(b"contents", PASSPHRASE, tmp_path)
    assert check_memory_cost(raw, tmp_path) <= 1024 * MIB
    assert decrypt_with_age(raw, PASSPHRASE, tmp_path) == b"contents"
    with pytest.raises(WrongPassphraseError) as caught:
        _ = decrypt_with_age(raw, Secret("another"), tmp_path)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("work", [b"21", b"22", b"30", b"63", b"99"])
def test_a_cost_beyond_ours_is_refused_before_it_is_paid(work: bytes) -> None:
    with pytest.raises(CostRefusedError, match="too much"):
        _ = decrypt_with_age(make_head(work), PASSPHRASE, PATH)


def test_a_cost_up_to_ours_is_paid() -> None:
    assert check_memory_cost(make_head(b"20"), PATH) == 1024 * MIB
    assert check_memory_cost(make_head(b"18"), PATH) == 256 * MIB


@pytest.mark.parametrize(
    "raw",
    [
        LIBRARY.encrypt(b"x", [LIBRARY.x25519.Identity.generate().to_public()]),
        make_head(b"018"),
        make_head(b"180"),
        make_head(b"-1"),
        make_head(b"18 19"),
        make_head(b"18\n-> scrypt %s 30" % SALT),
        HEAD[:30],
        b"age-encryption.org/v1\n",
    ],
)
def test_what_is_no_file_under_a_passphrase_is_refused(raw: bytes) -> None:
    with pytest.raises(ForeignFileError, match="not the file"):
        _ = decrypt_with_age(raw, PASSPHRASE, PATH)


def test_too_little_memory_is_reported() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _CHILD],
        input=make_head(b"19"),
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
    )
    assert b"It takes 512 MiB of free memory" in run.stdout
