"""What can be done while the vault gives nothing out: the one place that decides it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.vault.doors import unlock_first
from twauth_gui.gui.vault_watch import VaultState


class HasDesk(Protocol):
    """Whatever acts for the person."""

    @property
    def desk(self) -> AppContext: ...


H = TypeVar("H", bound=HasDesk)
P = ParamSpec("P")


def needs_vault(action: Callable[Concatenate[H, P], None]) -> Callable[Concatenate[H, P], None]:
    """Offer to unlock a locked vault before the action, wherever that is asked for.

    A button of a pane is off meanwhile (WhileOpen); a shortcut, a menu, a drop or a paste comes
    here. Where the vault is away rather than locked, the action says so itself.
    """

    @wraps(action)
    def guarded(self: H, /, *args: P.args, **kwargs: P.kwargs) -> None:
        if self.desk.vault.locked:
            unlock_first(self.desk, lambda: action(self, *args, **kwargs))
            self.desk.vault.probe()  # another program may have unlocked the keychain meanwhile
        else:
            action(self, *args, **kwargs)

    return guarded


class WhileOpen(QObject):
    """Enables widgets of a pane exactly while the vault is open."""

    def __init__(self, vault: VaultState, first: QWidget, *others: QWidget) -> None:
        super().__init__(first)
        self._vault = vault
        self._widgets = (first, *others)
        vault.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        for widget in self._widgets:
            widget.setEnabled(self._vault.is_open)
