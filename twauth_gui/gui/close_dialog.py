"""The question, asked once, what closing the window does while there is an icon in the tray."""

from __future__ import annotations

from PySide6.QtCore import Signal

from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.text import Text
from twauth_gui.services.settings import CloseAction


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
