"""Where accounts were exported to last, as suggestions for the next export."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.placements import Placement, PlacementKind
from twauth_gui.store.store import Store
from twauth_gui.transfer.export_presets import AccountGrouping, ExportPreset, FileSyntax
from twauth_gui.transfer.file_name_patterns import is_file_name_pattern


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
