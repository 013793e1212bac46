"""Proves that whoever asks can open the vault, before something is taken out of it for good."""

from __future__ import annotations

from twauth_gui.store.changes import StoreContext
from twauth_gui.store.items import ItemKind, service_name
from twauth_gui.store.rows import TABLES


def require_open(ground: StoreContext, uuid: str, *kinds: ItemKind) -> None:
    """Read what is kept of a thing, and give it to nobody; what is lost proves as much.

    Raises:
        VaultError: the vault does not open.
    """
    for kind in kinds:
        sql = f"SELECT generation FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - our own names
        for (generation,) in ground.index.rows(sql, (uuid,)):
            if generation:
                _ = ground.vault.read(service_name(kind, uuid, generation))
