"""What a keychain is to the rest of the program."""

from __future__ import annotations

from typing import Protocol

from twauth_gui.domain.secret import Secret

RECORD_USER = "record"
"""The user name of every item; without "@", for keyring on Windows moves entries around it."""


class Vault(Protocol):
    """Keeps one secret text per service name.

    Every method but name and close raises a VaultError (store.vault_errors) where the keychain is
    absent, locked, dismissed, hung or failing. A vault belongs to the thread that uses it first,
    apart from DeadlineVault, which any thread may call.
    """

    @property
    def name(self) -> str:
        """What people call this keychain, such as "GNOME Keyring". Never blocks."""
        ...

    def read(self, service: str) -> Secret | None:
        """Give the secret of a service; None where there is no such item."""
        ...

    def write(self, service: str, value: Secret) -> None:
        """Keep the secret; returns only when reading it back gave the same.

        Raises:
            RecordTooLargeError: more than store.limits.MAX_UNITS.
        """
        ...

    def delete(self, service: str) -> None:
        """Remove the item; quiet where there is none."""
        ...

    def unlock(self) -> None:
        """Ask the system to unlock. It may show a prompt, so this can take a person's time.

        Raises:
            VaultDismissedError: the prompt was closed.
        """
        ...

    def probe(self) -> None:
        """Return where the keychain is there and unlocked, without any prompt."""
        ...

    def close(self) -> None:
        """Let go of connections. The vault opens them again when it is used again."""
        ...


def mid_sentence(name: str) -> str:
    """Write a vault's name as it stands inside a sentence: "the encrypted file"."""
    return f"the {name[4:]}" if name.startswith("The ") else name
