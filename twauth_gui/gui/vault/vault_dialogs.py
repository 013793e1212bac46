"""Open the dialogs about the vault, and unlock it before whatever needs it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.vault_state import VaultState

# Sheets are imported when they are opened: none of them is needed at the start.


def unlock_then(context: AppContext, then: Callable[[], None] | None = None) -> None:
    """Offer to unlock the vault; then goes on with what needed it."""
    from twauth_gui.gui.vault.unlock_form import UnlockDialog  # noqa: PLC0415 - see above

    top = context.dialogs.top()
    if isinstance(top, UnlockDialog):
        return
    dialog = UnlockDialog(context.vault)
    if then is not None:
        dialog.unlocked.connect(then)
    context.dialogs.open(dialog)


def offer_unlock(context: AppContext, diagnosis: Diagnosis, again: Callable[[], None]) -> bool:
    """Offer to unlock where that is what the failure is about; again repeats what failed.

    Returns:
        Whether it was; else the failure has still to be shown.
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
    """Offer to tidy up after a move that was cut off."""
    from twauth_gui.gui.vault.move_dialogs import FinishMoveDialog  # noqa: PLC0415 - see above

    if not isinstance(context.dialogs.top(), FinishMoveDialog):
        context.dialogs.open(FinishMoveDialog(context, diagnosis))


def open_move_vault(context: AppContext) -> None:
    """Offer to keep the credentials in the other vault; a locked one is unlocked first."""
    from twauth_gui.gui.vault.move_dialogs import MoveVaultDialog  # noqa: PLC0415 - see above

    if context.vault.is_locked:
        unlock_then(context, lambda: open_move_vault(context))
    else:
        context.dialogs.open(MoveVaultDialog(context))


class HasContext(Protocol):
    """Whatever acts for the person."""

    @property
    def context(self) -> AppContext: ...


H = TypeVar("H", bound=HasContext)
P = ParamSpec("P")


def needs_vault(action: Callable[Concatenate[H, P], None]) -> Callable[Concatenate[H, P], None]:
    """Offer to unlock a locked vault before the action, wherever that is asked for.

    A button of a pane is off meanwhile (WhileOpen); a shortcut, a menu, a drop or a paste comes
    here. Where the vault is away rather than locked, the action says so itself.
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
    """Enables widgets of a pane exactly while the vault is open."""

    def __init__(self, vault: VaultState, first: QWidget, *others: QWidget) -> None:
        super().__init__(first)
        self._vault = vault
        self._widgets = (first, *others)
        vault.changed.connect(self._update_widgets)
        self._update_widgets()

    def _update_widgets(self) -> None:
        for widget in self._widgets:
            widget.setEnabled(self._vault.is_open)
