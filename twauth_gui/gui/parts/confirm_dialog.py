"""The question before something that cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.parts.buttons import danger_button, secondary_button
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.parts.dialog_host import DialogHost
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import XL, XXL, S, TextStyle


class ConfirmDialog(Dialog):
    """A question with a safe and a dangerous button.

    accepted: the user pressed the dangerous one. dismissed: anything else.
    """

    def __init__(
        self, title: str, text: str, *, safe_text: str, danger_text: str, check_text: str = ""
    ) -> None:
        super().__init__(title, width=DialogWidth.W440, has_header=False)
        self.setAccessibleDescription(text)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(XXL, XXL, XXL, XL)
        column.setSpacing(S)
        column.addWidget(Text(title, style=TextStyle.TITLE, strong=True, wrap=True))
        column.addWidget(Text(text, role="text-2", wrap=True))
        self.check_box = CheckBox(check_text)
        if check_text:
            column.addSpacing(S)
        column.addWidget(self.check_box)
        self.check_box.setVisible(bool(check_text))
        self.set_body(body)
        self.safe_button = secondary_button(safe_text)
        self.danger_button = danger_button(danger_text)
        self.safe_button.clicked.connect(self.dismiss)
        self.danger_button.clicked.connect(self._accept)
        self.add_right(self.safe_button)
        self.add_right(self.danger_button)
        self.set_initial_focus(self.safe_button)

    def _accept(self) -> None:
        self.close_dialog()
        self.accepted.emit()


def ask_confirmation(
    host: DialogHost,
    title: str,
    text: str,
    *,
    safe_text: str,
    danger_text: str,
    check_text: str = "",
) -> ConfirmDialog:
    """Open a ConfirmDialog; connect its accepted signal. The safe button has the focus.

    check_text: the label of a check box in it, "" for none; read check_box.isChecked().
    """
    dialog = ConfirmDialog(
        title, text, safe_text=safe_text, danger_text=danger_text, check_text=check_text
    )
    host.open(dialog)
    return dialog


def ask_to_replace(host: DialogHost, path: Path, replace: Callable[[], None]) -> None:
    """Ask whether an existing file may be replaced, and call replace if so."""
    dialog = ask_confirmation(
        host,
        f"Replace {path.name}?",
        f"A file of that name is in {path.parent}. Its contents are lost when it is replaced.",
        safe_text="Keep",
        danger_text="Replace",
    )
    dialog.accepted.connect(replace)
