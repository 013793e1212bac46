"""Reads a keychain item while another process may be writing the next one."""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.domain.secret import Secret
from twauth_gui.store.items import ItemKind, service_name
from twauth_gui.store.vault import Vault


def read_current(
    vault: Vault, kind: ItemKind, uuid: str, generation: Callable[[], int]
) -> Secret | None:
    """Read the item that the index names; None where the keychain has lost it.

    generation: reads the index. It is asked again where the item is not there: it may be gone
    because the next one has just taken its place.
    """
    seen = generation()
    while (record := vault.read(service_name(kind, uuid, seen))) is None:
        before, seen = seen, generation()
        if seen == before:
            return None
    return record
