"""What closing the window does: while there is an icon in the tray, Twauth may keep running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.text import Text
from twauth_gui.services.settings import CloseAction

if TYPE_CHECKING:
    from twauth_gui.gui.tray_icon import TrayIcon


class CloseDialog(Dialog):
    """Keep running in the tray, or quit; Escape leaves the window open.

    Signals:
        chosen: carries the CloseAction.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("Keep Twauth running?", width=DialogWidth.W440)
        body, column = make_dialog_body()
        text = (
            "Its icon stays in the tray, and sign-ins that wait for the browser go on. Twauth"
            " remembers your choice; you can change it in Settings."
        )
        column.addWidget(Text(text, role="text-2", wrap=True))
        self.set_body(body)
        leave = secondary_button("Quit")
        leave.clicked.connect(lambda: self._choose(CloseAction.QUIT))
        keep = primary_button("Keep running")
        keep.clicked.connect(lambda: self._choose(CloseAction.KEEP_RUNNING))
        self.add_right(leave)
        self.add_right(keep)
        self.set_default(keep)
        self.set_initial_focus(keep)

    def _choose(self, action: CloseAction) -> None:
        self.close_dialog()
        self.chosen.emit(action)


class CloseController(QObject):
    """Has the tray's icon as long as it is wanted, and hides the window instead of closing it.

    is_quitting: the window is to close whatever the tray has.
    """

    def __init__(self, context: AppContext, actions: AccountActions, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._actions = actions
        self._window = window
        self._tray: TrayIcon | None = None
        self.is_quitting = False
        context.preferences.changed.connect(self.update_tray)

    def update_tray(self) -> None:
        """Show the icon, or take it away, as the settings say."""
        wanted = self._context.preferences.current.shows_tray
        if wanted and self._tray is None:
            from twauth_gui.gui.tray_icon import TrayIcon  # noqa: PLC0415 - few want it

            self._tray = TrayIcon(self._context, self._actions, self._window)
        elif not wanted and self._tray is not None:
            self._tray.close()
            self._tray = None

    def keeps_running(self) -> bool:
        """Hide the window, or ask whether to; return whether it must not close."""
        if self._tray is None or not self._tray.is_visible or self.is_quitting:
            return False
        action = self._context.preferences.current.close_action
        if action is CloseAction.ASK and not self._context.vault.is_app_locked:
            self._ask()
            return True
        if action is CloseAction.KEEP_RUNNING:
            self._window.hide()
        return action is CloseAction.KEEP_RUNNING

    def _ask(self) -> None:
        if not isinstance(self._context.dialogs.top(), CloseDialog):
            dialog = CloseDialog()
            dialog.chosen.connect(self._on_chosen)
            self._context.dialogs.open(dialog)

    def _on_chosen(self, action: CloseAction) -> None:
        self._context.preferences.set_close_action(action)
        _ = self._window.close()
