"""What a person is told of a list that was rebuilt."""

from __future__ import annotations

from datetime import datetime

from twauth_gui.domain.counting import counted
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.store.rebuild import Rebuilt
from twauth_gui.store.rescue import Rescue
from twauth_gui.store.vault import mid_sentence


def set_aside(rescue: Rescue | None) -> str:
    """Say what happened to the file, before the keychain was asked."""
    if rescue is None:
        return ""
    made = f"A copy of {_day(rescue)} is in its place." if rescue.copied_at else _NO_COPY
    return " ".join((f"The list of accounts was {_how(rescue)}.", made, *_where(rescue)))


def waits(refusal: Diagnosis) -> str:
    """Say why the keychain could not be asked yet."""
    return f"Rebuilding the list of accounts waits: {refusal.sentence()}"


def explained(rebuilt: Rebuilt | None, vault: str) -> Diagnosis | None:
    """Say what there is now, what is left to do, and where the damaged file is."""
    if rebuilt is None:
        return None
    rescue, where = rebuilt.rescue, mid_sentence(vault)
    copy = f"a copy of {_day(rescue)}, compared with {where}" if rescue.copied_at else where
    parts = [
        f"It was {_how(rescue)}. It has {counted(rebuilt.accounts, 'account')} now, from {copy}."
    ]
    if not rescue.copied_at:
        parts.append(_NO_COPY)
    if rebuilt.added:
        were = "was" if rebuilt.added == 1 else "were"
        parts.append(
            f"{counted(rebuilt.added, 'account')} {were} only there: name, note and tags are lost."
        )
    if rebuilt.missing:
        have = "has" if rebuilt.missing == 1 else "have"
        parts.append(f"{counted(rebuilt.missing, 'account')} {have} no credentials: sign in again.")
    if rebuilt.left:
        parts.append(f"Items of unknown accounts were left in {where}: {rebuilt.left}.")
    if not rebuilt.accounts:
        parts.append("Whatever is missing has to be signed in again, or restored from a backup.")
    parts += _where(rescue)
    return Diagnosis(
        ProblemKind.INDEX_UNUSABLE, "The list of accounts was rebuilt.", " ".join(parts)
    )


def _how(rescue: Rescue) -> str:
    return "damaged" if rescue.aside else "missing"


def _where(rescue: Rescue) -> list[str]:
    return [f"The damaged file is kept as {rescue.aside}."] if rescue.aside else []


_NO_COPY = "There was no copy of it."


def _day(rescue: Rescue) -> str:
    made = datetime.fromisoformat(rescue.copied_at).astimezone()
    return f"{made.day} {made:%B %Y, %H:%M}"
