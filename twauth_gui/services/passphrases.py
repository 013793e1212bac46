"""Passphrases: which a new file may have, what to say about one, and how a script gives them.

Anyone who has a file can guess its passphrase, for as long as they like: nothing counts the tries.
What slows them is the derivation of the key, about a fifth of a second and 64 MiB for each
(store/sealed_format.py), some thousand a second on a good graphics card. See the decision 0038.
"""

from __future__ import annotations

import contextlib
import errno
import os

from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.secret import Secret

MIN_LENGTH = 8
"""Characters; with fewer a new passphrase is refused (NIST SP 800-63B-4, section 3.1.1.2)."""

MIN_DIGITS = 12
"""The same for digits only: a day of guessing tries all numbers of eight digits."""

ADVISED_LENGTH = 15
"""Characters; with fewer there is a warning (the same section, for a passphrase on its own)."""

FORGOTTEN_WARNING = (
    "The file cannot be opened without this passphrase, and the passphrase cannot be reset. If you"
    " forget it, sign the accounts in again."
)
WORDS_ADVICE = "Four words are better."

DESCRIPTOR_VARIABLE = "TWAUTH_PASSPHRASE_FD"

_REPEATED, _FEW = 3, 5
_MAX_LINE_BYTES = 4096
_STANDARD_ERROR = 2


class PassphraseDescriptor:
    """The file descriptor that TWAUTH_PASSPHRASE_FD names; each line on it is one passphrase.

    Programs that are started later do not inherit it.
    """

    def __init__(self) -> None:
        self._number = os.environ.get(DESCRIPTOR_VARIABLE, "")
        if self._number.isdecimal() and int(self._number) > _STANDARD_ERROR:
            with contextlib.suppress(OSError, OverflowError):  # reported when it is read
                os.set_inheritable(int(self._number), False)  # noqa: FBT003 - its only form

    @property
    def is_named(self) -> bool:
        """Whether the variable is set."""
        return bool(self._number)

    def read_line(self) -> Secret | None:
        """Read one line and not a byte more, for other data may follow; None at the end.

        Raises:
            OSError: the variable does not name an open file descriptor.
        """
        line = bytearray()
        while len(line) < _MAX_LINE_BYTES:
            byte = self._read_byte()
            if not byte and not line:
                return None
            if byte in {b"", b"\n"}:
                break
            line += byte
        return Secret(line.decode("utf-8", "surrogateescape").removesuffix("\r"))

    def _read_byte(self) -> bytes:
        try:
            return os.read(int(self._number), 1)
        except (ValueError, OverflowError) as error:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF)) from error


def find_passphrase_problem(passphrase: Secret) -> str:
    """Return why a new file cannot have this passphrase; "" if it can, or if it is empty."""
    text = passphrase.reveal()
    if not text:
        return ""
    if len(text) < MIN_LENGTH:
        return (
            f"Too short: {pluralize(len(text), 'character')}. Use at least {MIN_LENGTH}. "
            f"{WORDS_ADVICE}"
        )
    if len(set(text.casefold())) < _REPEATED:
        return f"Too few different characters: easy to guess. {WORDS_ADVICE}"
    if text.isdecimal() and len(text) < MIN_DIGITS:
        return f"Too few digits: {len(text)}. Use at least {MIN_DIGITS}. {WORDS_ADVICE}"
    return ""


def advise_on_passphrase(passphrase: Secret) -> str:
    """Return what would make it harder to guess; "" if there is nothing to say.

    It checks length and variety, but no list of words, so it never calls a passphrase strong.
    """
    text = passphrase.reveal()
    refused = find_passphrase_problem(passphrase)
    if refused or not text:
        return refused
    if len(text) < ADVISED_LENGTH:
        size = pluralize(len(text), "character")
        return f"Short: {size}. At least {ADVISED_LENGTH} are recommended. {WORDS_ADVICE}"
    if len(set(text.casefold())) < _FEW:
        return f"Long, but with very few different characters. {WORDS_ADVICE}"
    if text.isdecimal():
        return f"Only digits: guessing programs try these first. {WORDS_ADVICE}"
    return ""
