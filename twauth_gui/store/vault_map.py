"""What is inside the encrypted file: a map of service names to records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twauth_gui.domain.secret import Secret
from twauth_gui.store.sealed_errors import DamagedFileError, NewerFileError

VERSION = 1


@dataclass(frozen=True, slots=True)
class VaultChange:
    """What one save changed: items that were put, and names of items that were taken out."""

    put: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    gone: tuple[str, ...] = ()

    def packed(self) -> bytes:
        """Write it as ASCII JSON."""
        return _json({"put": _revealed(self.put), "gone": self.gone})


@dataclass(slots=True)
class VaultMap:
    """All items, with the number of times they were saved.

    id: of the vault, for its whole life. generation: counts up with every save.
    """

    id: str
    generation: int
    items: dict[str, Secret] = field(default_factory=dict[str, Secret])

    def packed(self) -> bytes:
        """Write it as ASCII JSON."""
        items = _revealed(self.items)
        return _json({"v": VERSION, "id": self.id, "generation": self.generation, "items": items})

    def apply(self, change: VaultChange, generation: int) -> None:
        """Make a change in place: its cost does not depend on how many items there are."""
        self.items.update(change.put)
        for service in change.gone:
            _ = self.items.pop(service, None)
        self.generation = generation


def unpacked(data: bytes, path: Path) -> VaultMap:
    """Read what packed() wrote.

    Raises:
        DamagedFileError: it is something else.
        NewerFileError: a newer program wrote it.
    """
    fields = versioned_fields(data, path, VERSION)
    vault_id, generation = fields.get("id"), fields.get("generation")
    items = _items(fields.get("items"))
    if not isinstance(vault_id, str) or type(generation) is not int or items is None:
        raise DamagedFileError(path, "contents")
    return VaultMap(vault_id, generation, items)


def unpacked_change(data: bytes, path: Path) -> VaultChange:
    """Read what Change.packed() wrote; raises DamagedFileError for something else."""
    fields = _json_object(data) or {}
    put, gone = _items(fields.get("put")), fields.get("gone")
    if put is None or not isinstance(gone, list):
        raise DamagedFileError(path, "contents")
    names = tuple(name for name in gone if isinstance(name, str))  # pyright: ignore[reportUnknownVariableType] - JSON
    if len(names) != len(gone):  # pyright: ignore[reportUnknownArgumentType] - JSON
        raise DamagedFileError(path, "contents")
    return VaultChange(put, names)


def versioned_fields(data: bytes, path: Path, newest: int) -> dict[str, Any]:
    """Read the JSON object inside a sealed file, whose "v" is its version.

    Raises:
        DamagedFileError: it is something else.
        NewerFileError: a newer program wrote it.
    """
    fields = _json_object(data)
    version = None if fields is None else fields.get("v")
    if fields is None or type(version) is not int:
        raise DamagedFileError(path, "contents")
    if version > newest:
        raise NewerFileError(path, version, newest)
    return fields


def _json(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def _revealed(items: Mapping[str, Secret]) -> dict[str, str]:
    return {service: secret.reveal() for service, secret in items.items()}


def _json_object(data: bytes) -> dict[str, object] | None:
    """Read a JSON object; None for anything else.

    Nothing is raised: the exceptions of the json library hold the whole text, secrets included.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType] - JSON


def _items(value: object) -> dict[str, Secret] | None:
    if not isinstance(value, dict):
        return None
    items: dict[str, Secret] = {}
    for service, record in value.items():  # pyright: ignore[reportUnknownVariableType] - JSON
        if not isinstance(service, str) or not isinstance(record, str):
            return None
        items[service] = Secret(record)
    return items
