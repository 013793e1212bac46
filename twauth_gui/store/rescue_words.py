"""What a person is told of a list that was rebuilt."""

from __future__ import annotations

from datetime import datetime

from twauth_gui.domain.diagnosis import Diagnosis, Kind
from twauth_gui.store.rebuild import Rebuilt
from twauth_gui.store.rescue import Rescue


def set_aside(rescue: Rescue | None) -> str:
    """Say what happened to the file, before the keychain was asked."""
    if rescue is None:
        return ""
    return f"The list of accounts was damaged. It is kept as {rescue.aside}. {_source(rescue)}"


def waits(refusal: Diagnosis) -> str:
    """Say why the keychain could not be asked yet."""
    return f"Rebuilding the list of accounts waits: {refusal.sentence()}"


def explained(rebuilt: Rebuilt | None, vault: str) -> Diagnosis | None:
    """Say what was done, and what is left to do."""
    if rebuilt is None:
        return None
    parts = [
        f"The damaged file is kept as {rebuilt.rescue.aside}.",
        _source(rebuilt.rescue),
        f"Compared with {vault}, it has {_accounts(rebuilt.accounts)} now.",
    ]
    if rebuilt.added:
        parts.append(f"{_accounts(rebuilt.added)} came from there: look through names and notes.")
    if rebuilt.missing:
        parts.append(f"{_accounts(rebuilt.missing)} without credentials: sign in again.")
    if rebuilt.left:
        parts.append(f"Items of unknown accounts were left in {vault}: {rebuilt.left}.")
    if not rebuilt.accounts:
        parts.append("Whatever is missing has to be signed in again, or restored from a backup.")
    title = "The list of accounts was damaged, and was rebuilt."
    return Diagnosis(Kind.INDEX_UNUSABLE, title, " ".join(parts))


def _source(rescue: Rescue) -> str:
    if not rescue.copied_at:
        return "There was no copy of it."
    made = datetime.fromisoformat(rescue.copied_at).astimezone()
    return f"A copy of {made:%d %B %Y, %H:%M} is in its place."


def _accounts(count: int) -> str:
    return "1 account" if count == 1 else f"{count:,} accounts"
