"""Which passphrases a new file may have, and what to say about one that is being chosen.

A file can be guessed at by whoever has it, for as long as they like: nothing counts the tries.
What slows them is the derivation of the key, about a fifth of a second and 64 MiB for each
(store/sealed_format.py), some thousand a second on a good graphics card. See the decision 0038.
"""

from __future__ import annotations

from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.secret import Secret

MIN_LENGTH = 8
"""Characters; with fewer a new passphrase is refused (NIST SP 800-63B-4, section 3.1.1.2)."""

MIN_DIGITS = 12
"""The same where there are only digits: a day's guessing goes through eight of them."""

ADVISED_LENGTH = 15
"""Characters; with fewer it is warned (the same section, for a passphrase that stands alone)."""

FORGOTTEN_WARNING = (
    "Nobody can open the file without this passphrase, and nobody can reset it. If you forget it,"
    " sign the accounts in again."
)
WORDS_ADVICE = "Four words are better."

_REPEATED, _FEW = 3, 5


def find_passphrase_problem(passphrase: Secret) -> str:
    """Say why a new file does not get this passphrase; "" where it may, and for an empty one."""
    text = passphrase.reveal()
    if not text:
        return ""
    if len(text) < MIN_LENGTH:
        return (
            f"Too short: {pluralize(len(text), 'character')}. Use at least {MIN_LENGTH}. "
            f"{WORDS_ADVICE}"
        )
    if len(set(text.casefold())) < _REPEATED:
        return f"Too few different characters: it is guessed at once. {WORDS_ADVICE}"
    if text.isdecimal() and len(text) < MIN_DIGITS:
        return f"Too few digits: {len(text)}. Use at least {MIN_DIGITS}. {WORDS_ADVICE}"
    return ""


def advise_on_passphrase(passphrase: Secret) -> str:
    """Say what would make it harder to guess; "" where there is nothing to say.

    It looks at length and variety and knows no list of words, so it never calls one strong.
    """
    text = passphrase.reveal()
    refused = find_passphrase_problem(passphrase)
    if refused or not text:
        return refused
    if len(text) < ADVISED_LENGTH:
        size = pluralize(len(text), "character")
        return f"Short: {size}. At least {ADVISED_LENGTH} are advised. {WORDS_ADVICE}"
    if len(set(text.casefold())) < _FEW:
        return f"Long, but of very few different characters. {WORDS_ADVICE}"
    if text.isdecimal():
        return f"Only digits: a program tries these first. {WORDS_ADVICE}"
    return ""
