"""Functions that open the vault's dialogs, or unlock the vault before an action."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.vault_state import VaultState

# Dialogs are imported when they are opened: none of them is needed at the start.


def unlock_then(context: AppContext, then: Callable[[], None] | None = None) -> None:
    """Offer to unlock the vault; then run the action that needed it."""
    from twauth_gui.gui.vault.unlock_form import UnlockDialog  # noqa: PLC0415 - see above

    top = context.dialogs.top()
    if isinstance(top, UnlockDialog):
        return
    dialog = UnlockDialog(context.vault)
    if then is not None:
        dialog.unlocked.connect(then)
    context.dialogs.open(dialog)


def offer_unlock(context: AppContext, diagnosis: Diagnosis, again: Callable[[], None]) -> bool:
    """Offer to unlock the vault, if a locked one caused this failure.

    Args:
        context: The window's context.
        diagnosis: The failure.
        again: Repeats what failed, once the vault is unlocked.

    Returns:
        Whether it is offered; if not, the caller has to show the failure.
    """
    if not context.vault.note_problem(diagnosis) or not context.vault.is_locked:
        return False
    unlock_then(context, again)
    return True


def open_create_file(context: AppContext) -> None:
    """Ask for the passphrase of a new encrypted file."""
    from twauth_gui.gui.vault.passphrase_dialogs import CreateFileDialog  # noqa: PLC0415 - see above

    dialog = CreateFileDialog(context)
    dialog.created.connect(lambda: context.window.show_status("The encrypted file is created"))
    context.dialogs.open(dialog)


def open_change_passphrase(context: AppContext) -> None:
    """Ask for the old and the new passphrase."""
    from twauth_gui.gui.vault.passphrase_dialogs import ChangePassphraseDialog  # noqa: PLC0415 - see above

    context.dialogs.open(ChangePassphraseDialog(context))


def open_finish_move(context: AppContext, diagnosis: Diagnosis) -> None:
    """Offer to finish or undo an interrupted move."""
    from twauth_gui.gui.vault.move_dialogs import FinishMoveDialog  # noqa: PLC0415 - see above

    if not isinstance(context.dialogs.top(), FinishMoveDialog):
        context.dialogs.open(FinishMoveDialog(context, diagnosis))


def open_move_vault(context: AppContext) -> None:
    """Offer to move the credentials to the other vault; a locked one is unlocked first."""
    from twauth_gui.gui.vault.move_dialogs import MoveVaultDialog  # noqa: PLC0415 - see above

    if context.vault.is_locked:
        unlock_then(context, lambda: open_move_vault(context))
    else:
        context.dialogs.open(MoveVaultDialog(context))


class HasContext(Protocol):
    """An object that holds the window's context."""

    @property
    def context(self) -> AppContext: ...


H = TypeVar("H", bound=HasContext)
P = ParamSpec("P")


def needs_vault(action: Callable[Concatenate[H, P], None]) -> Callable[Concatenate[H, P], None]:
    """Offer to unlock a locked vault before the action runs.

    Buttons of a pane are disabled meanwhile (OpenVaultEnabler); shortcuts, menus, drops and pastes
    come here. If the vault is missing rather than locked, the action reports that itself.
    """

    @wraps(action)
    def guarded(self: H, /, *args: P.args, **kwargs: P.kwargs) -> None:
        if self.context.vault.is_locked:
            unlock_then(self.context, lambda: action(self, *args, **kwargs))
            self.context.vault.probe()  # another program may have unlocked the keychain meanwhile
        else:
            action(self, *args, **kwargs)

    return guarded


class OpenVaultEnabler(QObject):
    """Keeps widgets of a pane enabled while the vault is open, and disabled while it is not."""

    def __init__(self, vault: VaultState, first: QWidget, *others: QWidget) -> None:
        super().__init__(first)
        self._vault = vault
        self._widgets = (first, *others)
        vault.changed.connect(self._update_widgets)
        self._update_widgets()

    def _update_widgets(self) -> None:
        for widget in self._widgets:
            widget.setEnabled(self._vault.is_open)
