"""Where accounts were exported to last, as suggestions for the next export."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.placements import Placement, PlacementKind
from twauth_gui.services.container import Services
from twauth_gui.store.store import Store
from twauth_gui.transfer.export_presets import AccountGrouping, ExportPreset, FileSyntax
from twauth_gui.transfer.file_name_patterns import is_file_name_pattern

CLIPBOARD, FILE, STORE = "clipboard", "file", "store"
"""The destinations of an export."""

_DESTINATION, _FOLDER = "last-export-destination", "last-export-folder"


def remember_export(
    services: Services, preset: ExportPreset, destination: str, folder: Path | None = None
) -> None:
    """Note the preset, the destination and the folder that were used; on a worker."""
    services.exporter.remember_preset(preset.id)
    if services.store.is_read_only:
        return
    services.store.settings.set(_DESTINATION, destination)
    if folder is not None:
        services.store.settings.set(_FOLDER, str(folder))


def read_last_destination(store: Store) -> str:
    """Return the destination that was used last; "" if there was none."""
    return store.settings.get(_DESTINATION) or ""


def read_last_folder(store: Store) -> Path | None:
    """Return the folder that was saved to last, if it is still there."""
    text = store.settings.get(_FOLDER)
    return Path(text) if text and Path(text).is_dir() else None


_PLAIN_STEMS = {"credentials", "accounts"}


def suggest_file_name(preset: ExportPreset, handles: Sequence[str]) -> str:
    """Return the name for a new file: that of a single account, unless a tool wants another."""
    path = Path(preset.suggested_name)
    if preset.is_own or len(handles) != 1:
        return preset.suggested_name
    if path.name == ".env":
        return f"{handles[0]}.env"
    is_plain = path.stem in _PLAIN_STEMS and bool(path.suffix)
    return f"{handles[0]}{path.suffix}" if is_plain else preset.suggested_name


def find_last_file(store: Store, account_ids: Sequence[AccountId]) -> Placement | None:
    """Return the latest file that has exactly these accounts; None if there is none."""
    for placement in store.placements.list_all(account_id=account_ids[0]):
        if placement.place.kind is PlacementKind.FILE and not _is_folder(placement):
            there = {one.account_id for one in store.placements.list_at(placement.place)}
            if there == set(account_ids):
                return placement
    return None


def find_last_folder(store: Store, account_id: AccountId, preset: ExportPreset) -> Path | None:
    """Return the folder of the latest export of an account with a preset that makes one."""
    for placement in store.placements.list_all(account_id=account_id):
        if placement.place.kind is PlacementKind.FILE and placement.preset == preset.id:
            path = placement.place.path
            if preset.syntax is FileSyntax.CREDENTIALS:
                return path
            is_named = is_file_name_pattern(preset.suggested_name)
            has_folder = preset.grouping is AccountGrouping.FILE and not is_named
            return path.parent.parent if has_folder else path.parent
    return None


def _is_folder(placement: Placement) -> bool:
    options: object = json.loads(placement.options) if placement.options else {}
    return isinstance(options, dict) and bool(cast("dict[str, object]", options).get("folder"))
