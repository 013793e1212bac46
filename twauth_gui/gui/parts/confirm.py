"""A question before something that cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.parts.buttons import danger_button, secondary_button
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_host import DialogHost
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import XL, XXL, S, Type


class ConfirmDialog(Dialog):
    """accepted: the person chose the dangerous button. dismissed: anything else."""

    def __init__(
        self, title: str, text: str, *, safe_text: str, danger_text: str, check_text: str = ""
    ) -> None:
        super().__init__(title, width=DialogWidth.W440, head=False)
        self.setAccessibleDescription(text)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(XXL, XXL, XXL, XL)
        column.setSpacing(S)
        column.addWidget(Text(title, type=Type.TITLE, strong=True, wrap=True))
        column.addWidget(Text(text, role="text-2", wrap=True))
        self.check = CheckBox(check_text)
        if check_text:
            column.addSpacing(S)
        column.addWidget(self.check)
        self.check.setVisible(bool(check_text))
        self.set_body(body)
        self.safe = secondary_button(safe_text)
        self.danger = danger_button(danger_text)
        self.safe.clicked.connect(self.dismiss)
        self.danger.clicked.connect(self._go)
        self.add_right(self.safe)
        self.add_right(self.danger)
        self.set_initial_focus(self.safe)

    def _go(self) -> None:
        self.close_sheet()
        self.accepted.emit()


def confirm_sheet(
    host: DialogHost,
    title: str,
    text: str,
    *,
    safe_text: str,
    danger_text: str,
    check_text: str = "",
) -> ConfirmDialog:
    """Ask; connect accepted of what is returned. The safe button has the focus.

    check_text: what can be chosen along with it; check.isChecked() tells whether it was.
    """
    sheet = ConfirmDialog(
        title, text, safe_text=safe_text, danger_text=danger_text, check_text=check_text
    )
    host.open(sheet)
    return sheet


def ask_to_replace(host: DialogHost, path: Path, replace: Callable[[], None]) -> None:
    """Ask whether a file that is in the way may go, and replace it then."""
    sheet = confirm_sheet(
        host,
        f"Replace {path.name}?",
        f"A file of that name is in {path.parent}. Its contents are lost when it is replaced.",
        safe_text="Keep",
        danger_text="Replace",
    )
    sheet.accepted.connect(replace)
