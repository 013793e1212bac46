"""When Twauth locks by itself, as it was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from twauth_gui.store.choice import VaultKind
from twauth_gui.store.store import Store

OFF = 0
FILE_MINUTES = 15
IDLE_CHOICES = (OFF, 1, 5, 15, 30, 60)

_IDLE = "lock.idle-minutes"
_WITH_SCREEN = "lock.with-screen"


@dataclass(frozen=True, slots=True)
class LockRules:
    """idle_minutes: without a key or a click; OFF for never. with_screen: also before sleep."""

    idle_minutes: int = OFF
    with_screen: bool = True


class LockSettings:
    """Keeps the choices in the index, so that each data folder has its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rules(self, kind: VaultKind) -> LockRules:
        """Give what is chosen; what was never chosen depends on the vault in use.

        The system locks its keychain itself; the encrypted file has nobody but Twauth to do it.
        """
        first = FILE_MINUTES if kind is VaultKind.FILE else OFF
        chosen = self._store.settings.get(_IDLE) or ""
        minutes = int(chosen) if chosen.isdecimal() else first
        return LockRules(minutes, self._store.settings.get(_WITH_SCREEN) != "no")

    def choose_idle(self, minutes: int) -> None:
        """Lock after so many minutes without a key or a click; OFF for never."""
        self._store.settings.set(_IDLE, str(max(OFF, minutes)))

    def choose_with_screen(self, *, wanted: bool) -> None:
        """Lock when the screen locks or the computer goes to sleep."""
        self._store.settings.set(_WITH_SCREEN, "yes" if wanted else "no")
