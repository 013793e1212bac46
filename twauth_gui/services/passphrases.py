"""What to say about a passphrase that is being chosen."""

from __future__ import annotations

from twauth_gui.domain.secret import Secret

ADVISED = 10
"""Characters. Advice only: nothing is refused but an empty one."""

FORGOTTEN = (
    "Nobody can open the file without this passphrase, and nobody can reset it. If you forget it,"
    " sign the accounts in again."
)

_FEW = 5


def advice_on(passphrase: Secret) -> str:
    """Say what would make it harder to guess; "" where there is nothing to say.

    It looks at length and variety and knows no list of words, so it never calls one strong.
    """
    text = passphrase.reveal()
    if not text:
        return ""
    if len(text) < ADVISED:
        return (
            f"Short: {len(text)} characters. At least {ADVISED} are advised; four words are better."
        )
    if len(set(text.casefold())) < _FEW:
        return "Long, but of very few different characters. Four words are better."
    if text.isdecimal():
        return "Only digits: a program tries these first. Four words are better."
    return ""
